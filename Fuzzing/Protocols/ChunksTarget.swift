import HTTP

/// Contents: the same in any pieces, of any framing, and chunks as the slow decoder reads them.
enum ChunksTarget {
    static func take(_ input: [UInt8]) {
        var cuts = Cuts(input)
        let ends = cuts.ends(of: input.count)
        let length = cuts.next(below: input.count + 2)
        for framing in [Framing.chunked, .untilClose, .none, .length(UInt64(length))] {
            for message in [ContentDecoder.Message.request, .answer] {
                let whole = Decoded.decode(framing, input, of: message)
                let pieces = Decoded.decode(framing, input, cuts: ends, of: message)
                check(whole == pieces, "\(framing) in pieces \(pieces), at once \(whole)")
                if framing == .chunked, message == .request { compare(whole, input) }
            }
        }
    }

    private static func compare(_ whole: Decoded, _ input: [UInt8]) {
        switch whole.reason {
        case .chunkSizeOverflow, .chunkLineTooLong, .chunkExtensionsTooLong, .trailersTooLarge, .trailersMalformed:
            break
        default:
            // More digits than the slow decoder's number has room for.
            guard !hasLongNumber(input) else { return }
            let reference = ReferenceChunked.decode(input)
            check(whole == reference, "\(whole), by the slow decoder \(reference)")
        }
    }

    private static func hasLongNumber(_ input: [UInt8]) -> Bool {
        var digits = 0
        for byte in input {
            digits = byte < 0x80 && Character(Unicode.Scalar(byte)).isHexDigit ? digits + 1 : 0
            if digits > 14 { return true }
        }
        return false
    }
}
