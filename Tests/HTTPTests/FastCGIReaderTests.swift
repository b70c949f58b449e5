import HTTP
import TestSupport
import Testing

@Suite struct FastCGIReaderTests {
    static let head = bytes("Status: 200 OK\r\n\r\n")

    static let whole: [(String, [UInt8], String, String)] = [
        ("one record", record(6, bytes("abc")) + endRecord(), "abc", ""),
        ("padded", record(6, bytes("abc"), padding: 5) + endRecord(padding: 7), "abc", ""),
        ("as much padding as can be", record(6, bytes("abc"), padding: 255) + endRecord(padding: 255), "abc", ""),
        ("output ended", record(6, bytes("abc")) + record(6, []) + endRecord(), "abc", ""),
        ("both ended", record(6, bytes("a")) + record(6, []) + record(7, []) + endRecord(), "a", ""),
        (
            "errors between",
            record(6, bytes("a")) + record(7, bytes("e"), padding: 7) + record(6, bytes("b")) + endRecord(),
            "ab", "e"
        ),
        ("errors behind the output's end", record(6, []) + record(7, bytes("e")) + endRecord(), "", "e"),
        ("nothing said", endRecord(), "", ""),
        ("padding alone", record(6, bytes("a")) + record(7, [], padding: 255) + endRecord(), "a", ""),
        (
            "as many empty ones as may be",
            record(6, bytes("a")) + record(6, []) + record(7, []) + (0..<16).flatMap { record($0 % 2 == 0 ? 6 : 7, []) }
                + endRecord(), "a", ""
        ),
    ]

    static let refused: [(String, [UInt8], RecordError)] = [
        ("version 0", record(6, [1], version: 0), .versionUnknown),
        ("version 2", record(6, [1], version: 2), .versionUnknown),
        ("request 0", record(6, [1], request: 0), .requestUnknown),
        ("request 2", record(6, [1], request: 2), .requestUnknown),
        ("request 257", record(6, [1], request: 257), .requestUnknown),
        ("management", record(10, [], request: 0), .requestUnknown),
        ("begin", record(6, [1]) + record(1, [0, 1, 0, 0, 0, 0, 0, 0]), .typeUnexpected),
        ("abort", record(2, []), .typeUnexpected), ("params", record(4, []), .typeUnexpected),
        ("stdin", record(5, [1]), .typeUnexpected), ("data", record(8, []), .typeUnexpected),
        ("values", record(9, []), .typeUnexpected), ("result", record(10, []), .typeUnexpected),
        ("unknown type", record(11, [UInt8](repeating: 0, count: 8)), .typeUnexpected),
        ("type 0", record(0, []), .typeUnknown), ("type 12", record(12, []), .typeUnknown),
        ("type 255", record(255, []), .typeUnknown),
        ("short end", record(3, [0, 0, 0, 0, 0, 0, 0]), .lengthWrong),
        ("long end", record(3, [UInt8](repeating: 0, count: 9)), .lengthWrong),
        ("empty end", record(3, []), .lengthWrong),
        ("cannot multiplex", endRecord(status: 1), .statusRefused),
        ("unknown role", endRecord(status: 3), .statusRefused),
        ("unknown status", endRecord(status: 255), .statusRefused),
        ("overloaded behind output", record(6, [1]) + endRecord(status: 2), .statusRefused),
        ("output behind its end", record(6, [1]) + record(6, []) + record(6, [2]), .contentBehindEnd),
        ("too many empty ones", record(6, []) + (0..<17).flatMap { _ in record(6, []) }, .tooManyEmptyRecords),
        ("text", bytes("HTTP/1.1 200 OK\r\n\r\n"), .versionUnknown),
    ]

    @Test("FastCGI 3.3: answers whole, cut everywhere, byte by byte, and cut short", arguments: whole)
    func reads(_ name: String, _ source: [UInt8], _ output: String, _ errors: String) {
        let expected = FastCGIAnswer(output: bytes(output), errors: bytes(errors), count: source.count)
        let next = source + [1, 2, 3]
        #expect(FastCGIAnswer.read(next) == expected)
        #expect(FastCGIAnswer.read(next, cuts: Array(0...next.count)) == expected)
        #expect(ReferenceFastCGI.read(next) == expected)
        for cut in 0..<source.count {
            #expect(FastCGIAnswer.read(next, cuts: [cut]) == expected, "cut at \(cut)")
            let short = FastCGIAnswer.read(Array(source[..<cut]))
            #expect(short.count == nil && short.reason == nil, "nothing after \(cut)")
            #expect(short == ReferenceFastCGI.read(Array(source[..<cut])))
        }
    }

    @Test("FastCGI 3.3: what is not of this request is refused however it is cut", arguments: refused)
    func refuses(_ name: String, _ source: [UInt8], _ reason: RecordError) {
        let whole = FastCGIAnswer.read(source)
        #expect(whole.reason == reason && whole.count == nil)
        #expect(whole == ReferenceFastCGI.read(source))
        for cut in 0..<source.count { #expect(FastCGIAnswer.read(source, cuts: [cut]) == whole, "cut at \(cut)") }
    }

    @Test("FastCGI 3.3: a mutated byte never makes a record reach further than it says", arguments: whole)
    func mutated(_ name: String, _ source: [UInt8], _ output: String, _ errors: String) {
        for index in source.indices where source.count < 200 || index < 40 || index % 8 < 2 {
            for byte in UInt8.min...UInt8.max {
                var mutated = source
                mutated[index] = byte
                let whole = FastCGIAnswer.read(mutated)
                if whole != ReferenceFastCGI.read(mutated) { Issue.record("\(mutated)") }
                if FastCGIAnswer.read(mutated, cuts: [index, index + 1]) != whole { Issue.record("cut: \(mutated)") }
            }
        }
    }

    @Test("FastCGI 5.5: a member that is overloaded has not taken the request up")
    func overloaded() {
        let expected = FastCGIAnswer(errors: bytes("e"), count: 25, isRefused: true)
        #expect(FastCGIAnswer.read(record(7, bytes("e")) + endRecord(status: 2)) == expected)
    }

    @Test("nothing may follow the end")
    func behindEnd() throws {
        var reader = FastCGIReader()
        let source = endRecord() + record(6, bytes("next one's"))
        let end = try reader.next(in: source.span)
        #expect(end == .end(next: 16))
        let none = try reader.next(in: Span())
        #expect(none == .more(0))
        var reason: RecordError?
        do throws(RecordError) {
            _ = try reader.next(in: source.span.extracting(16..<source.count))
        } catch {
            reason = error
        }
        #expect(reason == .behindEnd)
    }

    @Test("a connection's end is the answer's only where the output has ended")
    func connectionEnd() {
        func isWhole(_ source: [UInt8]) -> Bool {
            var reader = FastCGIReader()
            var offset = 0
            do throws(RecordError) {
                while true {
                    let event = try reader.next(in: source.span.extracting(offset..<source.count))
                    offset += event.next
                    if case .more = event { break }
                }
                try reader.finish(unread: source.count - offset)
                return true
            } catch {
                return false
            }
        }
        #expect(isWhole(record(6, [1]) + record(6, [])) && isWhole(endRecord()))
        #expect(isWhole(record(6, [1]) + record(6, []) + record(7, [1])))
        #expect(!isWhole([]) && !isWhole(record(6, [1])) && !isWhole(record(6, [1, 2, 3]).dropLast()))
        #expect(!isWhole(record(6, []) + record(7, [1, 2]).dropLast()) && !isWhole(record(6, []) + [1]))
        #expect(!isWhole(endRecord().dropLast()) && !isWhole(record(6, [], padding: 9).dropLast()))
    }

    @Test("a program that complains without end is given up before its record is read")
    func errorBytes() {
        let one = record(7, [UInt8](repeating: 0x65, count: 65_535))
        var source = (0..<16).flatMap { _ in one }
        #expect(FastCGIAnswer.read(source).errors.count == 16 * 65_535)
        source += record(7, [UInt8](repeating: 0x65, count: 17)).prefix(8)
        let answer = FastCGIAnswer.read(source)
        #expect(answer.reason == .errorOutputTooLong && answer.errors.count == 16 * 65_535)
    }

    @Test("each reason has a code of its own")
    func codes() {
        let codes = Set(RecordError.allCases.map { "\($0.code)" })
        #expect(codes.count == RecordError.allCases.count)
    }

    @Test("what a model writes is read as it was written, however it is cut")
    func model() {
        var generator = SplitMix(seed: 25)
        for _ in 0..<2_000 {
            var (source, output, errors): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
            for _ in 0..<Int.random(in: 0..<8, using: &generator) {
                let isOutput = Bool.random(using: &generator)
                let content = (0..<Int.random(in: 1..<40, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                source += record(isOutput ? 6 : 7, content, padding: Int.random(in: 0..<9, using: &generator))
                if isOutput { output += content } else { errors += content }
            }
            if Bool.random(using: &generator) { source += record(6, []) }
            source += endRecord(padding: Int.random(in: 0..<4, using: &generator))
            let cuts = (0..<4).map { _ in Int.random(in: 0...source.count, using: &generator) }.sorted()
            let expected = FastCGIAnswer(output: output, errors: errors, count: source.count)
            if FastCGIAnswer.read(source, cuts: cuts) != expected { Issue.record("\(source) \(cuts)") }
        }
    }

    @Test("records put together at random are read as the reference reads them", .timeLimit(.minutes(10)))
    func random() {
        var generator = SplitMix(seed: 2026)
        var source: [UInt8] = []
        for _ in 0..<200_000 {
            source.removeAll(keepingCapacity: true)
            for _ in 0...(generator.next() % 6) {
                let word = generator.next()
                let type: UInt8 = [6, 6, 6, 7, 3, UInt8(truncatingIfNeeded: word >> 8)][Int(word % 6)]
                let count = type == 3 ? 8 : Int(word >> 16) % 12
                let status = UInt8((word >> 24) % 24 == 0 ? 2 : 0)
                source += record(
                    type, [UInt8](repeating: type == 3 ? status : 0x61, count: count), padding: Int(word >> 32) % 4)
            }
            let word = generator.next()
            if word % 2 == 0 { source[Int(word >> 8) % source.count] = UInt8(truncatingIfNeeded: word >> 40) }
            if word % 3 == 0 { source.removeLast(Int(word >> 16) % source.count) }
            let cut = Int(word >> 20) % (source.count + 1)
            let whole = FastCGIAnswer.read(source)
            if whole != ReferenceFastCGI.read(source) { Issue.record("\(source)") }
            if FastCGIAnswer.read(source, cuts: [cut]) != whole { Issue.record("cut at \(cut): \(source)") }
        }
    }

    @Test("random bytes never crash the reader")
    func noise() {
        var generator = SplitMix(seed: 7)
        var source = [UInt8](repeating: 0, count: 64)
        for _ in 0..<300_000 {
            for index in stride(from: 0, to: 64, by: 8) {
                let word = generator.next()
                for place in 0..<8 { source[index + place] = UInt8(truncatingIfNeeded: word >> UInt64(8 * place)) }
            }
            if generator.next() % 4 > 0 { source.replaceSubrange(0..<6, with: [1, 6, 0, 1, 0, 3]) }
            let cut = Int(generator.next() % 65)
            if FastCGIAnswer.read(source, cuts: [cut]) != FastCGIAnswer.read(source) { Issue.record("\(source)") }
        }
    }
}
