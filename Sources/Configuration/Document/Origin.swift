/// Where a piece of the configuration was written.
enum Origin: Sendable, Hashable {
    /// In a file: its name for messages, line and column, both from 1; the column counts Unicode scalars.
    case mark(file: String, line: Int, column: Int)
    /// On the command line, behind a flag such as `--to`.
    case flag(String)

    /// The beginning of a file.
    static func start(of file: String) -> Origin { .mark(file: file, line: 1, column: 1) }

    /// The file; `nil` for a flag.
    var file: String? {
        if case .mark(let file, _, _) = self { file } else { nil }
    }

    /// The place, as a message says it that is about another one: with the file's name where it is another file.
    func words(from other: Origin) -> String {
        switch self {
        case .mark(let file, let line, let column):
            file == other.file ? "line \(line), column \(column)" : "\(file):\(line):\(column)"
        case .flag(let name): name
        }
    }
}
