import Foundation
import Testing

extension EndToEnd {
    /// Verbs, flags and exit codes.
    @Suite("Command line")
    struct CommandLineTests {
        @Test("help names every verb and exits 0", .timeLimit(.minutes(1)))
        func help() throws {
            let finished = try MartletProcess.command(["--help"])
            #expect(finished.ending == .exited(0))
            let verbs = [
                "run", "check", "schema", "proxy", "demo", "status", "reload", "drain", "disable", "resume",
                "explain", "sessions", "whatif", "maintenance",
            ]
            for verb in verbs {
                #expect(finished.text.contains(verb), "\(verb)")
                #expect(try MartletProcess.command([verb, "--help"]).ending == .exited(0), "\(verb)")
            }
        }

        @Test("unknown verbs and flags are usage errors (64)", .timeLimit(.minutes(1)))
        func usage() throws {
            for arguments in [
                ["fly"], ["help", "fly"], ["run", "--nonsense"], ["proxy", "--listen"], ["check"], ["run"],
            ] {
                let finished = try MartletProcess.command(arguments)
                #expect(finished.ending == .exited(64), "\(arguments)")
                #expect(!finished.errors.isEmpty, "\(arguments)")
                #expect(finished.output.isEmpty, "\(arguments)")
            }
        }

        @Test(
            "explain tells who gives it a URL or a path what to type", .timeLimit(.minutes(1)),
            arguments: [
                ("https://shop.example.com:8443/a/b?c=d#e", "--host shop.example.com:8443 --path '/a/b?c=d'"),
                ("http://shop.example.com", "--host shop.example.com --path '/'"),
                ("/cart", "--path /cart --host "), ("node1", "--path /cart --host "),
            ])
        func explainedURL(subject: String, words: String) throws {
            let finished = try MartletProcess.command(["explain", subject])
            #expect(finished.ending == .exited(64))
            #expect(finished.errors.contains("martlet explain \(words)"), "\(finished.errors)")
        }

        @Test("the version is the one that a process says it has", .timeLimit(.minutes(1)))
        func version() throws {
            let finished = try MartletProcess.command(["--version"])
            #expect(finished.ending == .exited(0))
            let pattern = /martlet \d+\.\d+\.\d+ \(OpenSSL 3\.[^)]+\)\n/
            #expect(finished.text.wholeMatch(of: pattern) != nil, "\(finished.text)")
        }

        @Test(
            "a verb that there is none of is told with the nearest one, or with what does the same",
            .timeLimit(.minutes(1)),
            arguments: [
                ("chekc", "did you mean \"check\"?"), ("statsu", "did you mean \"status\"?"),
                ("graceful", "martlet reload"),
                ("config", "martlet check FILE"), ("version", "martlet --version"), ("stop", "SIGTERM"),
                ("restart", "martlet upgrade"),
                ("zzzzzz", "the verbs are run, "),
            ])
        func unknownVerb(verb: String, words: String) throws {
            let finished = try MartletProcess.command([verb])
            #expect(finished.ending == .exited(64))
            #expect(finished.errors.contains(words), "\(finished.errors)")
            #expect(finished.errors.contains("there is no verb \"\(verb)\""), "\(finished.errors)")
        }

        @Test(
            "check: 0 for a good configuration, 78 for a bad one with the place on standard error",
            .timeLimit(.minutes(1)))
        func check() throws {
            let folder = try TemporaryFolder()
            _ = try Certificates.forShop(in: folder)
            let good = EdgeText(.ipv4(port: 8081), listeners: .tls).text
            let file = try folder.write(good, to: "martlet.yaml")
            #expect(try MartletProcess.command(["check", file]).ending == .exited(0))
            try folder.write(good + "wrokers: 3\nlimits: { field-count: many }\n", to: "martlet.yaml")
            let bad = try MartletProcess.command(["check", file])
            #expect(bad.ending == .exited(78))
            #expect(bad.errors.contains("martlet.yaml:"))
            #expect(bad.errors.contains("wrokers"))
            #expect(bad.errors.contains("workers"))
            #expect(bad.errors.contains("field-count"))
            #expect(bad.errors.components(separatedBy: ": error: ").count == 3)
        }

        @Test("run: a bad configuration exits 78 and listens nowhere", .timeLimit(.minutes(1)))
        func run() throws {
            let folder = try TemporaryFolder()
            let file = try folder.write(EdgeText(.ipv4(port: 8081)).text + "nonsense: 1\n", to: "martlet.yaml")
            let finished = try MartletProcess.command(["run", file])
            #expect(finished.ending == .exited(78))
            #expect(!finished.errors.contains("listening on"))
            #expect(try MartletProcess.command(["run", folder.path + "/missing.yaml"]).ending != .exited(0))
        }

        @Test("run: what the system refuses is said, and exits 71", .timeLimit(.minutes(1)))
        func noDescriptors() throws {
            let folder = try TemporaryFolder()
            var text = EdgeText(.ipv4(port: 8081))
            text.workers = 100
            let file = try folder.write(text.text, to: "martlet.yaml")
            let command = "ulimit -n 32; exec \(try MartletProcess.binary()) run \(file)"
            let finished = try ChildProcess.run("/bin/sh", ["-c", command])
            #expect(finished.ending == .exited(71))
            #expect(finished.errors.contains("error: cannot begin: 32 descriptors are too few: "), "\(finished.errors)")
        }

        @Test("run: a bad certificate at the start is an error (78) that names the file", .timeLimit(.minutes(1)))
        func badCertificate() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            try certificates.issue("cart", names: ["cart.example.com"], serial: 5)
            try certificates.breakIdentity("cart")
            let file = try folder.write(EdgeText(.ipv4(port: 8081), listeners: .tls).text, to: "martlet.yaml")
            for verb in ["run", "check"] {
                let finished = try MartletProcess.command([verb, file])
                #expect(finished.ending == .exited(78), "\(verb)")
                #expect(finished.errors.contains("cart.pem"), "\(verb)")
            }
        }

        @Test("check, start and reload warn of certificates that are served amiss", .timeLimit(.minutes(1)))
        func certificateWarnings() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let own = try folder.read("certs/shop.pem")
            for file in ["nameless", "copy"] { try folder.write(own, to: "certs/\(file).pem") }
            try certificates.issue("nameless", names: [], serial: 7)
            let file = try folder.write(EdgeText(.ipv4(port: 8081), listeners: .tls).text, to: "martlet.yaml")
            let key = folder.path + "/certs/shop.pem"
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
            let expected = [
                "nameless.pem: the certificate has no subject alternative names",
                "shop.pem: everybody on this machine may read the private key in \(key): chmod o= \(key)",
                "shop.pem: not served for localhost, shop.example.com: \(folder.path)/certs/copy.pem has an ECDSA",
            ]
            let checked = try MartletProcess.command(["check", file])
            #expect(checked.ending == .exited(0))
            for words in expected { #expect(checked.errors.contains(words), "\(checked.errors)") }
            #expect(checked.errors.contains(": warning: "))

            let martlet = try MartletProcess.run(EdgeText(.ipv4(port: 8081), listeners: .tls).text, in: folder)
            for words in expected {
                #expect(martlet.log.components(separatedBy: words).count == 2, "once at the start: \(martlet.log)")
            }
            let before = martlet.log.count
            try martlet.reload()
            let said = String(martlet.log.dropFirst(before))
            for words in expected { #expect(said.components(separatedBy: words).count == 2, "\(said)") }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
            try FileManager.default.removeItem(atPath: folder.path + "/certs/copy.pem")
            try FileManager.default.removeItem(atPath: folder.path + "/certs/nameless.pem")
            #expect(!(try MartletProcess.command(["check", file]).errors.contains("warning")))
        }

        @Test("schema prints a JSON Schema", .timeLimit(.minutes(1)))
        func schema() throws {
            let finished = try MartletProcess.command(["schema"])
            #expect(finished.ending == .exited(0))
            let object = try JSONSerialization.jsonObject(with: Data(finished.output)) as? [String: Any]
            #expect((object?["$schema"] as? String)?.contains("json-schema.org") == true)
            let properties = object?["properties"] as? [String: Any]
            for key in ["listeners", "sites", "balancers", "workers", "timeouts", "limits", "compression", "log"] {
                #expect(properties?[key] != nil, "\(key)")
            }
        }

        @Test("proxy: the whole edge in one line", .timeLimit(.minutes(1)))
        func proxy() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let members = try (1...2).map { number in
                try RecordingMember { try $0.answerEach { _ in Answer.ok("\(number)") } }
            }
            let martlet = try MartletProcess.proxy(
                ["--listen", "127.0.0.1:0", "--listen-http", "127.0.0.1:0", "--certificates", "certs"]
                    + [
                        "--to", "left=\(members[0].endpoint.memberURL)", "--to",
                        "right=\(members[1].endpoint.memberURL)",
                    ]
                    + ["--sticky", "JSESSIONID"],
                in: folder)
            let plain = try RawClient(martlet.cleartext)
            for _ in 0..<5 {
                #expect(try plain.get(fields: "Cookie: JSESSIONID=abc.right\r\n").text == "2")
                #expect(try plain.get("/a;jsessionid=abc.left").text == "1")
            }
            #expect(Set(try (0..<4).map { _ in try plain.get().text }) == ["1", "2"])
            let client = OpenSSLClient(to: martlet, authority: certificates.authority)
            #expect(try client.handshake().serial == 1000)
            try certificates.issue("shop", names: ["shop.example.com"], serial: 1001)
            try martlet.reload()
            #expect(try client.handshake().serial == 1001)
            #expect(try martlet.terminate() == .exited(0))
        }

        @Test("proxy: members without a name are node1, node2 and so on", .timeLimit(.minutes(1)))
        func unnamed() throws {
            let folder = try TemporaryFolder()
            let members = try (1...2).map { number in
                try RecordingMember { try $0.answerEach { _ in Answer.ok("\(number)") } }
            }
            let martlet = try MartletProcess.proxy(
                ["--listen-http", "127.0.0.1:0"] + members.flatMap { ["--to", $0.endpoint.memberURL] }
                    + ["--sticky", "SID"],
                in: folder)
            let client = try RawClient(martlet.cleartext)
            #expect(try client.get(fields: "Cookie: SID=abc.node2\r\n").text == "2")
            #expect(try client.get(fields: "Cookie: SID=abc.node1\r\n").text == "1")
        }

        @Test("proxy: a session of an application that writes no routes is tied by a cookie", .timeLimit(.minutes(1)))
        func routeless() throws {
            let members = try (1...2).map { number in
                try RecordingMember { try $0.answerEach { _ in Answer.ok("\(number)") } }
            }
            let martlet = try MartletProcess.proxy(
                ["--listen-http", "127.0.0.1:0"] + members.flatMap { ["--to", $0.endpoint.memberURL] }
                    + ["--sticky", "PHPSESSID"],
                in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let first = try client.get(fields: "Cookie: PHPSESSID=abc\r\n")
            let cookie = try #require(first["Set-Cookie"]?.split(separator: ";").first)
            #expect(cookie.hasPrefix("MARTLET_"))
            for _ in 0..<4 {
                #expect(try client.get(fields: "Cookie: PHPSESSID=abc; \(cookie)\r\n").text == first.text)
            }
        }

        @Test("proxy: what is missing or wrong is said", .timeLimit(.minutes(1)))
        func proxyErrors() throws {
            let folder = try TemporaryFolder()
            let cases: [([String], String)] = [
                (["--listen-http", "127.0.0.1:0"], "--to"),
                (["--listen-http", "127.0.0.1:0", "--to", "ftp://127.0.0.1:1"], "ftp"),
                (["--listen-http", "nowhere", "--to", "http://127.0.0.1:1"], "nowhere"),
                (["--listen", "127.0.0.1:0", "--to", "http://127.0.0.1:1"], "certificates"),
                (["--listen", "127.0.0.1:0", "--certificates", "missing", "--to", "http://127.0.0.1:1"], "missing"),
                (
                    ["--listen-http", "127.0.0.1:0", "--to", "a=http://127.0.0.1:1", "--to", "a=http://127.0.0.1:2"],
                    "two members called \"a\""
                ),
            ]
            for (arguments, word) in cases {
                let finished = try MartletProcess.command(["proxy"] + arguments, folder: folder.path)
                #expect(finished.ending == .exited(78), "\(arguments): \(finished.ending)")
                #expect(finished.errors.contains(word), "\(arguments): \(finished.errors)")
            }
        }
    }
}
