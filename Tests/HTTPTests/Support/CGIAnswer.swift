import Bytes
import HTTP

/// What became of a head that a CGI program has written.
struct CGIAnswer: Equatable {
    /// The head laid down.
    var head = ""
    var status = 0
    /// Bytes that the head took; `nil` when it is not whole.
    var count: Int?
    var refusal: HeadRefusal?
    /// Slabs that were not given back.
    var lentCount = 0

    /// Reads what arrives in pieces ending at the given counts, and parses what it was laid down to.
    static func read(
        _ source: [UInt8], cuts: [Int] = [], bytesMax: Int = 8192, _ following: AnswerFollowing = .content
    ) -> CGIAnswer {
        let buffers = BufferPool()
        let answer = CGIAnswerText(buffers: buffers)
        answer.begin()
        var result = CGIAnswer()
        var start = 0
        do throws(HeadError) {
            for cut in cuts + [source.count] {
                let (consumed, isWhole) = try answer.take(source.span.extracting(start..<cut), bytesMax: bytesMax)
                start += consumed
                guard isWhole || start == cut else { preconditionFailure("left something behind") }
                guard isWhole else { continue }
                result.count = start
                result.status = answer.status
                try answer.finish(following)
                result.head = answer.withText { bytes in text(bytes.indices.map { bytes[$0] }) }
                var parsed = ResponseHead(fieldCountMax: 32)
                let limits = HeadLimits(fieldCountMax: 32)
                try answer.withText { (bytes) throws(HeadError) in try parsed.parse(bytes, to: .get, limits: limits) }
                break
            }
        } catch {
            result.refusal = error.reason
        }
        answer.giveBack()
        result.lentCount = buffers.lentCount
        return result
    }
}
