import Foundation

/// Lines that are an object of JSON each, as the access log has them.
enum JSONLines {
    /// The objects of a text's lines.
    static func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { try object($0) }
    }

    /// The one object that a text is.
    static func object(_ text: some StringProtocol) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw HarnessError("no object: \(text)")
        }
        return object
    }
}
