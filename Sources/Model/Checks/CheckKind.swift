/// What a member is asked to see whether it is well.
public enum CheckKind: String, Sendable, CaseIterable {
    /// Whether it accepts a connection.
    case tcp
    /// Whether a TLS handshake is completed.
    case tls
    /// A request of HTTP/1.1.
    case http
    /// A request of HTTP/2, with prior knowledge or over TLS.
    case h2
    /// `grpc.health.v1.Health/Check`.
    case grpc
    /// FastCGI's question for what the program can do, or a request for a page.
    case fastcgi
    /// AJP's CPing.
    case ajp

    /// What is asked of a member where nothing is said.
    public init(_ speaks: MemberConfiguration.ApplicationProtocol) {
        self =
            switch speaks {
            case .http1: .http
            case .http2Cleartext: .h2
            case .fastCGI: .fastcgi
            case .ajp: .ajp
            }
    }

    /// Whether it is a request that has a path and an answer with a status.
    public var isRequest: Bool { self == .http || self == .h2 }
}

/// The methods of checks: those that change nothing.
public enum CheckMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case options = "OPTIONS"
}

/// Statuses that prove a member: one, a class or a range.
public struct CheckStatuses: Sendable, Hashable {
    /// From the first to the last, within `100 ... 599`.
    public let range: ClosedRange<Int>

    /// Makes a range.
    public init(_ range: ClosedRange<Int>) {
        self.range = range
    }
}

extension CheckStatuses: LosslessStringConvertible {
    /// Reads `200`, `2xx` or `200-399`.
    public init?(_ description: String) {
        let letters = Array(description.utf8)
        if letters.count == 3, description.hasSuffix("xx"), (0x31...0x35).contains(letters[0]) {
            let first = Int(letters[0] - 0x30) * 100
            self.init(first...first + 99)
            return
        }
        let bounds = description.split(separator: "-", omittingEmptySubsequences: false).map { piece -> Int? in
            piece.utf8.count == 3 && piece.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(piece) : nil
        }
        guard (1...2).contains(bounds.count), let first = bounds[0], let last = bounds[bounds.count - 1],
            first <= last, (100...599).contains(first), last <= 599
        else { return nil }
        self.init(first...last)
    }

    /// As it is written in a configuration.
    public var description: String {
        let (first, last) = (range.lowerBound, range.upperBound)
        if first == last { return "\(first)" }
        return first % 100 == 0 && last == first + 99 ? "\(first / 100)xx" : "\(first)-\(last)"
    }
}
