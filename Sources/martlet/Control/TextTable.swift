/// Columns for people: headings, and rows below them.
struct TextTable {
    private var rows: [[String]]
    /// Columns whose cells end at the same place, as numbers do.
    private let isRight: [Bool]

    /// - Parameter headings: those of numbers begin with `>`, which is not printed.
    init(_ headings: [String]) {
        isRight = headings.map { $0.hasPrefix(">") }
        rows = [headings.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }]
    }

    mutating func add(_ cells: [String]) {
        precondition(cells.count == isRight.count, "a row has a cell for each heading")
        rows.append(cells)
    }

    /// The lines, each with two spaces before it.
    var text: String {
        let widths = isRight.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return isRight[column] ? padding + row[column] : row[column] + padding
            }
            let line = "  " + cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
