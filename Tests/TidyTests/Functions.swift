/// The functions of a formatted file: the closing brace stands below the first letter of the declaration.
struct Functions {
    /// A function, an initializer or a deinitializer with a body.
    struct Function {
        /// Counted from 1.
        let line: Int
        let lineCount: Int
    }

    private(set) var all: [Function] = []

    init(in file: SourceFile) {
        for (index, line) in file.code.enumerated() {
            // Spares nearly all lines the pattern, which takes long.
            guard line.contains("func ") || line.contains("init") || line.contains("subscript"),
                line.firstMatch(of: #/^ *(?:[@\w().]+ )*(?:func |init[?(<]|deinit\b|subscript[(<])/#) != nil,
                let end = Functions.end(of: index, in: file)
            else { continue }
            all.append(Function(line: index + 1, lineCount: end - index + 1))
        }
    }

    /// The line with the closing brace; nil for a declaration without a body, or with all of it on one line.
    private static func end(of start: Int, in file: SourceFile) -> Int? {
        let indentation = file.lines[start].prefix { $0 == " " }
        var line = start
        while !file.code[line].hasSuffix("{") {
            line += 1
            guard line < file.lines.count, !file.lines[line].isEmpty, file.lines[line].hasPrefix(indentation) else {
                return nil
            }
            if file.code[line - 1].hasSuffix("}") { return nil }
        }
        return file.lines[line...].firstIndex { $0.hasPrefix(indentation + "}") }
    }
}
