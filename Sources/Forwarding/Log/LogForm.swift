import Bytes

/// Some fields in the order in which a line has them, and what stands before each value, put together once.
struct LogForm: Sendable {
    /// A whole line: a JSON object with the same keys in each, and its line feed.
    static let json = LogForm(LogField.allCases, from: "{", between: ",", to: "}\n") { field in
        ("\"\(field.entry.name)\":", !field.entry.isBare)
    }
    /// What follows Apache's own fields in the combined form, with the line feed.
    static let pairs = LogForm(LogField.pairs, from: " ", between: " ", to: "\n", key: pair)
    /// The value of `X-Martlet-Route`.
    static let decision = LogForm(LogField.decision, from: "", between: " ", to: "", key: pair)

    /// The fields.
    let fields: [LogField]
    /// What stands before the fields' values, one after the other, and behind the last one.
    private let text: [UInt8]
    private let ends: [Int]

    /// - Parameter key: what stands before a field's value, and whether quotes are around it.
    private init(
        _ fields: [LogField], from begin: String, between: String, to end: String,
        key: (LogField) -> (text: String, isQuoted: Bool)
    ) {
        self.fields = fields
        var text: [UInt8] = []
        var ends = [0]
        var before = begin
        for field in fields {
            let (name, isQuoted) = key(field)
            text += Array((before + name + (isQuoted ? "\"" : "")).utf8)
            ends.append(text.count)
            before = (isQuoted ? "\"" : "") + between
        }
        let isQuoted = fields.last.map { key($0).isQuoted } ?? false
        text += Array(((isQuoted ? "\"" : "") + end).utf8)
        ends.append(text.count)
        self.text = text
        self.ends = ends
    }

    private static func pair(_ field: LogField) -> (text: String, isQuoted: Bool) {
        ("\(field.key)=", field.isQuoted)
    }

    /// Writes what stands before the value of the field at this place; behind the last value for their number.
    func put(before index: Int, to output: inout OutputSpan<UInt8>) {
        let text = text
        let fits = output.append(copying: text.span.extracting(ends[index]..<ends[index + 1]))
        precondition(fits, "a log line is longer than its limit")
    }
}
