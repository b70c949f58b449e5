/// The types of a formatted file that have stored properties, with their numbers.
struct StoredProperties {
    /// A struct, a class or an actor.
    struct TypeCount: Equatable {
        /// With the names of the types around it.
        let name: String
        var count = 0
        /// Those that are true or false.
        var flags = 0
    }

    private(set) var types: [TypeCount] = []

    private struct Scope {
        let indentation: Int
        /// Its place in `types`; nil for what has no stored properties of its own.
        let index: Int?
        let name: String
    }

    init(in file: SourceFile) {
        var scopes: [Scope] = []
        for (number, line) in file.code.enumerated() where !line.isEmpty {
            let indentation = line.prefix { $0 == " " }.count
            while let last = scopes.last, indentation <= last.indentation, line.dropFirst(indentation).hasPrefix("}") {
                scopes.removeLast()
            }
            if let scope = scope(of: line, at: indentation, in: scopes) {
                scopes.append(scope)
            } else if let index = scopes.last?.index, indentation == scopes[scopes.count - 1].indentation + 4,
                let (count, flags) = Self.properties(
                    line, next: number + 1 < file.code.count ? file.code[number + 1] : "")
            {
                types[index].count += count
                types[index].flags += flags
            }
        }
    }

    /// The type that a line begins.
    private mutating func scope(of line: String, at indentation: Int, in scopes: [Scope]) -> Scope? {
        // Spares nearly all lines the pattern, which takes long.
        guard line.hasSuffix("{"),
            ["struct ", "class ", "actor ", "enum ", "extension ", "protocol "].contains(where: line.contains)
        else { return nil }
        let pattern = #/^ *(?:@[\w().]+ )*(?:[a-z]+ )*(struct|class|actor|enum|extension|protocol) ([\w.]+).*\{$/#
        guard let found = line.firstMatch(of: pattern) else { return nil }
        let name = ((scopes.last.map { [$0.name] } ?? []) + [String(found.2)]).joined(separator: ".")
        guard ["struct", "class", "actor"].contains(found.1) else {
            return Scope(indentation: indentation, index: nil, name: name)
        }
        types.append(TypeCount(name: name))
        return Scope(indentation: indentation, index: types.count - 1, name: name)
    }

    /// How many stored properties a line declares, and how many of them are flags; nil for none.
    private static func properties(_ line: String, next: String) -> (count: Int, flags: Int)? {
        guard line.contains("let ") || line.contains("var ") else { return nil }
        let pattern = #/^ *(?:@[\w().]+ )*(?:[a-z]+(?:\([a-z]+\))? )*(?:let|var) (.*)$/#
        guard let found = line.firstMatch(of: pattern), line.firstMatch(of: #/\b(?:static|class) (?:let|var)\b/#) == nil
        else { return nil }
        let declared = String(found.1)
        if let brace = declared.firstIndex(of: "{"), !declared[..<brace].contains("=") {
            let inside = declared.hasSuffix("{") ? next : String(declared[brace...])
            guard inside.contains(#/\b(?:didSet|willSet)\b/#) else { return nil }
        }
        let count = names(declared)
        let isFlag = declared.contains(#/: Bool\b(?!\?)|= (?:true|false)\b/#)
        return (count, isFlag ? count : 0)
    }

    /// Names with a comma between two, outside of brackets.
    private static func names(_ declared: String) -> Int {
        var depth = 0
        var count = 1
        var previous: Character = " "
        for character in declared {
            switch character {
            case "(", "[", "{", "<": depth += 1
            case ")", "]", "}": depth -= 1
            case ">" where previous != "-": depth -= 1
            case "," where depth == 0: count += 1
            default: break
            }
            previous = character
        }
        return count
    }
}
