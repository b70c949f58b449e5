import Reactor
import Testing

@Suite(.tags(.reactor)) struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80", "127.0.0.1"), ("::1", "[::1]:80", "::1"),
        ("::ffff:10.0.0.7", "10.0.0.7:80", "10.0.0.7"),
        ("2001:db8::0:1", "[2001:db8::1]:80", "2001:db8::1"),
    ])
    func isWrittenAsInAConfiguration(host: String, description: String, digits: String) throws {
        let address = try #require(SocketAddress(host: host, port: 80))
        #expect(address.description == description && address.host == digits && address.port == 80)
        #expect(!address.isUnix && address.unixPath.isEmpty)
    }

    @Test(arguments: ["", "localhost", "127.0.0.1.5", "[::1]", "1.2.3", "::1%lo", "127.0.0.1 "])
    func whatIsNoNumericAddressIsRefused(host: String) {
        #expect(SocketAddress(host: host, port: 80) == nil)
    }

    @Test func aUnixPathHasItsBounds() throws {
        let longest = "/" + String(repeating: "x", count: SocketAddress.unixPathBytesMax - 1)
        let address = try #require(SocketAddress(unixPath: longest))
        #expect(address.unixPath == longest && address.description == "unix:" + longest && address.host == "unix")
        #expect(SocketAddress(unixPath: longest + "x") == nil)
        #expect(SocketAddress(unixPath: "") == nil)
        #expect(SocketAddress(unixPath: "/a\0b") == nil)
    }

    @Test func equalAddressesAreOneKey() {
        let addresses = [
            SocketAddress(host: "127.0.0.1", port: 80), SocketAddress(host: "127.0.0.1", port: 81),
            SocketAddress(host: "127.0.0.2", port: 80), SocketAddress(host: "::1", port: 80),
            SocketAddress(unixPath: "/a"), SocketAddress(unixPath: "/ab"), SocketAddress(host: "127.0.0.1", port: 80),
            SocketAddress(unixPath: "/a"),
        ]
        #expect(Set(addresses).count == 6)
    }

    @Test(arguments: ["192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "::1", "::192.0.2.1", "fe80::1"])
    func isMadeAnewFromItsBits(host: String) throws {
        let address = try #require(SocketAddress(host: host, port: 443))
        let bits = try #require(address.mappedBits)
        #expect(SocketAddress(mappedBits: bits, port: 443) == address)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false),
        ("126.255.255.255", false), ("::2", false), ("::7f00:1", false), ("0.0.0.0", false), ("fe80::1", false),
    ])
    func knowsWhatCannotLeaveTheMachine(_ host: String, _ isLoopback: Bool) throws {
        #expect(try #require(SocketAddress(host: host, port: 1)).isLoopback == isLoopback)
        #expect(try !#require(SocketAddress(unixPath: "/run/x.sock")).isLoopback)
    }

    @Test func aMappedAddressIsMadeAsIPv4() throws {
        let bits = try #require(SocketAddress(host: "::ffff:192.0.2.1", port: 80)?.mappedBits)
        #expect(SocketAddress(mappedBits: bits, port: 80) == SocketAddress(host: "192.0.2.1", port: 80))
    }

    @Test func resolvesDigitsAndTheLocalHost() throws {
        #expect(try SocketAddress.resolve(host: "::1", port: 8080).map(\.description) == ["[::1]:8080"])
        let local = try SocketAddress.resolve(host: "localhost", port: 80)
        #expect(local.contains { $0.host == "127.0.0.1" || $0.host == "::1" })
        #expect(local.allSatisfy { $0.port == 80 })
    }

    @Test func anErrorNamesTheCallAndTheReason() {
        let address = SocketAddress(host: "127.0.0.1", port: 1)
        #expect(throws: SystemError.self) {
            _ = try ListeningSocket(try #require(SocketAddress(host: "192.0.2.1", port: 1)))
        }
        #expect("\(SystemError("bind", code: 98))" == "bind: Address already in use")
        #expect(address != nil)
    }
}
