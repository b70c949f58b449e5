import Foundation
import Testing

extension EndToEnd {
    /// Once warm, a keep-alive request asks the heap for nothing.
    @Suite("Allocations")
    struct AllocationTests {
        /// A kind of exchange that must cost none.
        struct Case: Sendable, CustomTestStringConvertible {
            let testDescription: String
            var affinity: String?
            var settings: [String] = []
            /// What stands in the file `users`, which others may not read.
            var users: String?
            /// What nginx does.
            var server = "location / { default_type text/html; return 200 \"\(String(repeating: "a", count: 1024))\"; }"
            /// Arguments of `repeat.py`.
            var arguments: [String] = []
            /// The coding of answers.
            var coding: String?
        }

        static let cases = [
            Case(testDescription: "GET"),
            Case(
                testDescription: "GET with a route in a cookie", affinity: "{ cookie: JSESSIONID }",
                arguments: ["--field", "Cookie: a=1; JSESSIONID=0123456789ABCDEF.node1; b=2"]),
            Case(testDescription: "GET that gets an inserted cookie", affinity: "insert"),
            Case(
                testDescription: "GET with an inserted cookie", affinity: "insert",
                arguments: ["--field", "Cookie: a=1; MARTLET_shop=node1; b=2"]),
            Case(
                testDescription: "GET with an inserted cookie and the session that it follows",
                affinity: "{ mode: insert, follow: SID }",
                arguments: ["--field", "Cookie: a=1; MARTLET_shop=node1; SID=0123456789ABCDEF"]),
            Case(
                testDescription: "GET with a prefixed cookie", affinity: "{ mode: prefix, cookie: SID }",
                arguments: ["--field", "Cookie: a=1; SID=node1~0123456789ABCDEF; b=2"]),
            Case(testDescription: "POST in chunks", arguments: ["--chunked"]),
            Case(
                testDescription: "GET past lists of addresses and two rates",
                settings: [
                    "allow: [127.0.0.0/8, \"::1\"]", "deny: [192.0.2.0/24, unix]",
                    "rate-limit: [1000000/s, { rate: 1000000/s, by: { cookie: SID } }]",
                ], arguments: ["--field", "Cookie: a=1; SID=0123456789ABCDEF; b=2"]),
            coded("gzip by igzip", "gzip", "engine: igzip"), coded("gzip by zlib", "gzip", "engine: zlib"),
            coded("brotli", "br", "codings: [br]"), coded("zstd", "zstd", "codings: [zstd]"),
            Case(
                testDescription: "access log as JSON",
                settings: ["log: { access: { format: json, path: access.log } }"]),
            Case(
                testDescription: "access log behind a trusted proxy, hashed by the client's address",
                affinity: "{ mode: hash, of: address }",
                settings: [
                    "log: { access: { format: json, path: access.log } }",
                    "trusted-proxies: [127.0.0.1, \"2001:db8::/64\"]",
                ], arguments: ["--field", "X-Forwarded-For: 2001:db8:1:2:3:4:5:6, 2001:db8::abcd:1"]),
            Case(
                testDescription: "GET of a user whose password was checked",
                settings: ["log: { access: { format: combined, path: access.log } }", "users: users"],
                users: "ada:$2y$04$nGiE.XloyQWIsDniKX2BEOpVhzofZgYTYFTBlENMKIddqofxMTjri\n",
                arguments: ["--field", "Authorization: Basic YWRhOnNlc2FtZQ=="]),
            Case(
                testDescription: "GET with rules of fields, of a user",
                settings: [
                    "users: users", "rate-limit: 1000000/s",
                    "fields: { request: { set: { X-Client: \"$client-address for $host\", X-User: $user } }, "
                        + "answer: { set: { X-Served-By: \"$balancer/$member\" } } }",
                ],
                users: "ada:$2y$04$nGiE.XloyQWIsDniKX2BEOpVhzofZgYTYFTBlENMKIddqofxMTjri\n",
                arguments: ["--field", "Authorization: Basic YWRhOnNlc2FtZQ=="]),
            Case(
                testDescription: "access log in the combined form",
                settings: ["log: { access: { format: combined, path: access.log } }"]),
        ]

        /// A GET whose answer is coded.
        private static func coded(_ name: String, _ coding: String, _ settings: String) -> Case {
            Case(
                testDescription: name, settings: ["compression: { \(settings) }"],
                arguments: ["--field", "Accept-Encoding: \(coding)"], coding: coding)
        }

        /// Allocations by the library that asked for them.
        private struct Counts {
            let byLibrary: [String: Int]

            init(file: String) throws {
                let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
                var counts: [String: Int] = [:]
                for start in stride(from: 0, to: data.count - 63, by: 64) {
                    let name = String(decoding: data[start..<start + 56].prefix { $0 != 0 }, as: UTF8.self)
                    let count = data[start + 56..<start + 64].reversed().reduce(0) { $0 << 8 | Int($1) }
                    if !name.isEmpty { counts[name, default: 0] += count }
                }
                byLibrary = counts
            }

            /// What was added since, OpenSSL's own left out.
            func grown(since before: Counts) -> [String: Int] {
                byLibrary.map { name, count in (name, count - before.byLibrary[name, default: 0]) }
                    .filter { name, count in count > 0 && !name.hasPrefix("libssl") && !name.hasPrefix("libcrypto") }
                    .reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }

        @Test("between request 10,000 and 20,000 nothing is allocated", .timeLimit(.minutes(2)), arguments: cases)
        func steadyState(kind: Case) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let library = folder.path + "/allocations.so"
            let source = (#filePath as NSString).deletingLastPathComponent + "/Scripts/allocations.c"
            _ = try ChildProcess.run(Tool.gcc.path(), ["-shared", "-fPIC", "-O2", "-o", library, source]).succeeded()
            let counts = folder.path + "/counts"
            let nginx = try Nginx.atPort(server: kind.server)
            if let users = kind.users {
                let file = try folder.write(users, to: "users")
                try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            }
            var text = EdgeText(nginx.endpoint, listeners: .tls, affinity: kind.affinity, settings: kind.settings)
            text.workers = 1
            let martlet = try MartletProcess.run(
                text.text, in: folder, environment: ["LD_PRELOAD": library, "MARTLET_ALLOCATIONS": counts])
            if let coding = kind.coding {
                let answer = try Curl(to: martlet, authority: certificates.authority)
                    .head("/", ["--header", "Accept-Encoding: \(coding)"])
                #expect(answer["Content-Encoding"] == coding)
            }
            let client = try PythonScript.start(
                "repeat.py", ["--connect", "\(martlet.tls)", "--ca", certificates.authority] + kind.arguments)
            try client.write("10000\n")
            #expect(try client.output.wait(for: "answered", seconds: 60) == "answered 10000")
            let before = try Counts(file: counts)
            let offset = client.output.bytes.count
            try client.write("10000\n")
            #expect(try client.output.wait(for: "answered", seconds: 60, after: offset) == "answered 10000")
            let grown = try Counts(file: counts).grown(since: before)
            // The counter itself is alive: starting the program took allocations of the Swift runtime.
            #expect(before.byLibrary.contains { $0.key.hasPrefix("libswiftCore") && $0.value > 100 })
            // What happens once a second or once a minute is not an allocation per request, nor is a slab for lines
            // that a log thread without a core has not written yet: its queue holds 256 of two allocations each.
            let allowed = text.text.contains("access:") ? 100 + 2 * 256 : 100
            #expect(grown.values.reduce(0, +) < allowed, "\(grown)")
        }
    }
}
