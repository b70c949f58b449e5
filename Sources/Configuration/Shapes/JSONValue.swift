import Model

/// A JSON value to be written, with its members in order.
indirect enum JSONValue {
    case text(String)
    case number(Int)
    /// A number in hundredths.
    case decimal(Int)
    case boolean(Bool)
    case array([JSONValue])
    case object([(String, JSONValue)])

    /// The value as indented text (RFC 8259).
    func text(indentation: Int = 0) -> String {
        switch self {
        case .text(let text): return Self.quoted(text)
        case .number(let number): return "\(number)"
        case .decimal(let hundredths): return Quantity.written(hundredths, as: .hundredths)
        case .boolean(let boolean): return "\(boolean)"
        case .array(let values):
            return "[" + values.map { $0.text(indentation: indentation) }.joined(separator: ", ") + "]"
        case .object(let members):
            guard !members.isEmpty else { return "{}" }
            let inner = String(repeating: " ", count: indentation + 2)
            let lines = members.map { "\(inner)\(Self.quoted($0.0)): \($0.1.text(indentation: indentation + 2))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + String(repeating: " ", count: indentation) + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default:
                precondition(scalar.value >= 0x20, "the schema's texts have no control characters")
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
