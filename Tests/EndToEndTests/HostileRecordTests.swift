import Foundation
import Testing

extension EndToEnd {
    /// Members of FastCGI and AJP that break the protocol, or never come to an end, as `record_member.py` says.
    @Suite("Hostile members of FastCGI and AJP")
    struct HostileRecordTests {
        /// What a client gets: a status, its content, and whether that is whole.
        private enum Sight: Equatable {
            case whole(String), broken(String), refused
        }

        private static let fastCGI: [(String, Sight)] = [
            ("padded", .whole("hello")), ("cut", .refused), ("cut-behind", .broken("abc")), ("end-first", .refused),
            ("end-twice", .whole("hello")), ("behind-end", .whole("hello")), ("other-id", .refused),
            ("management", .refused), ("version", .refused), ("endless-line", .refused),
            ("endless-fields", .refused), ("endless-errors", .refused), ("endless-empty", .refused),
            ("zero", .refused), ("return", .refused), ("short", .broken("abc")), ("beyond", .whole("abc")),
        ]
        private static let ajp: [(String, Sight)] = [
            ("cut", .refused), ("cut-behind", .broken(String(repeating: "x", count: 93))), ("end-first", .refused),
            ("end-twice", .whole("hello")), ("behind-end", .whole("hello")), ("head-twice", .refused),
            ("magic", .refused), ("too-large", .refused), ("string", .refused), ("count", .refused),
            ("code", .refused), ("chunk-past", .refused), ("endless-flushes", .broken("")),
            ("endless-wishes", .refused), ("wish-of-none", .refused), ("pong", .refused),
        ]

        @Test(
            "each is bounded, and the next request never meets what it has left", .timeLimit(.minutes(2)),
            arguments: ["fcgi", "ajp"])
        func hostile(_ scheme: String) throws {
            let (_, martlet) = try start(scheme)
            for (mode, expected) in scheme == "fcgi" ? Self.fastCGI : Self.ajp {
                #expect(try see(mode, martlet) == expected, "\(mode)")
                #expect(try see("fine", martlet) == .whole("hello"), "behind \(mode)")
            }
        }

        @Test(
            "an answer without end ends with its client", .timeLimit(.minutes(1)), arguments: ["fcgi", "ajp"])
        func endless(_ scheme: String) throws {
            let (member, martlet) = try start(scheme)
            let client = try RawClient(martlet.cleartext)
            try client.send("GET /?mode-endless. HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.socket.waitForInput(seconds: 10))
            // Another one is served meanwhile.
            for _ in 0..<20 { #expect(try see("fine", martlet) == .whole("hello")) }
            #expect(!member.output.text.contains("left"))
            client.socket.close()
            try member.output.wait(for: "left endless")
        }

        private func start(_ scheme: String) throws -> (member: ChildProcess, martlet: MartletProcess) {
            let member = try PythonScript.start("record_member.py", [scheme])
            Belongings.keep(member)
            let port = try member.output.wait { lines in lines.first.flatMap { Int($0) } }
            let lines = [
                "workers: 1", "listeners: [ { address: \"127.0.0.1:0\" } ]", "sites: [ { paths: { /: shop } } ]",
                "balancers:", "  shop:", scheme == "fcgi" ? "    fastcgi: /srv" : "",
                "    members: { node1: { url: \"\(scheme)://127.0.0.1:\(port)\", ttl: 10s } }",
            ]
            return (member, try MartletProcess.run(lines.joined(separator: "\n") + "\n", in: TemporaryFolder()))
        }

        private func see(_ mode: String, _ martlet: MartletProcess) throws -> Sight {
            let arguments = ["-s", "-m", "20", "-w", " %{http_code} %{exitcode}"]
            let url = "http://\(martlet.cleartext)/?mode-\(mode)."
            let words = try ChildProcess.run(Tool.curl.path(), arguments + [url]).text
                .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count >= 3 else { throw HarnessError("\(words)") }
            let content = words.dropLast(2).joined(separator: " ")
            switch (words[words.count - 2], words[words.count - 1]) {
            case ("502", "0"): return .refused
            case ("200", "0"): return .whole(content)
            // CURLE_PARTIAL_FILE
            case ("200", "18"): return .broken(content)
            default: throw HarnessError("\(words)")
            }
        }
    }
}
