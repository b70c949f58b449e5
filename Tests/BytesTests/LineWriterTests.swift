import Bytes
import Testing

@Suite("LineWriter")
struct LineWriterTests {
    private static func written(_ write: (inout LineWriter) -> Void) -> [UInt8] {
        [UInt8](capacity: 256) { (output: inout OutputSpan<UInt8>) in
            output.append(UInt8(ascii: "<"))
            LineWriter.append(to: &output, write)
        }
    }

    @Test("Bytes of each length are written whole, one behind the other", arguments: 0...70)
    func lengths(count: Int) {
        let bytes = (0..<count).map { UInt8(0x21 + $0) }
        let line = Self.written { line in
            line.put(bytes.span)
            line.put("|")
            line.put(bytes.span)
        }
        #expect(line == [UInt8(ascii: "<")] + bytes + [UInt8(ascii: "|")] + bytes)
    }

    @Test(
        "Numbers are written with all of their digits",
        arguments: [0, 1, 9, 10, 11, 99, 100, 12_345, 999_999_999, 1_000_000_000, Int.max / 10, Int.max])
    func numbers(number: Int) {
        #expect(Self.written { $0.put(decimal: number) } == Array("<\(number)".utf8))
    }

    @Test("A number below zero, which none is, is zero")
    func negative() {
        #expect(Self.written { $0.put(decimal: -1) } == Array("<0".utf8))
    }

    @Test("Of a number as many digits are written as are asked for, the last ones")
    func digits() {
        #expect(Self.written { $0.put(7, digits: 3) } == Array("<007".utf8))
        #expect(Self.written { $0.put(123_456, digits: 3) } == Array("<456".utf8))
    }

    @Test("What is left of the room is known, and all of it may be written")
    func room() {
        let bytes = [UInt8](capacity: 10) { (output: inout OutputSpan<UInt8>) in
            LineWriter.append(to: &output) { line in
                #expect(line.room >= 10)
                while line.room > 0 { line.put("a") }
            }
        }
        #expect(bytes.count >= 10 && bytes.allSatisfy { $0 == UInt8(ascii: "a") })
    }
}
