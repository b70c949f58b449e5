import Bytes

/// `grpc.health.v1.Health/Check`: one message there and one back (gRPC's health checking protocol).
package struct GRPCHealth {
    private let service: String
    private var message: [UInt8] = []
    private var status: [UInt8] = []

    /// - Parameter service: which one is asked for; empty: the server as a whole.
    init(service: String) {
        self.service = service
    }

    /// The request's head as HTTP/1.1 has it.
    func head(host: String) -> String {
        "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: \(host)\r\ncontent-type: application/grpc\r\n"
            + "user-agent: martlet-check\r\n\r\n"
    }

    /// The request's content: five bytes of frame, and the service as field 1 of the message.
    var request: [UInt8] {
        let name = Array(service.utf8)
        var message: [UInt8] = []
        if !name.isEmpty {
            message.append(0x0A)
            var count = name.count
            while count > 127 {
                message.append(UInt8(count & 127) | 128)
                count >>= 7
            }
            message += [UInt8(count)] + name
        }
        let count = message.count
        return [0, 0, 0, UInt8(count >> 8), UInt8(count & 255)] + message
    }

    /// Looks at a field of a head or of trailers.
    mutating func take(name: Span<UInt8>, value: Span<UInt8>) {
        guard name.equals("grpc-status") else { return }
        status = value.indices.prefix(3).map { value[$0] }
    }

    /// Takes content.
    ///
    /// - Returns: the result, where it is more than any answer has.
    mutating func take(_ content: Span<UInt8>) -> ProbeResult? {
        guard message.count + content.count <= CheckLimits.messageBytesMax else {
            return .failed("more than a message of gRPC's health")
        }
        for offset in content.indices { message.append(content[offset]) }
        return nil
    }

    /// What has come, at the answer's end.
    ///
    /// - Parameter httpStatus: the head's, where it is the end.
    func result(httpStatus: Int) -> ProbeResult {
        guard !status.isEmpty else {
            return .failed(httpStatus >= 200 ? "HTTP \(httpStatus) without a gRPC status" : "no gRPC status")
        }
        switch status {
        case [0x30]: break
        case Array("12".utf8): return .failed("gRPC status 12: the server has no health service")
        case Array("5".utf8): return .failed("gRPC status 5: the service is not known")
        default: return .failed("gRPC status \(String(decoding: status.map { $0 & 127 }, as: UTF8.self))")
        }
        switch Self.servingStatus(in: message) {
        case 1: return .passed("SERVING")
        case 2: return .failed("NOT_SERVING")
        case 3: return .failed("SERVICE_UNKNOWN")
        case 0: return .failed("UNKNOWN")
        default: return .failed("no message of gRPC's health")
        }
    }

    /// Field 1 of a message within its frame; 0 where it is left out, `nil` where that is no such message.
    package static func servingStatus(in frame: [UInt8]) -> Int? {
        guard frame.count >= 5, frame[0] == 0 else { return nil }
        let length = frame[1..<5].reduce(0) { $0 << 8 | Int($1) }
        guard length == frame.count - 5 else { return nil }
        var (offset, status) = (5, 0)
        while offset < frame.count {
            guard let tag = varint(frame, &offset) else { return nil }
            switch tag & 7 {
            case 0:
                guard let value = varint(frame, &offset) else { return nil }
                if tag >> 3 == 1 { status = value }
            case 1: offset += 8
            case 2:
                guard let count = varint(frame, &offset), count <= frame.count else { return nil }
                offset += count
            case 5: offset += 4
            default: return nil
            }
        }
        return offset == frame.count ? status : nil
    }

    private static func varint(_ bytes: [UInt8], _ offset: inout Int) -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard offset < bytes.count else { return nil }
            let byte = bytes[offset]
            offset += 1
            value |= Int(byte & 127) << shift
            if byte < 128 { return value }
        }
        return nil
    }
}
