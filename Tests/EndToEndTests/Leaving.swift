import Testing

/// When a client vanishes, and how.
struct Leaving: CustomTestStringConvertible, Sendable {
    /// What it speaks.
    enum Way: String {
        case http1 = "HTTP/1.1", http2 = "HTTP/2", tls = "TLS"
    }

    /// How far it has come.
    enum Step: String {
        case connected, withinHello, withinPreface, behindPreface
        case withinHead, behindHead, withinContent, awaitingAnswer, withinAnswer
    }

    /// What comes of an answer before the client goes.
    static let part = "0123456789"

    let number: Int
    let way: Way
    let step: Step
    let isReset: Bool

    var testDescription: String { "\(number): \(way.rawValue), \(step.rawValue), by \(isReset ? "RST" : "FIN")" }

    /// All cases, numbered behind those of members.
    static let all: [Leaving] = {
        let ofRequest: [Step] = [.withinHead, .behindHead, .withinContent, .awaitingAnswer, .withinAnswer]
        var steps = ([.connected] + ofRequest).map { (Way.http1, $0) }
        steps += ([.withinPreface, .behindPreface] + ofRequest).map { (Way.http2, $0) }
        steps += [(.tls, .connected), (.tls, .withinHello)]
        return steps.flatMap { way, step in [false, true].map { (way, step, $0) } }.enumerated().map { index, one in
            Leaving(number: FaultCase.all.count + index + 1, way: one.0, step: one.1, isReset: one.2)
        }
    }()

    /// What it has sent by then.
    var sent: [UInt8] {
        switch way {
        case .http1: Array(sentByHTTP1.utf8)
        case .http2: sentByHTTP2
        // The header of a record, and the beginning of a ClientHello of 512 bytes (RFC 8446, section 4.1.2).
        case .tls: step == .connected ? [] : [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]
        }
    }

    private var sentByHTTP1: String {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nCookie: SID=s.node1\r\nContent-Length: 10\r\n\r\n"
        return switch step {
        case .withinHead: String(head.prefix(40))
        case .behindHead: head
        case .withinContent: head + "01234"
        case .awaitingAnswer, .withinAnswer: head + "0123456789"
        default: ""
        }
    }

    private var sentByHTTP2: [UInt8] {
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        let begun = preface + Self.frame(type: 4, stream: 0, [])
        let fields = [
            (":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/"), ("cookie", "SID=s.node1"),
            ("content-length", "10"),
        ]
        // HEADERS with END_HEADERS.
        let head = Self.frame(type: 1, flags: 4, stream: 1, fields.flatMap(Self.field))
        return switch step {
        case .withinPreface: Array(preface.prefix(10))
        case .behindPreface: begun
        case .withinHead: begun + head.prefix(40)
        case .behindHead: begun + head
        case .withinContent: begun + head + Self.frame(type: 0, stream: 1, Array("01234".utf8))
        // END_STREAM.
        case .awaitingAnswer, .withinAnswer:
            begun + head + Self.frame(type: 0, flags: 1, stream: 1, Array("0123456789".utf8))
        default: []
        }
    }

    /// Requests that a member has seen the head of.
    var requestCount: Int {
        switch step {
        case .behindHead, .withinContent, .awaitingAnswer, .withinAnswer: 1
        default: 0
        }
    }

    /// A frame (RFC 9113, section 4.1).
    private static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0, 0, UInt8(payload.count), type, flags, 0, 0, 0, stream] + payload
    }

    /// A field that is not indexed, with a name of its own (RFC 7541, section 6.2.2).
    private static func field(_ name: String, _ value: String) -> [UInt8] {
        [0] + literal(name) + literal(value)
    }

    /// A string literal without Huffman's code (RFC 7541, section 5.2).
    private static func literal(_ text: String) -> [UInt8] {
        [UInt8(text.utf8.count)] + text.utf8
    }
}
