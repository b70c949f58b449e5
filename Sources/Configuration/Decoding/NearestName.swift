/// Finds the name that was probably meant.
public enum NearestName {
    private static let lengthMax = 64
    private static let candidatesMax = 2_000

    /// Makes a cure of the nearest name.
    ///
    /// - Parameter edit: what is to be done with the name, as YAML.
    /// - Returns: `did you mean "…"?`, or `nil` when no name is near.
    static func suggestion(
        for name: String, among candidates: [String], _ edit: (String) -> Cure.Edit = { .write($0) }
    ) -> Cure? {
        nearest(to: name, among: candidates).map { Cure("did you mean \($0.quoted)?", $0.yaml.map(edit)) }
    }

    /// Finds the name with the fewest edits between it and `name`: a letter wrong, missing, too much or swapped with
    /// the next.
    ///
    /// Case, hyphens and underscores count for nothing. Takes time in proportion to the candidates looked at, some
    /// thousands at most.
    ///
    /// - Returns: `nil` when more than a third of the letters differ.
    public static func nearest(to name: String, among candidates: [String]) -> String? {
        let wanted = letters(name)
        guard !wanted.isEmpty, wanted.count <= lengthMax else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates.prefix(candidatesMax) {
            let letters = letters(candidate)
            let distanceMax = min(best.map { $0.distance - 1 } ?? Int.max, max(1, max(wanted.count, letters.count) / 3))
            guard letters.count <= lengthMax, abs(letters.count - wanted.count) <= distanceMax else { continue }
            let distance = distance(wanted, letters)
            if distance <= distanceMax { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func letters(_ name: String) -> [UInt8] {
        name.lowercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    }

    /// The optimal string alignment distance.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                var cost = min(last[column + 1], current[column]) + 1
                cost = min(cost, last[column] + (first[row] == second[column] ? 0 : 1))
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[second.count]
    }
}
