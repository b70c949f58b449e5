import Model

/// The variables of the environment that stand in values as `${NAME}` or `${NAME:-value}`; `$${` is `${` itself.
///
/// What they hold is put into the text of a scalar that was read already, so that it is never more than that.
struct Variables {
    /// Bytes that all variables of a configuration may add to it.
    static let bytesMax = 1_048_576

    /// What is wrong with a variable.
    struct Complaint: Error {
        let message: String
        let cure: Cure
    }

    private let environment: [String: String]
    private var bytes = 0
    /// What was taken from the environment so far, by the names.
    private(set) var taken: [String: String] = [:]

    /// Makes a source of values.
    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// Whether a text has one in it, or what stands for its beginning.
    static func isIn(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "$")) && text.contains("${")
    }

    /// Replaces the variables of a text.
    ///
    /// - Returns: the text with what they hold, and what stood there; `nil` for the latter where there were none.
    mutating func replace(in text: String) throws(Complaint) -> (text: String, written: Written?) {
        var result = ""
        var rest = text[...]
        var hidden: [String: String] = [:]
        var isReplaced = false
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                let (name, standard, length) = try Self.variable(rest)
                rest = rest.dropFirst(length)
                isReplaced = true
                if let value = environment[name], !value.isEmpty || standard == nil {
                    try count(value)
                    hidden[name] = value
                    taken[name] = value
                    result += value
                } else if let standard {
                    result += standard
                } else {
                    throw Complaint(
                        message: "the variable \(name) is not set in the environment",
                        cure: Cure(
                            "set it where Martlet is started, or give it a value here: ${\(name):-value}"
                                + Self.aside(name)))
                }
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        result += rest
        return (result, isReplaced ? Written(text: text, hidden: hidden) : nil)
    }

    /// How what stands in the braces is written where a line of the log, or a field of a rule, has facts in it.
    private static func aside(_ name: some StringProtocol) -> String {
        if LogField(name: String(name)) != nil { return "; a field of the log's lines is {\(name)}" }
        return FieldFact.allCases.contains { $0.name == name } ? "; what is known of a request is $(\(name))" : ""
    }

    private mutating func count(_ text: String) throws(Complaint) {
        bytes += text.utf8.count
        guard bytes > Self.bytesMax else { return }
        throw Complaint(
            message: "variables make the configuration longer than \(Self.bytesMax) bytes",
            cure: "put long values into files of their own")
    }

    /// Reads a variable at the beginning of a text.
    private static func variable(
        _ text: Substring
    ) throws(Complaint) -> (name: String, standard: String?, length: Int) {
        let inside = text.dropFirst(2)
        guard let end = inside.firstIndex(of: "}") else {
            throw Complaint(
                message: "\(String(text).quoted) has a ${ without its }",
                cure: "close it, or write $${ for the two characters")
        }
        let content = inside[..<end]
        let name = content.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let rest = content.dropFirst(name.count)
        guard let first = name.first, !first.isNumber, rest.isEmpty || rest.hasPrefix(":-"), !rest.contains("${") else {
            throw Complaint(
                message: "expected a variable as ${NAME} or ${NAME:-value}, found \("${\(content)}".quoted)",
                cure: Cure("write it so, or $${ for the two characters\(Self.aside(content))"))
        }
        return (String(name), rest.isEmpty ? nil : String(rest.dropFirst(2)), content.count + 3)
    }
}
