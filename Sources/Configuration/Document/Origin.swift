/// Where a piece of the configuration was written.
enum Origin: Sendable, Hashable {
    /// In the file: line and column, both from 1; the column counts Unicode scalars.
    case mark(line: Int, column: Int)
    /// On the command line, behind a flag such as `--to`.
    case flag(String)
}

extension Origin: CustomStringConvertible {
    var description: String {
        switch self {
        case .mark(let line, let column): "line \(line), column \(column)"
        case .flag(let name): name
        }
    }
}
