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
        var line: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == 0x0D, digits > 0 {
                guard extensionFault(line) == nil else {
                    result.reason = .chunkExtensionMalformed
                    return nil
                }
                guard let next = rest.popFirst() else { return nil }
                if next == 0x0A { return size }
                result.reason = .bareCarriageReturn
                return nil
            }
            let isBlank = byte == 0x20 || byte == 9
            if !line.isEmpty || digits > 0 && (byte == UInt8(ascii: ";") || isBlank) {
                if byte == 0x0A { result.reason = .bareLineFeed }
                if byte < 0x20 && byte != 9 && byte != 0x0A || byte == 0x7F { result.reason = .controlByte }
                line.append(byte)
                if result.reason == nil, let fault = extensionFault(line), fault < line.count {
                    result.reason = .chunkExtensionMalformed
                }
                if result.reason != nil { return nil }
            } else if let digit = Int(String(Unicode.Scalar(byte)), radix: 16), byte < 0x80 {
                size = size * 16 + digit
                digits += 1
            } else {
                result.reason = byte == 0x0A && digits > 0 ? .bareLineFeed : .chunkSizeMalformed
                return nil
            }
        }
        return nil
    }

    /// Reads what stands behind a size by the grammar, from left to right.
    ///
    /// - Returns: the offset of what may not stand there; the count where the line may not end yet; `nil`: it is well.
    private static func extensionFault(_ line: [UInt8]) -> Int? {
        var index = 0
        func skip(while isWanted: (UInt8) -> Bool) -> Int {
            let start = index
            while index < line.count, isWanted(line[index]) { index += 1 }
            return index - start
        }
        func next(is character: Character) -> Bool {
            guard index < line.count, line[index] == character.asciiValue else { return false }
            index += 1
            return true
        }
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 9 }
        let isToken = { (byte: UInt8) in
            let character = Character(UnicodeScalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || "!#$%&'*+-.^_`|~".contains(character))
        }
        while index < line.count {
            _ = skip(while: isBlank)
            guard next(is: ";") else { return index }
            _ = skip(while: isBlank)
            guard skip(while: isToken) > 0 else { return index }
            let nameEnd = index
            _ = skip(while: isBlank)
            guard next(is: "=") else {
                if index == line.count { return index == nameEnd ? nil : index }
                guard line[index] == UInt8(ascii: ";") else { return index }
                continue
            }
            _ = skip(while: isBlank)
            guard next(is: "\"") else {
                guard skip(while: isToken) > 0 else { return index }
                continue
            }
            while !next(is: "\"") {
                index += index < line.count && line[index] == UInt8(ascii: "\\") ? 2 : 1
                if index > line.count { return line.count }
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
