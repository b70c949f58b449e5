import Bytes
import HTTP
import Testing

/// Heads of answers over AJP/1.3 as the text that the one parser reads.
@Suite("AJP answer text")
struct AJPAnswerTextTests {
    private typealias Packet = AJPPacket

    struct Head: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let packet: [UInt8]
        let text: String

        init(_ rule: String, _ status: Int, _ fields: [(AJPPacket.Name, String)], _ text: String) {
            testDescription = rule
            packet = AJPPacket.fields(status, fields)
            self.text = text
        }
    }

    static let heads: [Head] = [
        Head("the smallest", 200, [], "HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n"),
        Head(
            "every field that has a code", 404, (1...11).map { (.code($0), $0 == 3 ? "12" : "v\($0)") },
            "HTTP/1.1 404\r\nContent-Type: v1\r\nContent-Language: v2\r\nContent-Length: 12\r\nDate: v4\r\n"
                + "Last-Modified: v5\r\nLocation: v6\r\nSet-Cookie: v7\r\nSet-Cookie2: v8\r\nServlet-Engine: v9\r\n"
                + "Status: v10\r\nWWW-Authenticate: v11\r\n\r\n"),
        Head(
            "names that are written out", 299,
            [(.written("X-A"), "1"), (.written("x-b"), ""), (.written("X-A"), "\u{E9}\t2")],
            "HTTP/1.1 299\r\nX-A: 1\r\nx-b: \r\nX-A: \u{E9}\t2\r\ntransfer-encoding: chunked\r\n\r\n"),
        Head(
            "a length that is written out", 200, [(.written("content-LENGTH"), "3")],
            "HTTP/1.1 200\r\ncontent-LENGTH: 3\r\n\r\n"),
        Head(
            "fields of a connection are left out", 999,
            [
                (.written("Connection"), "close, Set-Cookie"), (.written("keep-alive"), "timeout=5"),
                (.written("Proxy-Connection"), "close"), (.written("Trailer"), "X-A"), (.written("Upgrade"), "h2c"),
                (.code(7), "a=b"),
            ], "HTTP/1.1 999\r\nSet-Cookie: a=b\r\ntransfer-encoding: chunked\r\n\r\n"),
    ]

    @Test("a head is laid down as HTTP/1.1 has it", arguments: heads)
    func whole(_ head: Head) {
        #expect(AJPHead.layDown(head.packet).map { text($0) } == .success(head.text))
    }

    @Test("what follows the head is said, unless its length is")
    func following() throws {
        let (plain, declared) = (Packet.fields(204, []), Packet.fields(304, [(.code(3), "7")]))
        #expect(try text(AJPHead.layDown(plain, .nothing).get()) == "HTTP/1.1 204\r\n\r\n")
        #expect(try text(AJPHead.layDown(plain, .end).get()) == "HTTP/1.1 204\r\ncontent-length: 0\r\n\r\n")
        for following in [AnswerFollowing.nothing, .content, .end] {
            #expect(try text(AJPHead.layDown(declared, following).get()) == "HTTP/1.1 304\r\nContent-Length: 7\r\n\r\n")
        }
    }

    @Test("no part of a packet is a head", arguments: heads)
    func cut(_ head: Head) {
        for count in head.packet.indices {
            let result = AJPHead.layDown(Array(head.packet[..<count]))
            if case .failure(.packet) = result { continue }
            Issue.record("\(count) bytes: \(result)")
        }
        #expect(AJPHead.layDown(head.packet + [0]) == .failure(.packet(.restInPacket)))
    }

    @Test(
        "lengths and codes that are not so",
        arguments: [
            ("nothing", [], .truncated),
            ("one byte", [0], .truncated),
            ("no reason", [0, 200], .truncated),
            ("a reason past the packet", [0, 200, 0, 1, 0], .stringPastPacket),
            ("a reason without NUL", [0, 200, 0, 1, 65, 66, 0, 0], .stringUnterminated),
            ("no reason at all, and no count", [0, 200, 0xFF, 0xFF], .truncated),
            ("a field of none", [0, 200, 0, 0, 0, 0, 1], .truncated),
            ("many fields of none", [0, 200, 0, 0, 0, 0, 100, 0, 1, 65, 0], .truncated),
            ("a name that is none", [0, 200, 0, 0, 0, 0, 1, 0xFF, 0xFF, 0, 0, 0], .stringNull),
            ("a value that is none", [0, 200, 0, 0, 0, 0, 1, 0xA0, 1, 0xFF, 0xFF, 0], .stringNull),
            ("code 0", [0, 200, 0, 0, 0, 0, 1, 0xA0, 0, 0, 0, 0], .codeUnknown),
            ("code 12", [0, 200, 0, 0, 0, 0, 1, 0xA0, 12, 0, 0, 0], .codeUnknown),
            ("code 255", [0, 200, 0, 0, 0, 0, 1, 0xA0, 255, 0, 0, 0], .codeUnknown),
            ("a name of A1 00", [0, 200, 0, 0, 0, 0, 1, 0xA1, 0, 0, 0, 0], .stringPastPacket),
            ("a value past the packet", [0, 200, 0, 0, 0, 0, 1, 0xA0, 1, 0, 2, 65, 0], .stringPastPacket),
            ("a value without NUL", [0, 200, 0, 0, 0, 0, 1, 0xA0, 1, 0, 1, 65, 66], .stringUnterminated),
            ("a byte behind the fields", [0, 200, 0, 0, 0, 0, 0, 0], .restInPacket),
        ] as [(String, [UInt8], RecordError)])
    func structure(_ rule: String, _ packet: [UInt8], _ reason: RecordError) {
        #expect(AJPHead.layDown(packet) == .failure(.packet(reason)))
    }

    @Test(
        "fields that are none",
        arguments: [
            ("", "x", .emptyFieldName), ("X A", "x", .fieldNameInvalid), ("X-A:", "x", .fieldNameInvalid),
            ("X\r\nY", "x", .fieldNameInvalid), (":status", "200", .fieldNameInvalid), ("X\0", "x", .fieldNameInvalid),
            ("X\u{E9}", "x", .fieldNameInvalid), ("X", "a\r\nSet-Cookie: b", .bareCarriageReturn),
            ("X", "a\nb", .bareLineFeed), ("X", "a\0b", .nulByte), ("X", "a\u{7F}", .controlByte),
            ("Transfer-Encoding", "chunked", .transferCodingUnknown), ("transfer-encoding", "", .transferCodingUnknown),
        ] as [(String, String, HeadRefusal)])
    func fields(_ name: String, _ value: String, _ reason: HeadRefusal) {
        let packet = Packet.fields(200, [(.code(1), "text/plain"), (.written(name), value), (.code(4), "x")])
        let result = AJPHead.layDown(packet)
        #expect(result == .failure(.head(reason)))
    }

    @Test("values of coded names are held to the same", arguments: 1...11 as ClosedRange<UInt8>)
    func codedValues(_ code: UInt8) {
        for value in ["a\r\nb: c", "\n", "\0", "a\u{1F}"] {
            guard case .failure(.head) = AJPHead.layDown(Packet.fields(200, [(.code(code), value)])) else {
                Issue.record("\(code) took \(value)")
                continue
            }
        }
    }

    @Test(
        "AJP has no interim answers and no status beyond three digits",
        arguments: [0, 1, 99, 100, 101, 103, 199, 1000, 65_535])
    func status(_ status: Int) {
        #expect(AJPHead.layDown(Packet.fields(status, [])) == .failure(.head(.statusLineMalformed)))
    }

    @Test("no reason at all is one")
    func noReason() {
        let laid = AJPHead.layDown([0, 200, 0xFF, 0xFF, 0, 0]).map { text($0) }
        #expect(laid == .success("HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n"))
    }

    @Test("a reason never reaches a client")
    func reason() {
        let packet = Packet.fields(200, [], reason: "OK\r\nSet-Cookie: a=b\r\n\r\nrest")
        let laid = AJPHead.layDown(packet).map { text($0) }
        #expect(laid == .success("HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n"))
    }

    @Test("more fields than a head may have, and more than a slab holds")
    func bounds() {
        let many = Packet.fields(200, Array(repeating: (.code(9), ""), count: 129))
        #expect(AJPHead.layDown(many) == .failure(.head(.tooManyFields)))
        #expect(AJPHead.layDown([0, 200, 0, 0, 0, 0xFF, 0xFF]) == .failure(.head(.tooManyFields)))
        let expanding = Packet.fields(200, Array(repeating: (.code(9), ""), count: 12_000))
        #expect(AJPHead.layDown(expanding, fieldCountMax: .max) == .failure(.head(.headTooLarge)))
        let long = Packet.fields(200, [(.code(7), String(repeating: "a", count: 65_000))])
        #expect((try? AJPHead.layDown(long).get().count) == 65_000 + 58)
        let buffers = BufferPool()
        _ = AJPHead.layDown(long, buffers: buffers)
        _ = AJPHead.layDown(expanding, fieldCountMax: .max, buffers: buffers)
        #expect(buffers.lentCount == 0)
    }

    /// What comes of a packet is what an independent reader of it says should.
    static func compare(_ packet: [UInt8], buffers: BufferPool) -> Bool {
        let laid = AJPHead.layDown(packet, buffers: buffers)
        guard let reference = AJPHead(packet) else {
            // A status or a count may be refused before what makes it no packet.
            if case .failure = laid { return true }
            return false
        }
        guard case .success(let source) = laid else {
            guard case .failure(.head(let reason)) = laid else { return false }
            return reference.mayBeRefused || reason == .tooManyFields && reference.fields.count > 128
        }
        guard !reference.mayBeRefused else { return false }
        let parsed = ResponseSnapshot.parse(source)
        guard let value = parsed.value else { return reference.hasDoubtfulLength || parsed.refusal == .fieldTooLong }
        let fields = value.fields.map { "\($0.name): \($0.value)" }.filter { $0 != "transfer-encoding: chunked" }
        return value.status == reference.status && fields == reference.forwarded
    }

    @Test("every byte replaced by others means what the description says", arguments: heads)
    func mutated(_ head: Head) {
        let buffers = BufferPool()
        var packet = head.packet
        for place in packet.indices {
            for byte in AJPPacket.telling {
                packet[place] = byte
                guard Self.compare(packet, buffers: buffers) else {
                    Issue.record("\(byte) at \(place): \(AJPHead.layDown(packet).map { text($0) })")
                    return
                }
            }
            packet[place] = head.packet[place]
        }
    }
}

extension AJPHead {
    private static let dropped = ["connection", "keep-alive", "proxy-connection", "trailer", "upgrade"]

    /// Whether a status or a field is none.
    fileprivate var mayBeRefused: Bool {
        if !(200...999 ~= status) { return true }
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars)
        return fields.contains { name, value in
            name.isEmpty || !name.unicodeScalars.allSatisfy(token.contains)
                || value.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }
                || name.lowercased() == "transfer-encoding"
        }
    }

    /// Whether the parser may find no length in it.
    fileprivate var hasDoubtfulLength: Bool {
        let lengths = fields.filter { $0.name.lowercased() == "content-length" }
        let value = lengths.first?.value.trimmingBlanks ?? "0"
        return lengths.count > 1 || value.isEmpty || !value.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }

    /// The fields that are passed on.
    fileprivate var forwarded: [String] {
        fields.filter { !Self.dropped.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value.trimmingBlanks)" }
    }
}

extension String {
    /// Without spaces and tabs at its ends.
    fileprivate var trimmingBlanks: String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
        var scalars = unicodeScalars[...]
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }
}
