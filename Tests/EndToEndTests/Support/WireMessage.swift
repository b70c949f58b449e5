/// A request or an answer as it was on the wire.
struct WireMessage: Sendable {
    /// The start line without its end.
    let startLine: String
    let fields: [(name: String, value: String)]
    /// The head with its empty line, byte by byte.
    let head: [UInt8]
    /// The content with its coding undone.
    var content: [UInt8] = []
    /// The trailer section's fields of a chunked message.
    var trailers: [(name: String, value: String)] = []
    /// The content as it was on the wire, chunk sizes and all.
    var encodedContent: [UInt8] = []
    /// False when the connection ended within the content.
    var isComplete = true

    var headText: String { String(decoding: head, as: UTF8.self) }
    var text: String { String(decoding: content, as: UTF8.self) }
    /// The status of an answer, 0 for a request.
    var status: Int { Int(startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var method: String { String(startLine.prefix { $0 != " " }) }
    /// The target of a request.
    var target: String { String(startLine.split(separator: " ").dropFirst().first ?? "") }

    /// The value of a field, several joined with a comma and a space.
    subscript(name: String) -> String? {
        let values = all(name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The values of every field line of that name, in order.
    func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// Reads a head.
    init(head: [UInt8]) {
        self.head = head
        let lines = String(decoding: head, as: UTF8.self).components(separatedByCRLF: ())
        startLine = lines.first ?? ""
        fields = WireMessage.fields(lines.dropFirst())
    }

    static func fields(_ lines: some Sequence<String>) -> [(name: String, value: String)] {
        lines.compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return (String(line[..<colon]), String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed()))
        }
    }
}

extension String {
    /// Splits at CR LF, which Swift's `Character` takes for one.
    fileprivate func components(separatedByCRLF: Void) -> [String] {
        split(omittingEmptySubsequences: true) { $0 == "\r\n" }.map(String.init)
    }
}
