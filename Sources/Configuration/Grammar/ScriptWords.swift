import Model
import Session

/// Names and paths of what members of FastCGI run.
enum ScriptWords {
    private static let nameBytesMax = 128
    private static let pathBytesMax = 1_024
    private static let valueBytesMax = 4_096

    /// Checks the folder that scripts are in; a closing slash is taken away.
    static func folder(_ text: String) throws(GrammarError) -> String {
        guard text.hasPrefix("/") else { throw GrammarError("does not start with /", meant: "/\(text)") }
        let bytes = Array(text.utf8)
        guard bytes.count <= pathBytesMax else { throw GrammarError("is longer than \(pathBytesMax) bytes") }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw GrammarError("is no path: expected \(TextKind.scriptFolder.expected)")
        }
        let path = String(
            decoding: bytes[..<(bytes.lastIndex { $0 != UInt8(ascii: "/") }.map { $0 + 1 } ?? 1)], as: UTF8.self)
        return path
    }

    /// Checks the name of a script within its folder.
    static func name(_ text: String) throws(GrammarError) -> String {
        if text.hasPrefix("/"), text.count > 1, !text.dropFirst().contains("/") {
            throw GrammarError("has a slash in it", meant: String(text.dropFirst()))
        }
        guard text.utf8.count <= nameBytesMax else { throw GrammarError("is longer than \(nameBytesMax) characters") }
        guard text != ".", text != "..", text.utf8.allSatisfy(\.isOfName) else {
            throw GrammarError("is no name: expected \(TextKind.scriptName.expected)")
        }
        return text
    }

    /// Checks how the names of scripts end.
    static func suffix(_ text: String) throws(GrammarError) -> String {
        guard text.hasPrefix(".") else {
            let letters = text.drop { !($0.isASCII && $0.isLetter) }.prefix {
                $0.isASCII && ($0.isLetter || $0.isNumber)
            }
            throw GrammarError("does not start with a dot", meant: letters.isEmpty ? nil : ".\(letters)")
        }
        guard 2...32 ~= text.utf8.count, text.utf8.allSatisfy(\.isOfName) else {
            throw GrammarError("is no end of a name: expected \(TextKind.scriptSuffix.expected)")
        }
        return text
    }

    /// Checks the path of the script that answers for what is none.
    static func front(_ text: String) throws(GrammarError) -> String {
        if text == "off" { return text }
        guard text.hasPrefix("/") else {
            throw GrammarError("does not start with /", meant: Slot.boolean(text) == false ? "off" : "/\(text)")
        }
        guard text.utf8.count <= pathBytesMax else { throw GrammarError("is longer than \(pathBytesMax) bytes") }
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw GrammarError("is no path of a script: expected \(TextKind.frontScript.expected)")
        }
        let segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw GrammarError("has an empty segment, or one of dots: expected \(TextKind.frontScript.expected)")
        }
        return text
    }

    /// Checks the name of what a script is told.
    static func parameter(_ text: String) throws(GrammarError) -> String {
        guard text.utf8.count <= nameBytesMax else { throw GrammarError("is longer than \(nameBytesMax) characters") }
        guard let first = text.utf8.first, !(0x30...0x39 ~= first),
            text.utf8.allSatisfy({ $0.isOfName && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") })
        else { throw GrammarError("is no name: expected \(TextKind.gatewayName.expected)") }
        guard text != "CONTENT_LENGTH" else {
            throw GrammarError(
                "is the content's own length, and a script that is told another one gets another content",
                cure: .takeAway())
        }
        return text
    }

    /// Checks what a script is told.
    static func value(_ text: String) throws(GrammarError) -> String {
        guard text.utf8.count <= valueBytesMax else { throw GrammarError("is longer than \(valueBytesMax) bytes") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else {
            throw GrammarError("has a control character: expected \(TextKind.gatewayValue.expected) on one line")
        }
        return text
    }
}
