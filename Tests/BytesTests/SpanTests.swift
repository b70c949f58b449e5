import Bytes
import Testing

@Suite struct SpanTests {
    private let text = Array("GET /index.html HTTP/1.1".utf8)

    // The expectation macros cannot take spans.
    private func offset(of byte: UInt8, from start: Int, in bytes: [UInt8]) -> Int? {
        bytes.span.firstOffset(of: byte, from: start)
    }

    private func offset(below bound: UInt8, from start: Int, in bytes: [UInt8]) -> Int? {
        bytes.span.firstOffset(below: bound, from: start)
    }

    private func offsetToEscape(_ bytes: [UInt8], from start: Int) -> Int? {
        bytes.span.firstOffsetToEscape(from: start)
    }

    private func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.span.equals(right.span) }

    private func equal(_ left: ArraySlice<UInt8>, _ right: StaticString, ignoringCase: Bool = false) -> Bool {
        ignoringCase ? left.span.equalsIgnoringCase(right) : left.span.equals(right)
    }

    private func word(_ bytes: [UInt8], at offset: Int, count: Int) -> UInt64 {
        count == 8 ? bytes.span.word(at: offset) : bytes.span.word(at: offset, count: count)
    }

    @Test("a byte is found at or after an offset", arguments: [(0, 3), (3, 3), (4, 15), (16, nil), (24, nil)])
    func firstOffset(_ start: Int, _ found: Int?) {
        #expect(offset(of: 0x20, from: start, in: text) == found)
        #expect(offset(of: 0x20, from: 0, in: []) == nil)
    }

    @Test("a byte lower than another is found at or after an offset, wherever it lies")
    func firstOffsetBelow() {
        for count in 0...20 {
            let plain = [UInt8](repeating: 0x20, count: count)
            #expect(offset(below: 0x20, from: 0, in: plain) == nil)
            #expect(offset(below: 0x20, from: 0, in: [UInt8](repeating: 0xFF, count: count)) == nil)
            for place in 0..<count {
                var bytes = plain
                bytes[place] = 0x1F
                for start in 0...count {
                    #expect(offset(below: 0x20, from: start, in: bytes) == (start <= place ? place : nil))
                }
            }
        }
        #expect(offset(below: 0x20, from: 0, in: [0x7F, 0x80, 0x9F, 0x00, 0x0A]) == 3)
    }

    @Test("each byte that JSON or a line's reader would trip over is found, wherever it lies")
    func firstOffsetToEscape() {
        let plain = Set(UInt8(0x20)...0x7E).subtracting([UInt8(ascii: "\""), UInt8(ascii: "\\")])
        for count in 0...20 {
            for place in 0..<count {
                // Neither neighbours that are next to a bound nor ones that are to be escaped change what is found.
                for (before, behind) in [(0x7E, 0x20), (0x23, 0xFF), (0x5B, 0x00)] as [(UInt8, UInt8)] {
                    for byte in UInt8.min...UInt8.max {
                        var bytes = [UInt8](repeating: before, count: place) + [byte]
                        bytes += [UInt8](repeating: behind, count: count - place - 1)
                        let next = plain.contains(behind) || place + 1 == count ? nil : place + 1
                        #expect(offsetToEscape(bytes, from: 0) == (plain.contains(byte) ? next : place))
                    }
                }
            }
            let text = [UInt8](repeating: UInt8(ascii: "a"), count: count)
            for start in 0...count { #expect(offsetToEscape(text, from: start) == nil) }
        }
    }

    @Test("numbers are appended in decimal digits, whole or not at all")
    func decimals() {
        func text(_ number: UInt64, capacity: Int) -> String? {
            var fits = false
            let bytes = Array<UInt8>(capacity: capacity) { (output: inout OutputSpan<UInt8>) in
                fits = output.append(decimal: number)
            }
            return fits ? String(decoding: bytes, as: UTF8.self) : bytes.isEmpty ? nil : "a part"
        }
        for number in [0, 1, 9, 10, 11, 99, 100, 12_345, 1_000_000_007, UInt64.max - 1, .max] {
            let digits = String(number)
            for capacity in 0...21 {
                #expect(text(number, capacity: capacity) == (capacity < digits.count ? nil : digits))
            }
        }
    }

    @Test("spans are appended to arrays")
    func appending() {
        var bytes: [UInt8] = [1]
        for part in [[], [2, 3], [], [4]] as [[UInt8]] { bytes.append(part.span) }
        #expect(bytes == [1, 2, 3, 4])
    }

    @Test("bytes equal bytes and constants")
    func equality() {
        #expect(equal(text, Array("GET /index.html HTTP/1.1".utf8)) && !equal(text, Array(text.dropFirst())))
        #expect(equal(text[..<3], "GET") && !equal(text[..<3], "get") && !equal(text[..<2], "GET"))
        #expect(equal(text[16..<20], "http", ignoringCase: true) && !equal(text[16..<20], "httq", ignoringCase: true))
        #expect(equal([], [UInt8]()) && equal([], ""))
    }

    @Test("words are read with their first byte lowest")
    func words() {
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
        for count in 0...8 {
            for offset in 0...(bytes.count - count) {
                var expected: UInt64 = 0
                for index in 0..<count { expected |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
                #expect(word(bytes, at: offset, count: count) == expected, "\(count) at \(offset)")
            }
        }
        #expect(UInt64(ascii: "abc") == 0x63_6261)
        #expect(UInt64(ascii: "0123456789", from: 8) == 0x3938 && UInt64(ascii: "abc", from: 8) == 0)
    }

    @Test("words are made lower-case byte by byte, letters only")
    func lowercase() {
        for byte in UInt8.min...UInt8.max {
            let word = UInt64(repeating: byte)
            #expect(word.asciiLowercased == UInt64(repeating: byte.asciiLowercased))
            #expect((word << 8).asciiLowercased == UInt64(repeating: byte.asciiLowercased) << 8)
        }
    }

    /// A byte of a field's name as that of a variable.
    private func variable(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "_")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        default: byte
        }
    }

    @Test("names of fields become names of variables, byte by byte and of any length")
    func variables() {
        for byte in UInt8.min...UInt8.max {
            let around = UInt64(ascii: "-a-z-A-Z")
            for place in 0..<8 {
                let shift = UInt64(8 * place)
                let word = around & ~(0xFF << shift) | UInt64(byte) << shift
                let expected = UInt64(ascii: "_A_Z_A_Z") & ~(0xFF << shift) | UInt64(variable(byte)) << shift
                #expect(word.asVariable == expected, "\(byte) at \(place)")
            }
        }
        let name = Array("x-forwarded-for-9_~{`@[".utf8)
        for count in 0...name.count {
            for room in 0...name.count {
                var fits = false
                let written = [UInt8](capacity: room) { (output: inout OutputSpan<UInt8>) in
                    fits = output.append(variable: name.span.extracting(0..<count))
                }
                let expected = count <= room ? name[..<count].map(variable) : []
                #expect(fits == (count <= room) && written == expected, "\(count) in \(room)")
            }
        }
    }

    @Test("the lowest mark of a word is exact")
    func marks() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<8 {
                // Bytes that are no hit, but nearly, around the one that is looked at.
                let around = UInt64(repeating: 0x20) & ~(0xFF << UInt64(8 * place))
                let word = around | UInt64(byte) << UInt64(8 * place)
                let low = word.byteMarks(below: 0x20)
                #expect(byte < 0x20 ? low.trailingZeroBitCount / 8 == place : low == 0)
                let zero = word.zeroByteMarks
                #expect(byte == 0 ? zero.trailingZeroBitCount / 8 == place : zero == 0)
            }
        }
    }

    @Test("the first lane of a vector is exact, for every byte in every place")
    func lanes() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<16 {
                var around = [UInt8](repeating: 0x20, count: 18)
                around[place + 1] = byte
                let vector = around.span.vector(at: 1)
                #expect(vector.lanes(equalTo: byte).first == (byte == 0x20 ? 0 : place))
                #expect(vector.lanesBelow32.first == (byte < 32 ? place : 16))
                #expect(vector.lanesFrom128.first == (byte >= 128 ? place : 16))
                let both = vector.lanesBelow32 | vector.lanesFrom128
                #expect(both.first == (byte < 32 || byte >= 128 ? place : 16))
            }
        }
    }
}
