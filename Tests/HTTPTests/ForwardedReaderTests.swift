import HTTP
import TestSupport
import Testing

/// `Forwarded` (RFC 7239) read from the last element to the first, and written.
@Suite("ForwardedReader")
struct ForwardedReaderTests {
    /// Values of `Forwarded` fields, and the hops from the last to the first: address, scheme, host.
    private static let fields: [(values: [String], hops: [String])] = [
        ([], []), ([""], []), ([","], []), ([" , ,, "], []),
        (["for=192.0.2.43"], ["192.0.2.43"]),
        ([#"for="192.0.2.43""#], ["192.0.2.43"]), ([#"For="192.0.2.43:4711""#], ["192.0.2.43"]),
        ([#"FOR="192.0.2.43:_port""#], ["192.0.2.43"]), (["for=192.0.2.43:80"], ["192.0.2.43"]),
        ([#"For="[2001:db8:cafe::17]:4711""#], ["2001:db8:cafe::17"]),
        ([#"for="[2001:db8:cafe::17]""#], ["2001:db8:cafe::17"]), (["for=[2001:db8::17]:80"], ["2001:db8::17"]),
        ([#"for="[::ffff:192.0.2.1]""#], ["192.0.2.1"]),
        (["for=192.0.2.60;proto=http;by=203.0.113.43"], ["192.0.2.60|http"]),
        (["for=192.0.2.60; proto=https ;\tby=203.0.113.43"], ["192.0.2.60|https"]),
        (["proto=HTTPS;host=shop.example;for=192.0.2.60"], ["192.0.2.60|https|shop.example"]),
        ([#"host="shop.example:8443";for=192.0.2.60"#], ["192.0.2.60||shop.example:8443"]),
        ([#"host="[2001:db8::1]:8443";proto=ftp;for=192.0.2.60"#], ["192.0.2.60||[2001:db8::1]:8443"]),
        (["host=shop.example:8443;for=192.0.2.60"], ["192.0.2.60||shop.example:8443"]),
        ([#"for=192.0.2.60;host="a b""#], ["192.0.2.60"]), ([#"for=192.0.2.60;host="a\"b""#], ["192.0.2.60"]),
        ([#"for=192.0.2.60;host="me@a";proto="""#], ["192.0.2.60"]), ([";for=192.0.2.60;;"], ["192.0.2.60"]),
        (["for=192.0.2.43, for=198.51.100.17"], ["198.51.100.17", "192.0.2.43"]),
        (["for=192.0.2.43,for=198.51.100.17", "for=203.0.113.1"], ["203.0.113.1", "198.51.100.17", "192.0.2.43"]),
        (["for=192.0.2.43 ,, ,\tfor=198.51.100.17,"], ["198.51.100.17", "192.0.2.43"]),
        ([#"for=192.0.2.43;x="a, for=1.1.1.1", for=2.2.2.2;y="\",\\""#], ["2.2.2.2", "192.0.2.43"]),
        ([#"for=192.0.2.43;x="\\", for=2.2.2.2;y="\\\"""#], ["2.2.2.2", "192.0.2.43"]),
        // Whoever hides ends the search; what it says of scheme and host was said by one that is known.
        (["for=192.0.2.43, for=unknown;proto=https"], ["|https"]), (["for=192.0.2.43, for=_hidden"], [""]),
        (["for=192.0.2.43, for=\"_SEVKISEK:_x\""], [""]), (["for=192.0.2.43, by=10.0.0.1;host=a"], ["||a"]),
        (["for=192.0.2.43", "for=unknown", "for=10.0.0.1"], ["10.0.0.1", ""]),
        // No addresses, or no host's.
        (["for=192.0.2.43, for=example.com"], [""]), (["for=0.0.0.0"], [""]), ([#"for="[::]""#], [""]),
        ([#"for="[::ffff:0.0.0.0]""#], [""]), ([#"for="2001:db8::17""#], [""]), (["for=192.0.2.043"], [""]),
        ([#"for="192.0.2.43:""#], [""]), ([#"for="192.0.2.43:123456""#], [""]), ([#"for="192.0.2.43:8o""#], [""]),
        ([#"for="192.0.2.43:_""#], [""]), ([#"for="[192.0.2.43]""#], [""]), ([#"for="[2001:db8::17""#], [""]),
        ([#"for="[2001:db8::17]8""#], [""]), ([#"for="[2001:db8::17]:""#], [""]), ([#"for="[fe80::1%lo]""#], [""]),
        ([#"for="192\.0.2.43""#], [""]), ([#"for=" 192.0.2.43""#], [""]), ([#"for="""#], [""]),
        // Malformed elements end it too.
        (["for=1.1.1.1, for=2.2.2.2;for=3.3.3.3"], []), (["for=1.1.1.1, for"], []), (["for=1.1.1.1, for="], []),
        (["for=1.1.1.1, =2.2.2.2"], []), (["for=1.1.1.1, for =2.2.2.2"], []), (["for=1.1.1.1, for= 2.2.2.2"], []),
        (["for=1.1.1.1, for=2.2.2.2 proto=http"], []), (["for=1.1.1.1, 2.2.2.2"], []),
        (["for=1.1.1.1, for=2.2.2.2;proto=http;proto=https"], []), (["for=1.1.1.1, host=a;for=2.2.2.2;Host=b"], []),
        ([#"for=1.1.1.1, for="2.2.2.2"3"#], []), ([#"for=1.1.1.1, for=2.2.2.2"x""#], []),
        ([#"for=1.1.1.1, for="2.2.2.2"#], []), ([#"for=1.1.1.1, for=2.2.2.2""#], []),
        ([#"for=1.1.1.1, for="2.2.2.2\""#], []), (["for=1.1.1.1, for=2.2.2.2;by=(x)"], []),
        (["for=1.1.1.1, for=2.2.2.2;by=\u{80}"], []), (["for=1.1.1.1, for==2.2.2.2"], []),
        ([#"x="y, for=1.1.1.1, ";for=2.2.2.2"#], ["2.2.2.2"]),
        ([#"for="1.1.1.1, for=2.2.2.2"#], ["2.2.2.2"]), ([#"for="1.1.1.1, for="[2001:db8::1]""#], ["2001:db8::1"]),
        ([#"for="1.1.1.1\", for="2.2.2.2""#], ["2.2.2.2"]), ([#"for="1.1.1.1"#, #"for="2.2.2.2""#], ["2.2.2.2"]),
    ]

    @Test("RFC 7239 4 and 6: what the elements of a request say, from the last", arguments: fields)
    func hops(_ values: [String], _ hops: [String]) {
        #expect(ForwardedHopSnapshot.all(values) == hops.map { ForwardedHopSnapshot($0) })
    }

    @Test("what a proxy appends reads the same whatever a client has sent before it", arguments: fields.map(\.values))
    func appended(_ values: [String]) {
        let elements: [(String, String)] = [
            ("for=203.0.113.9", "203.0.113.9"), (#"for="[2001:db8::9]:1";proto=https"#, "2001:db8::9|https"),
            (#"by="x,\",y";for=203.0.113.9;host="a:1""#, "203.0.113.9||a:1"),
        ]
        for (element, hop) in elements {
            for separator in [",", ", ", " ,", ",, "] {
                for value in values + values.map({ String($0.reversed()) }) {
                    let read = ForwardedHopSnapshot.all([value + separator + element])
                    #expect(read.first == ForwardedHopSnapshot(hop), "\(value)\(separator)\(element)")
                }
            }
            let hops = ForwardedHopSnapshot.all(values + [element])
            #expect(hops == [ForwardedHopSnapshot(hop)] + ForwardedHopSnapshot.all(values))
        }
    }

    @Test("64 elements are read, empty ones counted")
    func many() {
        let elements = (1...80).map { "for=192.0.2.\($0)" }
        let expected = (17...80).reversed().map { ForwardedHopSnapshot("192.0.2.\($0)") }
        #expect(ForwardedHopSnapshot.all([elements.joined(separator: ", ")]) == expected)
        #expect(ForwardedHopSnapshot.all(elements) == expected)
        #expect(ForwardedHopSnapshot.all([elements.joined(separator: ",,")]).count == 32)
        #expect(ForwardedHopSnapshot.all(["for=1.1.1.1" + String(repeating: ",", count: 1000)]).isEmpty)
    }

    @Test("lists put together at random are read as they were meant, on however many lines")
    func random() {
        var generator = SplitMix(seed: 7239)
        let addresses = ["192.0.2.1", "10.255.0.3", "2001:db8::17", "::1", "fe80::1:2"]
        let hosts = ["a", "shop.example", "shop.example:8443", "[2001:db8::1]:443", "127.0.0.1"]
        let others = ["by=_x", #"x="a, for=6.6.6.6;host=b""#, #"secret="\"""#, #"z="\\""#, "", " "]
        for _ in 0..<3_000 {
            var expected: [ForwardedHopSnapshot] = []
            var values: [String] = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let address = addresses.randomElement(using: &generator) ?? ""
                let host = Bool.random(using: &generator) ? hosts.randomElement(using: &generator) : nil
                let scheme = [nil, "http", "HTTPS"].randomElement(using: &generator) ?? nil
                let port = Bool.random(using: &generator) ? ":4711" : ""
                var parts = [address.contains(":") ? "for=\"[\(address)]\(port)\"" : "For=\(address)\(port)"]
                if let host { parts.append("host=\"\(host)\"") }
                if let scheme { parts.append("proto=\(scheme)") }
                if Bool.random(using: &generator) { parts.append(others.randomElement(using: &generator) ?? "") }
                parts.shuffle(using: &generator)
                let element = parts.joined(separator: [";", "; ", " ;"].randomElement(using: &generator) ?? ";")
                expected.insert(
                    ForwardedHopSnapshot("\(address)|\(scheme?.lowercased() ?? "")" + (host.map { "|\($0)" } ?? "")),
                    at: 0)
                if values.isEmpty || Bool.random(using: &generator) {
                    values.append(element)
                } else {
                    values[values.count - 1] += [",", ", ", " , ,"].randomElement(using: &generator)! + element
                }
            }
            #expect(ForwardedHopSnapshot.all(values) == expected, "\(values)")
        }
    }

    @Test("bytes of fields at random: the reader ends, and what was appended is read")
    func noise() {
        var generator = SplitMix(seed: 64)
        let pieces = [
            "for=", "1.1.1.1", "\"", "\"", "\\", ",", ";", "=", " ", "\t", "[", "]", "::1", ":", "proto=https",
            "host=a",
            "_x", "unknown", "\u{80}", "for=\"[::2]:1\"",
        ]
        for _ in 0..<12_000 {
            var value = ""
            for _ in 0..<Int.random(in: 0..<16, using: &generator) {
                value += pieces.randomElement(using: &generator) ?? ""
            }
            let hops = ForwardedHopSnapshot.all([value])
            #expect(hops.count <= 64 && hops.dropLast().allSatisfy { $0.address != nil })
            let more = ForwardedHopSnapshot.all([value + ", for=203.0.113.9"])
            #expect(more == [ForwardedHopSnapshot("203.0.113.9")] + hops, "\(value)")
        }
    }

    private func element(
        _ address: String, isSecure: Bool = false, host: String = "", room: Int = 512
    ) -> String? {
        let (address, host) = (bytes(address), bytes(host))
        return written(room: room) { output in
            var fits = true
            output.putForwarded(for: address.span, isSecure: isSecure, host: host.span, &fits)
            return fits
        }.map { text($0) }
    }

    @Test("what members are told: for, proto and host, quoted where they must be")
    func writing() {
        #expect(element("192.0.2.1") == "for=192.0.2.1;proto=http")
        #expect(element("192.0.2.1", isSecure: true) == "for=192.0.2.1;proto=https")
        #expect(element("2001:db8::1", host: "a.b") == #"for="[2001:db8::1]";proto=http;host=a.b"#)
        #expect(
            element("2001:db8::1", isSecure: true, host: "shop:8443")
                == #"for="[2001:db8::1]";proto=https;host="shop:8443""#)
        #expect(element("::1", host: "[::1]") == #"for="[::1]";proto=http;host="[::1]""#)
        #expect(element("", host: "a") == "for=unknown;proto=http;host=a")
        for host in ["a\"b", "a\\", "a b", "a,b", "a;b=c", "a=b", "\r\n", "\u{80}", "u@a", "a:b", "[a", "a:99999"] {
            #expect(element("192.0.2.1", host: host) == "for=192.0.2.1;proto=http", "\(host)")
        }
        let whole = element("2001:db8::1", isSecure: true, host: "a:1") ?? ""
        for room in 0..<whole.utf8.count {
            #expect(element("2001:db8::1", isSecure: true, host: "a:1", room: room) == nil)
        }
        #expect(element("2001:db8::1", isSecure: true, host: "a:1", room: whole.utf8.count) == whole)
    }

    @Test("what is written is read as it was meant")
    func roundTrip() {
        for address in ["192.0.2.1", "2001:db8::1", "::1", "255.255.255.255"] {
            for isSecure in [true, false] {
                for host in ["a", "shop.example:8443", "[2001:db8::1]:1", "a_b-c"] {
                    let value = element(address, isSecure: isSecure, host: host) ?? ""
                    let expected = ForwardedHopSnapshot("\(address)|\(isSecure ? "https" : "http")|\(host)")
                    #expect(ForwardedHopSnapshot.all([value, "for=unknown, \(value)"]).prefix(1) == [expected])
                }
            }
        }
    }
}
