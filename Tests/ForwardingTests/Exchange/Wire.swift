import Testing

/// What is spoken on one side of an exchange.
enum Wire: CaseIterable, Sendable {
    case http1, http2

    /// The scheme of a member's URL.
    var scheme: String { self == .http1 ? "http" : "h2c" }
}

/// What is spoken on both sides of an exchange.
struct Way: Sendable, CustomTestStringConvertible {
    var client = Wire.http1
    var member = Wire.http1

    static let all = Wire.allCases.flatMap { client in Wire.allCases.map { Way(client: client, member: $0) } }

    var testDescription: String { "\(client) to \(member)" }
}
