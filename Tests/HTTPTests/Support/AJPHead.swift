import Bytes
import HTTP

/// The head of an answer over AJP as a member means it, and what Martlet makes of it.
struct AJPHead {
    var status = 0
    var fields: [(name: String, value: String)] = []

    private static let names = [
        "Content-Type", "Content-Language", "Content-Length", "Date", "Last-Modified", "Location", "Set-Cookie",
        "Set-Cookie2", "Servlet-Engine", "Status", "WWW-Authenticate",
    ]

    /// Reads what is behind the code of SEND_HEADERS.
    init?(_ packet: [UInt8]) {
        var rest = packet[...]
        func integer() -> Int? {
            guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
            return Int(high) * 256 + Int(low)
        }
        func string(_ count: Int) -> String? {
            guard count < rest.count else { return nil }
            let value = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            return rest.popFirst() == 0 ? text(value) : nil
        }
        guard let status = integer(), let reason = integer(), reason == 0xFFFF || string(reason) != nil,
            let count = integer()
        else { return nil }
        self.status = status
        for _ in 0..<count {
            guard let number = integer() else { return nil }
            let isCode = number / 256 == 0xA0
            if isCode, !(1...11 ~= number % 256) { return nil }
            guard let name = isCode ? Self.names[number % 256 - 1] : string(number), let length = integer(),
                let value = string(length)
            else { return nil }
            fields.append((name, value))
        }
        guard rest.isEmpty else { return nil }
    }

    /// Why a head was refused.
    enum Refusal: Error, Equatable {
        case packet(RecordError)
        case head(HeadRefusal)
    }

    /// The text that a packet is laid down as.
    static func layDown(
        _ packet: [UInt8], _ following: AnswerFollowing = .content, fieldCountMax: Int = 128,
        buffers: BufferPool = BufferPool()
    ) -> Result<[UInt8], Refusal> {
        let answer = AJPAnswerText(buffers: buffers)
        defer { answer.giveBack() }
        do throws(RecordError) {
            try answer.take(packet.span, fieldCountMax: fieldCountMax)
        } catch {
            return .failure(.packet(error))
        }
        do throws(HeadError) {
            try answer.finish(following)
        } catch {
            return .failure(.head(error.reason))
        }
        return .success(answer.withText { text in text.indices.map { text[$0] } })
    }
}
