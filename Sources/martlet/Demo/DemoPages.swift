/// What a demo backend shows.
enum DemoPages {
    /// Rows of the longer page: some 9 KB, of which gzip leaves a tenth.
    private static let rowCount = 200

    /// Finds a page.
    ///
    /// - Returns: its HTML, or `nil` when there is none at that path.
    static func page(_ path: String, route: String, visit: DemoSessions.Visit) -> String? {
        let line = "<p>\(route) answers request \(visit.count) of session \(visit.identifier)</p>"
        switch path {
        case "/": return document(line + "\n<p><a href=\"/list\">A longer page</a></p>")
        case "/list":
            let rows = (1...rowCount).map { "<li>Row \($0) of \(rowCount), from \(route)</li>" }
            return document(line + "\n<ol>\n" + rows.joined(separator: "\n") + "\n</ol>")
        default: return nil
        }
    }

    private static func document(_ body: String) -> String {
        "<!DOCTYPE html>\n<html lang=\"en\"><title>Martlet demo</title>\n\(body)\n</html>\n"
    }
}
