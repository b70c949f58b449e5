/// Makes places of the tree of a regular expression, its repetitions written out.
struct RegularExpressionCompiler {
    private(set) var instructions: [RegularExpression.Instruction] = []
    private(set) var sets: [ByteSet] = []
    /// How often what is being compiled is repeated.
    private var times = 1

    /// Compiles all of it.
    mutating func compile(_ tree: RegularExpressionParser.Tree) throws(RegularExpressionFault) {
        try add(tree)
        try put(.found)
    }

    private mutating func put(_ instruction: RegularExpression.Instruction) throws(RegularExpressionFault) {
        guard instructions.count < Limits.expressionPlacesMax else {
            throw RegularExpressionFault("is too large with its repetitions written out", at: 1)
        }
        instructions.append(instruction)
    }

    private mutating func add(_ tree: RegularExpressionParser.Tree) throws(RegularExpressionFault) {
        switch tree {
        case .set(let set): try put(.set(index(of: set)))
        case .begin: try put(.begin)
        case .end: try put(.end)
        case .boundary(let isWanted): try put(.boundary(isWanted))
        case .sequence(let pieces): for piece in pieces { try add(piece) }
        case .either(let ways): try addEither(ways)
        case .repeated(let piece, let from, let to): try addRepeated(piece, from: from, to: to)
        }
    }

    private mutating func index(of set: ByteSet) -> Int {
        if let index = sets.firstIndex(of: set) { return index }
        sets.append(set)
        return sets.count - 1
    }

    private mutating func addEither(_ ways: [RegularExpressionParser.Tree]) throws(RegularExpressionFault) {
        var ends: [Int] = []
        for (index, way) in ways.enumerated() {
            guard index < ways.count - 1 else {
                try add(way)
                break
            }
            let fork = instructions.count
            try put(.split(0, 0))
            try add(way)
            ends.append(instructions.count)
            try put(.jump(0))
            instructions[fork] = .split(fork + 1, instructions.count)
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    private mutating func addRepeated(
        _ piece: RegularExpressionParser.Tree, from: Int, to: Int?
    ) throws(RegularExpressionFault) {
        let before = times
        times *= max(1, from, to ?? 0)
        defer { times = before }
        guard times <= Limits.expressionRepeatsMax else {
            throw RegularExpressionFault(
                "repeats a part more than \(Limits.expressionRepeatsMax) times, all repetitions around it together",
                at: 1)
        }
        for _ in 0..<from { try add(piece) }
        guard let to else {
            let fork = instructions.count
            try put(.split(0, 0))
            try add(piece)
            try put(.jump(fork))
            instructions[fork] = .split(fork + 1, instructions.count)
            return
        }
        var forks: [Int] = []
        for _ in from..<to {
            forks.append(instructions.count)
            try put(.split(0, 0))
            try add(piece)
        }
        for fork in forks { instructions[fork] = .split(fork + 1, instructions.count) }
    }
}
