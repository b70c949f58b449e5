import Bytes
import Forwarding
import HTTP
import Model
import Testing

/// What checks say and hear over HTTP/2, without a socket.
@Suite("Conversations of checks over HTTP/2")
struct HTTP2DialogueTests {
    private static func frame(_ type: UInt8, flags: UInt8, stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type, flags, 0, 0, 0, stream] + payload
    }

    private static let settings = frame(4, flags: 0, stream: 0, [])

    /// A field without an index and without Huffman's code (RFC 7541, section 6.2.2).
    private static func field(_ name: String, _ value: String) -> [UInt8] {
        [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }

    private static func head(_ status: String, _ fields: [(String, String)] = [], ends: Bool = false) -> [UInt8] {
        frame(
            1, flags: ends ? 5 : 4, stream: 1,
            field(":status", status) + fields.flatMap { field($0.0, $0.1) })
    }

    private static func trailers(_ fields: [(String, String)]) -> [UInt8] {
        frame(1, flags: 5, stream: 1, fields.flatMap { field($0.0, $0.1) })
    }

    private static func data(_ bytes: [UInt8], ends: Bool) -> [UInt8] {
        frame(0, flags: ends ? 1 : 0, stream: 1, bytes)
    }

    private static func result(_ check: MemberCheck, _ answer: [UInt8], cutAt cut: Int? = nil) -> ProbeResult? {
        DialogueTests.result(of: HTTP2Dialogue(check, buffers: BufferPool()), hearing: answer, cutAt: cut)
    }

    @Test("status, fields and content are looked at, wherever the answer is cut")
    func answers() throws {
        let check = try DialogueTests.check { said in
            (said.kind, said.answerFields, said.content) = (.h2, ["x-state": "ready"], "ok")
        }
        let fields = [("x-state", "all ready")]
        let cases: [(answer: [UInt8], isGood: Bool)] = [
            (Self.head("200", fields) + Self.data(Array("it is ok".utf8), ends: true), true),
            (Self.head("103") + Self.head("200", fields) + Self.data(Array("ok".utf8), ends: true), true),
            (Self.head("200", fields) + Self.data(Array("o".utf8), ends: false) + Self.data([0x6B], ends: true), true),
            (Self.head("200", fields) + Self.data(Array("no".utf8), ends: true), false),
            (Self.head("200", fields, ends: true), false),
            (Self.head("503", fields) + Self.data(Array("ok".utf8), ends: true), false),
            (Self.head("200") + Self.data(Array("ok".utf8), ends: true), false),
            (Self.frame(3, flags: 0, stream: 1, [0, 0, 0, 7]), false),
            (Self.frame(7, flags: 0, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0]), false), ([], false),
            (
                Self.frame(7, flags: 0, stream: 0, [0, 0, 0, 1, 0, 0, 0, 0]) + Self.head("200", fields)
                    + Self.data(Array("ok".utf8), ends: true), true
            ),
            (Self.frame(7, flags: 0, stream: 0, [0, 0, 0, 1, 0, 0, 0, 0]), false),
        ]
        for (answer, isGood) in cases {
            let bytes = Self.settings + answer
            for cut in 0...bytes.count {
                let result = Self.result(check, bytes, cutAt: cut)
                #expect(result?.hasPassed == isGood, "cut at \(cut): \(String(describing: result))")
            }
        }
        #expect(Self.result(check, Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))?.hasPassed == false)
    }

    @Test("gRPC's health: SERVING proves a member, nothing else does", arguments: [0, 1, 2, 3, 4])
    func health(status: UInt8) throws {
        let check = try DialogueTests.check { ($0.kind, $0.service) = (.grpc, "shop.Cart") }
        let message: [UInt8] = status == 0 ? [0, 0, 0, 0, 0] : [0, 0, 0, 0, 2, 8, status]
        let bytes =
            Self.settings + Self.head("200", [("content-type", "application/grpc")]) + Self.data(message, ends: false)
            + Self.trailers([("grpc-status", "0")])
        for cut in 0...bytes.count {
            #expect(Self.result(check, bytes, cutAt: cut)?.hasPassed == (status == 1))
        }
    }

    @Test("gRPC's health: a status of its own says why not")
    func unhealthy() throws {
        let check = try DialogueTests.check { $0.kind = .grpc }
        let unknown = Self.settings + Self.head("200", [("grpc-status", "12")], ends: true)
        #expect(Self.result(check, unknown) == .failed("gRPC status 12: the server has no health service"))
        let plain = Self.settings + Self.head("404", ends: true)
        #expect(Self.result(check, plain) == .failed("HTTP 404 without a gRPC status"))
    }

    @Test("gRPC's health: messages that lie about their length or are none")
    func messages() {
        #expect(GRPCHealth.servingStatus(in: [0, 0, 0, 0, 2, 8, 1]) == 1)
        #expect(GRPCHealth.servingStatus(in: [0, 0, 0, 0, 5, 18, 1, 65, 8, 1]) == 1)
        for wrong: [UInt8] in [
            [], [0, 0, 0, 0], [1, 0, 0, 0, 2, 8, 1], [0, 0, 0, 0, 3, 8, 1], [0, 255, 255, 255, 255, 8, 1],
            [0, 0, 0, 0, 1, 8], [0, 0, 0, 0, 2, 10, 127], [0, 0, 0, 0, 1, 9], [0, 0, 0, 0, 2, 15, 1],
            [0, 0, 0, 0, 7, 8, 255, 255, 255, 255, 255, 1],
        ] {
            #expect(GRPCHealth.servingStatus(in: wrong) == nil)
        }
    }

    @Test("each byte of an answer changed: a result, no trap, and no slab is kept")
    func mutated() throws {
        let check = try DialogueTests.check { ($0.kind, $0.content) = (.h2, "ok") }
        let bytes = Self.settings + Self.head("200", [("x", "y")]) + Self.data(Array("ok".utf8), ends: true)
        let buffers = BufferPool()
        for offset in bytes.indices {
            for change in [UInt8(1), 2, 4, 8, 16, 32, 64, 128, 255] {
                var changed = bytes
                changed[offset] ^= change
                let dialogue = HTTP2Dialogue(check, buffers: buffers)
                #expect(DialogueTests.result(of: dialogue, hearing: changed) != nil)
            }
        }
        #expect(buffers.lentCount == 0)
    }
}
