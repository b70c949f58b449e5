import HTTP

/// What a decoder made of a message's bytes.
struct Decoded: Equatable {
    var content: [UInt8] = []
    var trailers = ""
    /// Bytes of the message; `nil` when it has not ended.
    var count: Int?
    var reason: ContentError.Reason?

    /// Decodes bytes that arrive in pieces ending at the given counts.
    static func decode(
        _ framing: Framing, _ source: [UInt8], cuts: [Int] = [], of message: ContentDecoder.Message = .request
    ) -> Decoded {
        var decoder = ContentDecoder(framing, of: message)
        var result = Decoded()
        var offset = 0
        do throws(ContentError) {
            for cut in cuts + [source.count] {
                var wantsMore = false
                while !wantsMore {
                    switch try decoder.next(in: source.span.extracting(0..<cut), from: offset) {
                    case .content(let range):
                        result.content += source[range]
                        offset = range.upperBound
                    case .more(let from):
                        offset = from
                        wantsMore = true
                    case .end(let trailers):
                        result.trailers = text(source, trailers)
                        result.count = trailers.upperBound
                        return result
                    }
                }
            }
        } catch {
            result.reason = error.reason
        }
        return result
    }
}
