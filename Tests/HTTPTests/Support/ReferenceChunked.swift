import HTTP

/// A slow decoder of the chunked coding that works on the whole message, to compare with.
enum ReferenceChunked {
    static func decode(_ source: [UInt8]) -> Decoded {
        var result = Decoded()
        var rest = source[...]
        while true {
            guard let line = takeSizeLine(&rest, &result) else { return result }
            if line == 0 { break }
            let taken = rest.prefix(line)
            result.content += taken
            rest = rest.dropFirst(line)
            guard taken.count == line else { return result }
            for expected in [UInt8(0x0D), 0x0A] {
                guard let byte = rest.popFirst() else { return result }
                guard byte == expected else {
                    result.reason = .chunkEndMissing
                    return result
                }
            }
        }
        takeTrailers(rest, &result)
        return result
    }

    private static func takeSizeLine(_ rest: inout ArraySlice<UInt8>, _ result: inout Decoded) -> Int? {
        var size = 0
        var digits = 0
        var inExtensions = false
        while let byte = rest.popFirst() {
            if byte == 0x0D, digits > 0 {
                guard let next = rest.popFirst() else { return nil }
                if next == 0x0A { return size }
                result.reason = .bareCarriageReturn
                return nil
            }
            if inExtensions {
                if byte == 0x0A { result.reason = .bareLineFeed }
                if byte < 0x20 && byte != 9 && byte != 0x0A || byte == 0x7F { result.reason = .controlByte }
                if result.reason != nil { return nil }
            } else if let digit = Int(String(Unicode.Scalar(byte)), radix: 16), byte < 0x80 {
                size = size * 16 + digit
                digits += 1
            } else if byte == UInt8(ascii: ";"), digits > 0 {
                inExtensions = true
            } else {
                result.reason = byte == 0x0A && digits > 0 ? .bareLineFeed : .chunkSizeMalformed
                return nil
            }
        }
        return nil
    }

    private static func takeTrailers(_ rest: ArraySlice<UInt8>, _ result: inout Decoded) {
        var lineStart = rest.startIndex
        var index = rest.startIndex
        while index < rest.endIndex {
            let byte = rest[index]
            if byte == 0x0D {
                guard index + 1 < rest.endIndex else { return }
                guard rest[index + 1] == 0x0A else {
                    result.reason = .bareCarriageReturn
                    return
                }
                if lineStart == index {
                    result.trailers = text(Array(rest[rest.startIndex..<(index + 2)]))
                    result.count = index + 2
                    return
                }
                index += 2
                lineStart = index
                continue
            }
            if byte == 0x0A || byte < 0x20 && byte != 9 || byte == 0x7F {
                result.reason = byte == 0x0A ? .bareLineFeed : .controlByte
                return
            }
            index += 1
        }
    }
}
