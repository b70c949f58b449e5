import Bytes
import Forwarding
import Glibc
import Model
import Reactor
import Testing

/// How lines of a log are given to a syslog.
@Suite("Syslog")
struct SyslogTargetTests {
    /// The messages that have come in whole, of those with their length in front.
    private static func wholeMessages(in bytes: [UInt8]) -> Int {
        var (rest, count) = (bytes[...], 0)
        while let blank = rest.firstIndex(of: UInt8(ascii: " ")) {
            guard let length = Int(String(decoding: rest[..<blank], as: UTF8.self)),
                rest.endIndex - blank - 1 >= length
            else { return count }
            rest = rest[(blank + 1 + length)...]
            count += 1
        }
        return count
    }

    /// Adds what there is to be read, and does not wait.
    private static func drain(_ number: Int32, into bytes: inout [UInt8]) {
        var part = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe recv(number, &part, part.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return }
            bytes += part[..<count]
        }
    }

    @Test("over TCP a line is taken when all of its message is sent, and not when a part of it is")
    func wholeLines() throws {
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listening = try ListeningSocket(address)
        let target = SyslogTarget(
            SyslogConfiguration(address: .tcp(host: "127.0.0.1", port: Int(listening.address.port))),
            message: "access", host: "edge")
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 40_000) + [UInt8(ascii: "\n")]
        var (lost, taken) = (0, 0)
        // Nobody reads, so that the room is over after some of them, most likely within one.
        while try target.write(line.span, lost: &lost) > 0 {
            taken += 1
            try #require(taken < 10_000)
        }
        #expect(taken > 0)
        let peer = try #require(try listening.accept()).socket
        defer { close(peer) }
        var bytes: [UInt8] = []
        let waker = try Waker()
        var isTaken = false
        for _ in 0..<1_000 where !isTaken {
            Self.drain(peer, into: &bytes)
            #expect(Self.wholeMessages(in: bytes) <= taken)
            isTaken = try target.write(line.span, lost: &lost) == line.count
            if !isTaken { target.waitForRoom(orWakeOf: waker, millis: 1_000) }
        }
        #expect(isTaken && lost == 0)
        for _ in 0..<1_000 where Self.wholeMessages(in: bytes) < taken + 1 {
            var query = pollfd(fd: peer, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&query, 1, 1_000)
            Self.drain(peer, into: &bytes)
        }
        // The line that was begun is there once, and nothing behind it.
        #expect(Self.wholeMessages(in: bytes) == taken + 1)
        #expect(bytes.last == UInt8(ascii: "x"))
    }

    @Test("a message has the severity that its line begins with, and else is informational")
    func severities() throws {
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listening = try ListeningSocket(address)
        var configuration = SyslogConfiguration(
            address: .tcp(host: "127.0.0.1", port: Int(listening.address.port)))
        configuration.facility = .local0
        let target = SyslogTarget(configuration, message: "events", hasSeverities: true, host: "edge")
        let waker = try Waker()
        for line in ["<3>refused\n", "<9>no severity\n", "none\n"] {
            let bytes = Array(line.utf8)
            var (lost, isTaken) = (0, false)
            for _ in 0..<1_000 where !isTaken {
                isTaken = try target.write(bytes.span, lost: &lost) == bytes.count
                if !isTaken { target.waitForRoom(orWakeOf: waker, millis: 1_000) }
            }
            #expect(isTaken && lost == 0)
        }
        let peer = try #require(try listening.accept()).socket
        defer { close(peer) }
        var bytes: [UInt8] = []
        for _ in 0..<1_000 where Self.wholeMessages(in: bytes) < 3 {
            var query = pollfd(fd: peer, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&query, 1, 1_000)
            Self.drain(peer, into: &bytes)
        }
        let form = #/\d+ <(\d+)>1 [-0-9T:.]+Z edge martlet \d+ events - /#
        let text = String(decoding: bytes, as: UTF8.self)
        let messages = text.split(separator: form).map(String.init)
        // RFC 5424, section 6.2.1: 16 * 8 and the severity.
        #expect(text.matches(of: form).map { String($0.1) } == ["131", "134", "134"])
        #expect(messages == ["refused", "<9>no severity", "none"])
    }
}
