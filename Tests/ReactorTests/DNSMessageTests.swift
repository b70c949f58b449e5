import Reactor
import Testing

/// What is read of a name server's answer beside what c-ares tells.
@Suite("Answers of name servers")
struct DNSMessageTests {
    /// An answer with SRV records for `_http._tcp.a.test`: time to live, priority, weight, port and host of each.
    private static func answer(_ records: [(seconds: UInt32, numbers: [UInt16], host: String)]) -> [UInt8] {
        var message: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        message += name("_http._tcp.a.test") + [0, 33, 0, 1]
        for record in records {
            let data = record.numbers.flatMap(bytes) + name(record.host)
            // A pointer to the name of the question.
            message += [0xC0, 12, 0, 33, 0, 1]
            message += bytes(UInt16(record.seconds >> 16)) + bytes(UInt16(truncatingIfNeeded: record.seconds))
            message += bytes(UInt16(data.count)) + data
        }
        return message
    }

    private static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

    private static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private static let two = answer([
        (30, [1, 10, 8_080], "N2.a.test"), (7, [0, 5, 8_081], "n1.a.test"),
    ])

    @Test("places in a stated order, hosts in lower case, and the least time to live")
    func services() throws {
        let services = try NameChannel.services(in: Self.two)
        #expect(services.map(\.target) == ["n1.a.test", "n2.a.test"])
        #expect(services.map(\.port) == [8_081, 8_080])
        #expect(services.map(\.priority) == [0, 1] && services.map(\.weight) == [5, 10])
        #expect(DNSMessage.leastSeconds(in: Self.two) == 7)
    }

    @Test("a place whose host's address nobody tells is there without one, and is asked for again soon")
    func untold() throws {
        let services = try NameChannel.services(in: Self.two)
        let address = try #require(SocketAddress(host: "192.0.2.1", port: 8_081))
        let failure = NameLookup.Answer.failure(SocketAddress.ResolutionError(words: "timeout"))
        let names = services.map { NameLookup.Name(host: $0.target, port: $0.port) }
        let one: NameLookup.Answer = .success(NameLookup.Finding(addresses: [address], seconds: 60))
        let finding = try NameChannel.answer(services, seconds: 7, [names[0]: one, names[1]: failure]).get()
        #expect(finding.services.map(\.target) == ["n1.a.test", "n2.a.test"])
        #expect(finding.services.map(\.addresses) == [[address], []])
        #expect(finding.seconds == 0)
        #expect(throws: SocketAddress.ResolutionError.self) {
            try NameChannel.answer(services, seconds: 7, [names[0]: failure, names[1]: failure]).get()
        }
    }

    @Test("a dot alone says that there is no such service, and a port 0 that it is nowhere")
    func nowhere() {
        for record: (UInt32, [UInt16], String) in [(30, [0, 0, 80], ""), (30, [0, 0, 0], "n1.a.test")] {
            #expect(throws: SocketAddress.ResolutionError.self) {
                try NameChannel.services(in: Self.answer([record]))
            }
        }
    }

    @Test("a time with the highest bit set is none (RFC 2181, section 8)")
    func negative() {
        let message = Self.answer([(0x8000_0000, [0, 0, 80], "n1.a.test"), (30, [0, 0, 80], "n2.a.test")])
        #expect(DNSMessage.leastSeconds(in: message) == 0)
    }

    @Test("an answer that is cut anywhere, or has any byte otherwise, is read to its end or not at all")
    func broken() {
        for length in 0..<Self.two.count {
            #expect(DNSMessage.leastSeconds(in: Array(Self.two[..<length])) == nil)
            _ = try? NameChannel.services(in: Array(Self.two[..<length]))
        }
        for index in Self.two.indices {
            for byte: UInt8 in [0, 1, 0x3F, 0x40, 0xC0, 0xFF] {
                var message = Self.two
                message[index] = byte
                let seconds = DNSMessage.leastSeconds(in: message)
                #expect(seconds.map { (0...Int(Int32.max)).contains($0) } ?? true)
                _ = try? NameChannel.services(in: message)
            }
        }
    }
}
