import Bytes
import HTTP
import Testing

/// What clients say in the place of Martlet: each field of the list, said in every way, leaves what members get as it
/// would be without it.
@Suite struct ForgeryTests {
    /// How a name is said.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case plain, inUpperCase, withUnderscores, withDots, withOneUnderscore, doubled, inConnection, behindEmptyOnes

        var testDescription: String { rawValue }

        /// The lines of a head that say it, each with its end.
        func lines(_ name: String, _ value: String) -> String {
            let line = "\(spelled(name)): \(value)\r\n"
            return switch self {
            case .plain, .inUpperCase, .withUnderscores, .withDots, .withOneUnderscore: line
            case .doubled: line + "X-Between: 1\r\n" + line
            case .inConnection: line + "Connection: keep-alive, \(name)\r\n"
            case .behindEmptyOnes: String(repeating: "\(name):\r\n", count: 40) + line
            }
        }

        func spelled(_ name: String) -> String {
            switch self {
            case .plain, .doubled, .inConnection, .behindEmptyOnes: name
            case .inUpperCase: name.uppercased()
            case .withUnderscores: String(name.map { $0 == "-" ? "_" : $0 })
            case .withDots: String(name.map { $0 == "-" ? "." : $0 })
            case .withOneUnderscore:
                name.lastIndex(of: "-").map { String(name[..<$0] + "_" + name[$0...].dropFirst()) } ?? name
            }
        }
    }

    /// What is said; it is no part of anything that Martlet says.
    private static let forged = "6.6.6.6"
    /// What the edge says beside the list: a field of its configuration, what was decided, and what rules declare.
    private static let own = ProtectedFields.ofEdge(["x-request-id"], tellsFacts: true)
    private static let declared = FieldNames(["X-Node", "x-tenant-name"])
    private static let declaredNames = ["x-node", "x-tenant-name"]
    /// The list, with names for each beginning.
    static let names =
        ProtectedFields.names + ["x-request-id"] + declaredNames
        + (ProtectedFields.prefixes + [ProtectedFields.factPrefix]).flatMap { prefix in
            ["for", "host", "port", "proto", "server", "coding", "explain", "route", "worker-route", "x"].map {
                prefix + $0
            }
        }

    /// The lines of a head that the member takes for Martlet's; `nil` where the head is refused.
    private func told(_ source: String, isTrusted: Bool = false, isHTTP2: Bool = false) -> [String]? {
        var rewrite = RequestRewrite(framing: .none)
        rewrite.peerIsTrusted = isTrusted
        let extra = "X-Request-ID: 1\r\nX-Balancer-Name: shop\r\nX-Node: a\r\n"
        guard
            let head = rebuild(
                bytes(source), rewrite, omitting: Self.own, and: Self.declared, extra: extra, isHTTP2: isHTTP2),
            let fields = RequestSnapshot.parse(head).value?.fields
        else { return nil }
        return fields.filter { Self.isProtected($0.name) }.map {
            "\($0.name): \($0.name == "Via" ? $0.value.replacing("\(Self.forged), ", with: "") : $0.value)"
        }
    }

    /// Whether a member takes a field for one of the list.
    private static func isProtected(_ name: String) -> Bool {
        let read = String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
        return ProtectedFields.names.contains(read) || read == "x-request-id" || read.hasPrefix("x-balancer-")
            || declaredNames.contains(read)
            || ProtectedFields.prefixes.contains { read.hasPrefix($0) }
    }

    /// Whether a head that says so may be refused as a whole.
    private func mayBeRefused(_ name: String, _ way: Way) -> Bool {
        ["content-length", "transfer-encoding"].contains(name)
            || name == "host" && [.doubled, .behindEmptyOnes].contains(way)
    }

    @Test("RFC 9112: from clients", arguments: names, Way.allCases)
    func head(_ name: String, _ way: Way) {
        // The authority of the target is the host's (section 3.2.2), whatever Host says.
        let start = "GET http://a/ HTTP/1.1\r\n" + (name == "host" ? "" : "Host: a\r\n")
        let honest = told(start + (name == "host" ? "Host: b\r\n" : "") + "\r\n")
        #expect(honest?.count == 10)
        let found = told("\(start)\(way.lines(name, Self.forged))X-End: 1\r\n\r\n")
        #expect(found == honest || found == nil && mayBeRefused(name, way))
    }

    @Test("from trusted proxies, which may say X-Forwarded-… as it is spelled", arguments: names, Way.allCases)
    func trusted(_ name: String, _ way: Way) {
        guard !name.hasPrefix("x-forwarded-") || way.spelled(name).contains(where: "_.".contains) else { return }
        let start = "GET http://a/ HTTP/1.1\r\n" + (name == "host" ? "" : "Host: a\r\n")
        let honest = told(start + (name == "host" ? "Host: b\r\n" : "") + "\r\n", isTrusted: true)
        let found = told("\(start)\(way.lines(name, Self.forged))\r\n", isTrusted: true)
        #expect(found == honest || found == nil && mayBeRefused(name, way))
    }

    @Test("RFC 9113: over HTTP/2", arguments: names, Way.allCases)
    func overHTTP2(_ name: String, _ way: Way) {
        let request = HTTP2RequestText(buffers: BufferPool())
        func laidDown(_ fields: [(String, String)]) -> String? {
            let pseudo = [(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/")]
            request.begin(isTrailers: false)
            for (name, value) in pseudo + fields {
                guard request.add(name: bytes(name).span, value: bytes(value).span) else { return nil }
            }
            guard (try? request.finish(endsStream: true, webSocketKey: Span())) != nil else { return nil }
            return request.withText { head in text(head.indices.map { head[$0] }) }
        }
        let lines = way.lines(name, Self.forged).lowercased().split(separator: "\r\n").map { line in
            (String(line.prefix { $0 != ":" }), line.contains(": ") ? Self.value(line) : "")
        }
        let honest = laidDown([]).flatMap { told($0, isHTTP2: true) }
        #expect(honest?.contains("Via: 2 martlet") == true)
        let found = laidDown(lines).flatMap { told($0, isHTTP2: true) }
        #expect(found == honest || found == nil && (name == "host" || mayBeRefused(name, way)))
        request.giveBack()
    }

    private static func value(_ line: Substring) -> String {
        String(line.drop { $0 != " " }.dropFirst())
    }

    @Test("RFC 9110 6.5.1: as trailers, also where the head has said nothing", arguments: names, Way.allCases)
    func trailers(_ name: String, _ way: Way) throws {
        let source = bytes("0\r\n\(way.lines(name, Self.forged))X-Sum: 1\r\n\r\n")
        var section = TrailerSection()
        do throws(ContentError) {
            try section.parse(source.span, 3..<source.count)
        } catch {
            #expect(error.reason == .trailersTooLarge && way == .behindEmptyOnes)
            return
        }
        let found = written { section.write(to: &$0, from: source.span, omitting: Self.own, and: Self.declared) }
        #expect(text(found ?? []) == "0\r\n\(way == .doubled ? "X-Between: 1\r\n" : "")X-Sum: 1\r\n\r\n")
    }

    @Test("what is only like a field of the list goes on, in heads and in trailers")
    func likeness() throws {
        let names = [
            "x-real", "x-real-ips", "forwarded-by", "proxies", "x-forward", "x-martlets", "x-request-i", "hosts",
        ]
        let lines = names.map { "\($0): 1\r\n" }.joined()
        let head = rebuild(
            bytes("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n"), RequestRewrite(framing: .none), omitting: Self.own)
        #expect(text(head ?? []).contains("Host: a\r\n\(lines)X-Forwarded-For"))
        let source = bytes("\(lines)\r\n")
        var section = TrailerSection()
        try section.parse(source.span, source.indices)
        let written = written { section.write(to: &$0, from: source.span, omitting: Self.own) }
        #expect(text(written ?? []) == "0\r\n\(lines)\r\n")
    }
}
