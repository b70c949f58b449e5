/// Packets of AJP/1.3 as members write them.
enum AJPPacket {
    /// Bytes that mean something in a packet or in a field: marks, codes, parts of lengths, and ends of lines.
    static let telling: [UInt8] =
        Array(0...13) + [0x1F, 0x20, 0x2D, 0x30, 0x3A, 0x41, 0x42, 0x61, 0x7F, 0x80, 0xA0, 0xA1, 0xFE, 0xFF]

    /// A packet with a body.
    static func packet(_ body: [UInt8]) -> [UInt8] {
        [0x41, 0x42] + integer(body.count) + body
    }

    static func integer(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    }

    static func string(_ value: [UInt8]) -> [UInt8] {
        integer(value.count) + value + [0]
    }

    static func string(_ value: String) -> [UInt8] {
        string(bytes(value))
    }

    /// The name of a field: in its bytes, or by a code's second byte.
    enum Name: Sendable {
        case written(String)
        case code(UInt8)

        var bytes: [UInt8] {
            switch self {
            case .written(let name): string(name)
            case .code(let code): [0xA0, code]
            }
        }
    }

    /// The body of SEND_HEADERS behind its code.
    static func fields(_ status: Int, _ fields: [(Name, String)], reason: String = "Whatever") -> [UInt8] {
        integer(status) + string(reason) + integer(fields.count)
            + fields.flatMap { $0.0.bytes + string($0.1) }
    }

    static func head(_ status: Int = 200, _ fields: [(Name, String)] = []) -> [UInt8] {
        packet([4] + Self.fields(status, fields))
    }

    /// Content as Tomcat sends it, or without the NUL behind it.
    static func chunk(_ content: [UInt8], tail: [UInt8] = [0]) -> [UInt8] {
        packet([3] + integer(content.count) + content + tail)
    }

    static func chunk(_ content: String) -> [UInt8] {
        chunk(bytes(content))
    }

    static let flush = chunk([])
    static let end = packet([5, 1])
    static let endAndClose = packet([5, 0])
    static let pong = packet([9])

    static func wanted(_ count: Int) -> [UInt8] {
        packet([6] + integer(count))
    }
}
