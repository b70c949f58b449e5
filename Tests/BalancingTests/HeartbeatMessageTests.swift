import Balancing
import Testing

@Suite("HeartbeatMessage", .tags(.balancing))
struct HeartbeatMessageTests {
    private static let vectors: [(text: String, ready: Int, busy: Int, port: Int?)] = [
        ("v=1&ready=75&busy=3", 75, 3, nil), ("v=1&ready=0&busy=0", 0, 0, nil),
        ("v=1&ready=75&busy=0&port=8080", 75, 0, 8080), ("busy=2&port=1&ready=1&v=1", 1, 2, 1),
        ("v=1&ready=7&busy=2&load=0.5&flag", 7, 2, nil), ("v=1&ready=999999999&busy=1&", 999_999_999, 1, nil),
        ("v=1&ready=1&busy=1&port=65535", 1, 1, 65_535),
    ]

    private func parse(_ text: String) -> HeartbeatMessage? { HeartbeatMessage(Array(text.utf8).span) }

    @Test("a message of mod_heartbeat, of Tomcat, in another order, with more in it", arguments: vectors)
    func read(text: String, ready: Int, busy: Int, port: Int?) throws {
        let message = try #require(parse(text))
        #expect(message.ready == ready && message.busy == busy && message.port == port)
    }

    @Test(
        "what is none",
        arguments: [
            "", "v=1", "v=1&ready=1", "v=1&busy=1", "ready=1&busy=1", "v=2&ready=1&busy=1", "v=1&ready=&busy=1",
            "v=1&ready=-1&busy=1", "v=1&ready=1e3&busy=1", "v=1&ready=1&busy=1&port=0", "v=1&ready=1&busy=1&port=65536",
            "v=1&ready=1&busy=1&ready=2", "v=1&ready=1000000000&busy=1", "V=1&Ready=1&Busy=1", "v=1;ready=1;busy=1",
            "v=1&ready= 1&busy=1", "v=1&ready=1&busy=1\n", "\u{0}",
            "v=1&ready=1&busy=1&x=" + String(repeating: "x", count: 256),
        ])
    func refused(text: String) {
        #expect(parse(text) == nil)
    }

    @Test(
        "each vector, cut at each byte, and each byte of it changed to any other: read in range or refused",
        .tags(.fuzz))
    func mutated() {
        func check(_ bytes: [UInt8]) {
            guard let message = HeartbeatMessage(bytes.span) else { return }
            #expect(message.ready <= 999_999_999 && message.busy <= 999_999_999)
            #expect(message.port.map { (1...65_535).contains($0) } ?? true)
        }
        for vector in Self.vectors {
            let whole = Array(vector.text.utf8)
            for offset in whole.indices {
                check(Array(whole[..<offset]))
                for byte in UInt8.min ... .max {
                    var bytes = whole
                    bytes[offset] = byte
                    check(bytes)
                }
            }
        }
    }
}
