import Bytes
import HTTP
import TestSupport
import Testing

/// Content of requests to members over AJP/1.3.
@Suite("AJP upload")
struct AJPUploadTests {
    /// What was written, as content of packets.
    private func packets(_ output: Buffer) throws -> [[UInt8]] {
        var rest = output.withReadable { bytes in bytes.indices.map { bytes[$0] } }[...]
        output.removeAll()
        var packets: [[UInt8]] = []
        while !rest.isEmpty {
            try #require(rest.count >= 6)
            let header = Array(rest.prefix(6))
            let count = Int(header[4]) * 256 + Int(header[5])
            #expect(header.starts(with: [0x12, 0x34]) && Int(header[2]) * 256 + Int(header[3]) == count + 2)
            try #require(rest.count >= 6 + count)
            packets.append(Array(rest.dropFirst(6).prefix(count)))
            rest = rest.dropFirst(6 + count)
        }
        return packets
    }

    private func want(_ count: Int, of upload: inout AJPUpload) -> RecordError? {
        do throws(RecordError) {
            try upload.want(count)
            return nil
        } catch {
            return error
        }
    }

    @Test("of a length that was said the first packet goes at once, and the rest as it is asked for")
    func declared() throws {
        let output = Buffer(capacity: 65_536)
        let content = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var upload = AJPUpload(.length(20_000), packetBytes: 8192)
        #expect(upload.isOwed)
        #expect(upload.send(content.span, to: output) == 8186)
        #expect(!upload.isOwed)
        #expect(upload.send(content.span.extracting(8186..<20_000), to: output) == 0)
        #expect(want(8186, of: &upload) == nil)
        #expect(upload.isOwed)
        #expect(upload.send(content.span.extracting(8186..<20_000), to: output) == 8186)
        #expect(want(65_535, of: &upload) == nil)
        #expect(upload.send(content.span.extracting(16_372..<20_000), to: output) == 3628)
        upload.end(to: output)
        #expect(!upload.isOwed)
        #expect(
            try packets(output) == [Array(content[..<8186]), Array(content[8186..<16_372]), Array(content[16_372...])])
    }

    @Test("of a length that was not said nothing goes unasked, and an empty packet ends it")
    func chunked() throws {
        let output = Buffer(capacity: 65_536)
        let content = bytes("hello")
        var upload = AJPUpload(.chunked, packetBytes: 8192)
        #expect(!upload.isOwed && upload.send(content.span, to: output) == 0)
        #expect(want(3, of: &upload) == nil)
        #expect(upload.send(content.span, to: output) == 3)
        #expect(want(8186, of: &upload) == nil)
        #expect(upload.send(Span(), to: output) == 0)
        #expect(upload.isOwed)
        #expect(upload.send(content.span.extracting(3..<5), to: output) == 2)
        #expect(want(8186, of: &upload) == nil)
        upload.end(to: output)
        #expect(!upload.isOwed)
        #expect(try packets(output) == [bytes("hel"), bytes("lo"), []])
    }

    @Test("behind the end a member may ask a few times", arguments: [Framing.none, .length(0), .chunked])
    func behindEnd(_ framing: Framing) throws {
        let output = Buffer(capacity: 65_536)
        var upload = AJPUpload(framing, packetBytes: 8192)
        #expect(!upload.isOwed)
        upload.end(to: output)
        #expect(try packets(output).isEmpty)
        for _ in 0..<8 {
            #expect(want(8186, of: &upload) == nil)
            #expect(upload.isOwed)
            upload.end(to: output)
            #expect(!upload.isOwed)
            #expect(try packets(output) == [[]])
        }
        #expect(want(8186, of: &upload) == .tooManyUnaskedChunks)
    }

    @Test("a member asks for something, and for one packet at a time")
    func refused() {
        var upload = AJPUpload(.length(5), packetBytes: 8192)
        #expect(want(8186, of: &upload) == .typeUnexpected)
        var other = AJPUpload(.chunked, packetBytes: 8192)
        #expect(want(0, of: &other) == .lengthWrong)
        #expect(want(1, of: &other) == nil)
        #expect(want(1, of: &other) == .typeUnexpected)
    }

    @Test("a packet waits for room, and so does an empty one")
    func room() throws {
        let content = bytes("hello")
        for room in 1...20 {
            let output = Buffer(capacity: room)
            var upload = AJPUpload(.length(5), packetBytes: 8192)
            let count = max(0, min(5, room - 6))
            #expect(upload.send(content.span, to: output) == count)
            #expect(upload.isOwed == (count == 0))
            #expect(try packets(output) == (count == 0 ? [] : [Array(content[..<count])]))
        }
        let output = Buffer(capacity: 6)
        #expect(output.append("x"))
        var upload = AJPUpload(.chunked, packetBytes: 8192)
        #expect(want(9, of: &upload) == nil)
        upload.end(to: output)
        #expect(upload.isOwed && output.count == 1)
        output.removeAll()
        upload.end(to: output)
        #expect(!upload.isOwed)
        #expect(try packets(output) == [[]])
    }

    @Test("a member that reads as Tomcat does gets the content, however it comes", .timeLimit(.minutes(10)))
    func model() throws {
        var generator = SplitMix(seed: 17)
        let output = Buffer(capacity: 65_536)
        for round in 0..<3_000 {
            let packetBytes = [8192, 16_384, 65_536].randomElement(using: &generator) ?? 8192
            let count = Int.random(in: 0...30_000, using: &generator)
            let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
            let isDeclared = Bool.random(using: &generator)
            var upload = AJPUpload(isDeclared ? .length(UInt64(count)) : .chunked, packetBytes: packetBytes)
            var member = ReadingMember(waits: isDeclared && count > 0, hasContent: !isDeclared || count > 0)
            var sent = 0
            var hasEnded = false
            while !member.hasEnded {
                if let wanted = member.ask(most: packetBytes - 6, &generator) {
                    #expect(want(wanted, of: &upload) == nil)
                }
                // Comes in pieces, of which some are late.
                let next = sent + min(count - sent, Int.random(in: 0...12_000, using: &generator))
                sent += upload.send(content.span.extracting(sent..<next), to: output)
                if sent == count, hasEnded || Bool.random(using: &generator) {
                    hasEnded = true
                    upload.end(to: output)
                }
                for packet in try packets(output) { member.take(packet) }
            }
            let isRight = member.content == content && !upload.isOwed && !member.hasBeenGivenUnasked
            #expect(isRight, "round \(round): \(count) bytes, \(isDeclared)")
        }
    }
}

/// A member that asks for content until it gets an empty packet.
private struct ReadingMember {
    private(set) var content: [UInt8] = []
    private(set) var hasEnded = false
    private(set) var hasBeenGivenUnasked = false
    private var waits: Bool
    private var bytesMax = Int.max

    init(waits: Bool, hasContent: Bool) {
        self.waits = waits
        hasEnded = !hasContent
    }

    /// How many bytes it asks for; `nil` while it waits for some.
    mutating func ask(most: Int, _ generator: inout SplitMix) -> Int? {
        guard !waits else { return nil }
        waits = true
        let count = Bool.random(using: &generator) ? most : Int.random(in: 1...65_535, using: &generator)
        bytesMax = min(count, most)
        return count
    }

    mutating func take(_ packet: [UInt8]) {
        if !waits || packet.count > bytesMax { hasBeenGivenUnasked = true }
        waits = false
        content += packet
        if packet.isEmpty { hasEnded = true }
    }
}
