import Bytes
import HTTP
import Testing

/// What a server's end makes of frames that nghttp2 passes over in silence, and how much it takes in a turn.
@Suite("HTTP/2 session")
struct HTTP2SessionTests {
    private typealias Stage = HTTP2Stage

    @Test("a turn is for a bounded number of frames, and the rest is left to the next one")
    func frames() {
        let stage = Stage()
        let frame = Stage.frame(6, 1, 0, Array(repeating: 0, count: 8))
        let flood = Array(repeating: frame, count: 5000).flatMap { $0 }
        var start = 0
        var turns = 0
        while start < flood.count {
            let before = stage.glitches.count
            stage.session.allot(65_536)
            let rest = Array(flood[start...])
            let (taken, error) = stage.session.receive(rest.span)
            #expect(error == nil && taken % frame.count == 0)
            #expect(stage.glitches.count - before == taken / frame.count)
            #expect(taken / frame.count <= 1024)
            #expect(!stage.session.hasAllotment || start + taken == flood.count)
            start += taken
            turns += 1
        }
        #expect(stage.glitches == Array(repeating: .acknowledgement, count: 5000))
        #expect(turns >= 5)
    }

    @Test("a turn is for a bounded number of requests")
    func heads() {
        let stage = Stage()
        let flood = (0..<100).flatMap { Stage.request(UInt8(2 * $0 + 1)) }
        stage.session.allot(49_152)
        let (taken, error) = stage.session.receive(flood.span)
        #expect(error == nil)
        #expect(stage.heads.count <= 32 && stage.heads.count == taken / Stage.request(1).count)
        #expect(stage.receive(Array(flood[taken...])) == nil)
        #expect(stage.heads.count == 100)
    }

    @Test("frames are found wherever what comes is cut", arguments: [1, 2, 3, 5, 8, 9, 10, 17, 1000])
    func pieces(size: Int) {
        let stage = Stage()
        let bytes =
            Stage.request(1, ends: false) + Stage.frame(0, 0, 1, Array(repeating: 7, count: 300))
            + Stage.frame(0x77, 0, 0) + Stage.frame(6, 0, 0, Array(repeating: 0, count: 8))
            + Stage.frame(8, 0, 0, [0, 0, 0, 1]) + Stage.frame(0, 0, 1) + Stage.frame(2, 0, 9, [0, 0, 0, 0, 1])
            + Stage.frame(0xBB, 0xFF, 1, Array(repeating: 1, count: 700))
            + Stage.frame(7, 0, 0, Array(repeating: 0, count: 8))
        #expect(stage.receive(bytes, by: size) == nil)
        #expect(stage.contentBytes == 300)
        // The request accounts for three of those that may come with one.
        #expect(stage.glitches == [.emptyFrame, .priority, .unknownFrame, .goAway])
    }

    @Test(
        "a frame behind the end of its stream is a connection error (RFC 9113, section 5.1)",
        arguments: [Stage.frame(0, 0, 1, [1]), Stage.frame(0, 1, 1), Stage.request(1)])
    func behindTheEnd(frame: [UInt8]) {
        let stage = Stage()
        #expect(stage.receive(Stage.request(1)) == nil)
        stage.answer(1)
        #expect(stage.ended == [1])
        #expect(stage.receive(Stage.frame(8, 0, 1, [0, 0, 0, 9]) + Stage.frame(3, 0, 1, [0, 0, 0, 8])) == nil)
        #expect(stage.receive(frame) == .streamClosed)
    }

    @Test(
        "a frame behind the client's reset is a stream error, said once",
        arguments: [Stage.frame(0, 0, 1, [1]), Stage.request(1)])
    func behindAReset(frame: [UInt8]) {
        let stage = Stage()
        #expect(stage.receive(Stage.request(1, ends: false) + Stage.frame(3, 0, 1, [0, 0, 0, 8])) == nil)
        #expect(stage.receive(frame + frame) == nil)
        stage.flush()
        #expect(stage.resets == [[1, 5]])
        // And the connection goes on.
        #expect(stage.receive(Stage.request(3)) == nil)
        #expect(stage.heads == [1, 3])
    }

    @Test("what is under way when this end resets a stream is dropped, up to a window of it")
    func underWay() {
        let stage = Stage()
        #expect(stage.receive(Stage.request(1, ends: false)) == nil)
        stage.session.reset(1, .none)
        stage.flush()
        let content = Stage.frame(0, 0, 1, Array(repeating: 0, count: 16_384))
        #expect(stage.receive(content + content + content) == nil)
        #expect(stage.receive(Stage.frame(1, 5, 1, [0x00, 0x01, 0x78, 0x01, 0x79])) == nil)
        #expect(stage.glitches == [] && stage.contentBytes == 0)
        for _ in 0..<100 { #expect(stage.receive(content) == nil) }
        #expect(stage.glitches.count > 90 && stage.glitches.allSatisfy { $0 == .strayFrame })
        #expect(stage.resets == [[1, 0]])
    }

    @Test("windows are accounted for by what was sent, and not without end")
    func windows() {
        let stage = Stage()
        let window = Stage.frame(8, 0, 0, [0, 0, 1, 0])
        for _ in 0..<10 { #expect(stage.receive(window) == nil) }
        #expect(stage.glitches == Array(repeating: .window, count: 10))
        #expect(stage.receive(Stage.request(1)) == nil)
        for _ in 0..<3 { #expect(stage.receive(window) == nil) }
        #expect(stage.glitches.count == 10)
        #expect(stage.receive(window) == nil)
        #expect(stage.glitches.count == 11)
    }

    @Test("a preface that is none is a protocol error")
    func preface() {
        let session = HTTP2Session(
            role: .server,
            settings: HTTP2Session.Settings(
                maxConcurrentStreams: 1, initialWindowBytes: 65_535, connectionWindowBytes: 65_535,
                maxHeaderListBytes: 1024))
        session.allot(1000)
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(session.receive(bytes.span).error == .protocolError)
    }

    @Test("whose fault a refused field is: its name's, or its value's")
    func refusedField() {
        for (name, reason) in [
            ("x-padded", HeadRefusal.fieldValueInvalid), ("X-Padded", .fieldNameInvalid),
            ("x padded", .fieldNameInvalid),
            ("", .fieldNameInvalid),
        ] {
            let head = HTTP2RequestText(buffers: BufferPool())
            head.begin(isTrailers: false)
            head.refuse(name: Array(name.utf8).span)
            var found: HeadRefusal?
            do throws(HeadError) {
                try head.finish(endsStream: true, webSocketKey: Span())
            } catch {
                found = error.reason
            }
            #expect(found == reason, "\(name)")
            head.giveBack()
        }
    }

    @Test(
        "Host says what :authority does, letter for letter, or the request is refused",
        arguments: ["h", "H", "h.", "i"])
    func authority(host: String) {
        let head = HTTP2RequestText(buffers: BufferPool())
        head.begin(isTrailers: false)
        for (name, value) in [(":method", "GET"), (":path", "/"), (":authority", "h"), ("host", host)] {
            let (name, value) = (Array(name.utf8), Array(value.utf8))
            let goesOn = head.add(name: name.span, value: value.span)
            #expect(goesOn)
        }
        var found: HeadRefusal?
        do throws(HeadError) {
            try head.finish(endsStream: true, webSocketKey: Span())
        } catch {
            found = error.reason
        }
        #expect(found == (host == "h" ? nil : .hostDisagrees))
        head.giveBack()
    }

    @Test("names of fields leave in lower case, of whatever length, and values as they are", arguments: 1...20)
    func names(count: Int) throws {
        let (client, server) = (HTTP2FieldSink(.client), HTTP2FieldSink(.server))
        server.send(to: client)
        let asked = client.ask()
        client.send(to: server)
        let name = String(repeating: "X-Ab", count: 5).prefix(count)
        let lines = Array("\(name): \(name) Z\r\n\(name): \r\n".utf8)
        server.session.submitHead(
            stream: try #require(asked), status: 200, fields: lines.span, hasContent: false)
        server.send(to: client)
        #expect(client.fields == [":status: 200", "\(name.lowercased()): \(name) Z", "\(name.lowercased()): "])
    }

    @Test("a session does not keep its owner")
    func owner() {
        weak var owner: HTTP2FieldSink?
        do {
            let sink = HTTP2FieldSink(.server)
            owner = sink
            #expect(owner != nil)
        }
        #expect(owner == nil)
    }

    @Test(
        "a request's head, field by field, is the text of HTTP/1.1",
        arguments: [
            ([":method GET", ":scheme https", ":path /", "host h"], true, "GET / HTTP/1.1\r\nhost: h\r\n\r\n"),
            ([":method CONNECT", ":authority h:1"], true, "CONNECT h:1 HTTP/1.1\r\nhost: h:1\r\n\r\n"),
            (
                [":method POST", ":path /", ":authority h", "cookie a", "x y", "cookie b"], false,
                "POST / HTTP/1.1\r\nhost: h\r\nx: y\r\ncookie: a; b\r\ntransfer-encoding: chunked\r\n\r\n"
            ),
            (
                [":method CONNECT", ":protocol websocket", ":path /", ":authority h"], false,
                "GET / HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: K\r\n\r\n"
            ),
        ])
    func text(fields: [String], endsStream: Bool, text: String) throws {
        let head = HTTP2RequestText(buffers: BufferPool())
        head.begin(isTrailers: false)
        for field in fields {
            let parts = field.split(separator: " ").map { Array($0.utf8) }
            let (name, value) = (parts[0], parts[1])
            let goesOn = head.add(name: name.span, value: value.span)
            #expect(goesOn)
        }
        try head.finish(endsStream: endsStream, webSocketKey: [UInt8(ascii: "K")].span)
        let agrees = head.withText { bytes in bytes.equals(Array(text.utf8).span) }
        #expect(agrees)
        head.giveBack()
    }
}
