import Bytes
import Glibc
import Session
import TLS
import TestSupport
import Testing

@Suite("Sealed tokens")
struct TokenTests {
    /// An edge with keys, as far as tokens go.
    private final class Node {
        private let sealer: TokenSealer

        init(_ epochs: UInt8..., context: String = "shop") throws {
            let keys = epochs.map { epoch in TokenKey(epoch: epoch, secret: (0..<32).map { UInt8($0) ^ epoch }) }
            sealer = try TokenSealer(keys: keys, context: Array(context.utf8), library: TLSLibrary())
        }

        init(_ key: TokenKey) throws {
            sealer = try TokenSealer(keys: [key], context: Array("shop".utf8), library: TLSLibrary())
        }

        func seal(_ route: SealedRoute, for session: [UInt8]) -> [UInt8] {
            let binary = route.binary
            return [UInt8](capacity: 80) { (output: inout OutputSpan<UInt8>) in
                _ = sealer.seal(binary.span, for: session.span, into: &output)
            }
        }

        func seal(_ route: SealedRoute, for session: String) -> [UInt8] { seal(route, for: Array(session.utf8)) }

        func open(_ token: [UInt8], for session: [UInt8]) -> SealedRoute? {
            var binary = InlineArray<22, UInt8>(repeating: 0)
            var message = binary.mutableSpan
            guard sealer.open(token.span, for: session.span, into: &message) else { return nil }
            return SealedRoute(binary)
        }

        func open(_ token: [UInt8], for session: String) -> SealedRoute? { open(token, for: Array(session.utf8)) }
    }

    private static let route = SealedRoute(member: 0x1234_5678_9abc_def0, named: 7, expiry: 1_800_000_000)

    @Test("what was sealed is opened by every holder of the key, and is the same on all of them")
    func opens() throws {
        let one = try Node(1, 2)
        let other = try Node(2, 1)
        let token = one.seal(Self.route, for: "abc")
        #expect(token.count == TokenText.bytes && token[0] == 1)
        #expect(other.open(token, for: "abc") == Self.route)
        #expect(try Node(1).seal(Self.route, for: "abc") == token)
        #expect(other.seal(Self.route, for: "abc")[0] == 2)
        // Long identifiers and none at all.
        for session in ["", String(repeating: "s", count: 4_000)] {
            #expect(other.open(one.seal(Self.route, for: session), for: session) == Self.route)
        }
    }

    @Test("a key that is gone, another session and another balancer do not open it")
    func refuses() throws {
        let same = try Node(1)
        let token = same.seal(Self.route, for: "abc")
        let others = [
            try Node(2), try Node(TokenKey(epoch: 1, secret: Array(repeating: 9, count: 32))),
            try Node(1, context: "shopa"), try Node(1, context: "sho"), try Node(1, context: ""),
        ]
        for other in others {
            // Where the balancer's name ends, the session's identifier does not go on.
            for session in ["abc", "bc", "pabc", "shopabc"] { #expect(other.open(token, for: session) == nil) }
        }
        for session in ["", "ab", "abcd", "abd", "Abc"] { #expect(same.open(token, for: session) == nil) }
        #expect(same.open(token, for: "abc") == Self.route)
        for count in [0, 1, 28, 29, 50, 52, 200] {
            #expect(same.open(Array((token + token + token + token).prefix(count)), for: "abc") == nil)
        }
    }

    @Test("of 1,000,000 mutated tokens none is accepted", .timeLimit(.minutes(10)))
    func mutations() throws {
        let shop = try Node(1, 2, 3)
        let assets = try Node(1, 2, 3, context: "assets")
        var random = SplitMix(seed: 101)
        let sessions = (0..<64).map { _ in (0..<32).map { _ in UInt8.random(in: 0x41...0x5A, using: &random) } }
        let texts = sessions.map { session in
            let text = TokenText.encode(shop.seal(Self.route, for: session).span)
            return (0..<TokenText.count).map { text[$0] }
        }
        let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.".utf8)
        var accepted = 0
        var attempts = 0
        func attempt(_ text: [UInt8], _ session: [UInt8], _ node: Node) {
            attempts += 1
            guard let decoded = TokenText.decode(text.span) else { return }
            if node.open((0..<TokenText.bytes).map { decoded[$0] }, for: session) != nil { accepted += 1 }
        }
        while attempts < 1_000_000 {
            let index = Int.random(in: 0..<64, using: &random)
            let (text, session) = (texts[index], sessions[index])
            let (other, otherSession) = (texts[(index + 1) % 64], sessions[(index + 1) % 64])
            let place = Int.random(in: 0..<text.count, using: &random)
            // A bit, a character, what is cut off, what is put on.
            var changed = text
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            attempt(changed, session, shop)
            changed = text
            changed[place] = characters.randomElement(using: &random) ?? 0
            if changed != text { attempt(changed, session, shop) }
            attempt(Array(text[..<place]), session, shop)
            attempt(text + [UInt8(ascii: "A")], session, shop)
            // Somebody else's session, its tail, and another balancer.
            let mixed = Array(text[..<place]) + other[place...]
            if mixed != other { attempt(mixed, otherSession, shop) }
            if mixed != text { attempt(mixed, session, shop) }
            attempt(text, otherSession, shop)
            attempt(text, session, assets)
            attempt(text.reversed(), session, shop)
        }
        #expect(accepted == 0)
        for (text, session) in zip(texts, sessions) { attempt(text, session, shop) }
        #expect(accepted == 64)
    }
}

@Suite("Files of keys")
struct TokenKeyFileTests {
    private static let hex = String(repeating: "0f", count: 32)

    private static let wrong: [(String, String)] = [
        ("", "no key in the file"), ("# nothing\n", "no key in the file"),
        ("1", "line 1: expected an epoch and a key, found 1 words"), ("\n1 2 3", "line 2: expected an epoch and a key"),
        ("256 " + hex, "line 1: expected an epoch from 0 to 255"), ("-1 " + hex, "line 1: expected an epoch"),
        ("01 " + hex, "line 1: expected an epoch"), ("x " + hex, "line 1: expected an epoch"),
        ("1 " + hex.dropLast(), "line 1: expected a key of 64 hexadecimal digits"),
        ("1 " + hex + "0", "line 1: expected a key of 64"), ("1 g" + hex.dropLast(), "line 1: expected a key of 64"),
        ("1 \(hex)\n2 \(hex)\n1 \(hex)", "line 3: the epoch 1 is there twice"),
    ]

    private func epochs(_ text: String) -> String {
        do throws(TokenKeyFile.Fault) {
            return try TokenKeyFile.parse(Array(text.utf8)).map { "\($0.epoch)" }.joined(separator: " ")
        } catch {
            return error.message
        }
    }

    @Test("keys in their order, with comments and blank lines")
    func parses() {
        let text = "# keys\n\n2 \(Self.hex) # the new one\r\n\t0\t\(Self.hex.uppercased())\n255 \(Self.hex)"
        #expect(epochs(text) == "2 0 255")
    }

    @Test(
        "what is wrong is said with its line",
        arguments: wrong)
    func refuses(_ text: String, _ words: String) {
        #expect(epochs(text).hasPrefix(words))
    }

    @Test("only owner and group may read it")
    func permissions() throws {
        var template = Array("/tmp/martlet-keys.XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&template)
        #expect(descriptor >= 0)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = unsafe unlink(path) }
        let text = Array("1 \(Self.hex)\n".utf8)
        let written = unsafe write(descriptor, text, text.count)
        #expect(written == text.count)
        _ = close(descriptor)
        for (mode, isRefused) in [(0o600, false), (0o640, false), (0o644, true), (0o602, true)] as [(mode_t, Bool)] {
            _ = unsafe chmod(path, mode)
            var message = ""
            do throws(TokenKeyFile.Fault) { _ = try TokenKeyFile.load(path: path) } catch { message = error.message }
            #expect(message.hasPrefix("may be used by anybody") == isRefused)
        }
        do throws(TokenKeyFile.Fault) {
            _ = try TokenKeyFile.load(path: "/tmp")
            Issue.record("a folder was read")
        } catch {
            #expect(error.message == "is not a file")
        }
    }

    @Test("a file that has more than it was said to have is not cut")
    func grown() {
        // The kernel says of what it makes up that it has no bytes.
        do throws(WholeFile.Fault) {
            _ = try WholeFile.read("/proc/self/status", bytesMax: 64 * 1024)
            Issue.record("a part of a file was read")
        } catch {
            #expect(error.message == "grew while it was read")
        }
    }
}
