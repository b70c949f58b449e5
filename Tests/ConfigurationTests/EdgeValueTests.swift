import Configuration
import Forwarding
import Limiting
import Model
import Testing

/// What the values of a configuration say for themselves.
@Suite("Values of a configuration")
struct EdgeValueTests {
    @Test("Paths stand longest first, whatever their order was")
    func paths() {
        let site = SiteConfiguration(
            host: .any, paths: ["/", "/static/images", "/static", "/a"].map { .init(prefix: $0, balancer: "shop") })
        #expect(site.paths.map(\.prefix) == ["/static/images", "/static", "/a", "/"])
    }

    @Test("An address is written as it is read")
    func addresses() {
        #expect(ListenAddress.ip(host: "::", port: 443).description == "[::]:443")
        #expect(ListenAddress.ip(host: "127.0.0.1", port: 0).description == "127.0.0.1:0")
        #expect(ListenAddress.unix(path: "/run/m.sock").description == "unix:/run/m.sock")
    }

    @Test(
        "A range of addresses is read from the text that it is written as",
        arguments: ["10.0.0.0/8", "192.0.2.1", "0.0.0.0/0", "fd00::/8", "::1", "::/0", "::fffe:0:0/95"])
    func rangeTexts(_ text: String) {
        #expect(AddressRange(text)?.description == text)
        #expect(TrustedProxy(text) == AddressRange(text).map { .range($0) })
    }

    @Test(
        "A member's URL is read from the text that it is written as",
        arguments: ["http://a.example:80", "http://10.0.0.1:65535", "h2c://[2001:db8::1]:1", "unix:/run/a:b.sock"])
    func memberTexts(_ text: String) {
        #expect(MemberURL(text)?.description == text)
    }

    @Test(
        "A member's URL is written as it is read",
        arguments: [
            "http://a:80", "h2c://[::1]:1", "unix:/run/a.sock", "fcgi://10.0.0.1:9000", "fcgi+unix:/run/a.sock",
            "ajp://a:8009",
        ])
    func memberURL(_ text: String) {
        #expect(MemberURL(text)?.description == text)
    }

    @Test("What is no address, range or URL has no value", arguments: ["", "a", "[::1]", "1.0.0.0/33", "::/-1", "1:x"])
    func noTexts(_ text: String) {
        #expect(AddressRange(text) == nil)
        #expect(ListenAddress(text) == nil)
        #expect(MemberURL(text) == nil)
    }

    @Test(
        "IPv6 addresses are brought to their shortest form",
        arguments: [
            ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("1::", "1::"),
            ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::ffff:127.0.0.1", "::ffff:7f00:1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ])
    func shortest(_ written: String, _ shortest: String) throws {
        let edge = try Golden.loader.load(
            ProxyArguments(listenHTTP: ["[\(written)]:80"], to: ["http://[\(written)]:81"])
        ).edge
        #expect(edge.listeners[0].address == .ip(host: shortest, port: 80))
        #expect(edge.balancers[0].members[0].address == .host(shortest, port: 81))
    }

    @Test(
        "What only looks like an IPv6 address is refused",
        arguments: [
            ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::1.2.3", "1.2.3.4::",
            ":1:2:3:4:5:6:7:8", "::g", "1:", ":1", "",
        ])
    func noAddress(_ text: String) {
        #expect(throws: ConfigurationErrors.self) {
            try Golden.loader.load(ProxyArguments(listenHTTP: ["[\(text)]:80"], to: ["http://127.0.0.1:81"]))
        }
    }
}
