import Foundation
import Testing

extension EndToEnd {
    /// Martlet before php-fpm, whose children end after twenty requests.
    @Suite("FastCGI")
    struct FastCGITests {
        /// A php-fpm as two balancers, and clients of its page.
        private struct Stage {
            let fpm: PHPFPM
            let folder: TemporaryFolder
            let martlet: MartletProcess
            let curl: Curl

            init() throws {
                fpm = try PHPFPM()
                folder = try TemporaryFolder()
                let lines = [
                    "workers: 2", "listeners: [ { address: \"127.0.0.1:0\" } ]",
                    "sites: [ { paths: { /: local, /port: { balancer: port, to: / } } } ]", "balancers:",
                    "  local:", "    fastcgi: \(fpm.root)", "    affinity: { mode: insert, follow: PHPSESSID }",
                    "    members: { php: \"fcgi+unix:\(fpm.path)\" }", "  port:", "    fastcgi: \(fpm.root)",
                    "    members: { php: { url: \"fcgi://\(fpm.endpoint)\", ttl: 100ms } }",
                ]
                martlet = try MartletProcess.run(lines.joined(separator: "\n") + "\n", in: folder)
                curl = try Curl(to: martlet, host: "127.0.0.1", keepsCookies: false)
            }
        }

        @Test("scripts are told what Apache tells them", .timeLimit(.minutes(1)))
        func told() throws {
            let stage = try Stage()
            for (mount, name) in [("", "local"), ("/port", "port")] {
                let told = try stage.curl.told("\(mount)/index.php/a%20b?c=d", "-H", "X-Own: 1", "-b", "x=y")
                let expected = [
                    "REQUEST_METHOD": "GET", "REQUEST_URI": "\(mount)/index.php/a%20b?c=d", "QUERY_STRING": "c=d",
                    "SCRIPT_NAME": "\(mount)/index.php", "PATH_INFO": "/a b", "DOCUMENT_ROOT": stage.fpm.root,
                    "SCRIPT_FILENAME": "\(stage.fpm.root)/index.php", "REMOTE_ADDR": "127.0.0.1",
                    "SERVER_ADDR": "127.0.0.1", "SERVER_NAME": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1",
                    "REQUEST_SCHEME": "http", "GATEWAY_INTERFACE": "CGI/1.1", "HTTP_X_OWN": "1", "HTTP_COOKIE": "x=y",
                ]
                for (key, value) in expected { #expect(told[key] == value, "\(name): \(key)") }
                #expect(told["HTTPS"] == nil)
            }
            let posted = try stage.curl.told("/any/thing", "--data-binary", "hello")
            #expect(posted["BODY"] == "5d41402abc4b2a76b9719d911017c592" && posted["CONTENT_LENGTH"] == "5")
            #expect(posted["SCRIPT_NAME"] == "/index.php" && posted["REQUEST_URI"] == "/any/thing")
        }

        @Test("statuses, redirects, cookies and methods come out as PHP means them", .timeLimit(.minutes(1)))
        func answers() throws {
            let stage = try Stage()
            let client = try RawClient(stage.martlet.cleartext)
            #expect(try client.get("/act.php?a=status&code=304").status == 304)
            #expect(try client.get("/act.php?a=status&code=204").status == 204)
            let redirect = try client.get("/act.php?a=go")
            #expect(redirect.status == 302 && redirect["location"] == "/index.php")
            let head = try client.exchange("HEAD /act.php?a=length HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(head.status == 200 && head["content-length"] == "20000")
            #expect(try client.get("/act.php?a=length").content.count == 20_000)
            #expect(try client.get("/act.php?a=long").content.count == 10_000_000)
            #expect(try client.get("/a%2f..%2fb.php").status == 400)
            let chunked = try client.exchange(
                "POST /act.php HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            #expect(chunked.status == 200)
            let visitor = try Curl(to: stage.martlet, host: "127.0.0.1")
            let counts = try (1...3).map { _ in try visitor.run("/act.php?a=count", []).text }
            #expect(counts == ["1", "2", "3"])
        }

        @Test("large contents pass both ways, byte for byte", .timeLimit(.minutes(2)))
        func contents() throws {
            let stage = try Stage()
            let bytes = (0..<30_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
            let path = stage.folder.path + "/content"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let sum = try ChildProcess.run("/usr/bin/md5sum", [path]).text.prefix(32)
            for mount in ["", "/port"] {
                let told = try stage.curl.told("\(mount)/index.php", "-T", path)
                #expect(told["BODY"] == String(sum))
                // Without a length it is gathered, in a file, and php-fpm is told one.
                let chunked = try stage.curl.told("\(mount)/index.php", "-T", path, "-H", "Transfer-Encoding: chunked")
                #expect(chunked["BODY"] == String(sum) && chunked["CONTENT_LENGTH"] == "30000000")
            }
        }

        @Test("10,000 requests of every method over children that end, none of them 502", .timeLimit(.minutes(4)))
        func mixed() throws {
            let stage = try Stage()
            let statuses = try inParallel(20, threads: 8) { number in
                let client = try RawClient(stage.martlet.cleartext)
                return try (0..<500).map { turn in
                    let mount = number % 2 == 0 ? "" : "/port"
                    guard turn % 3 == 0 else { return try client.get("\(mount)/act.php").status }
                    return try client.exchange(
                        "POST \(mount)/act.php HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                    ).status
                }
            }
            let all = statuses.flatMap { $0 }
            #expect(all.count == 10_000 && all.allSatisfy { $0 == 200 }, "\(Set(all))")
        }

        @Test("a child that dies in mid-answer breaks that answer off, and nothing else", .timeLimit(.minutes(1)))
        func death() throws {
            let stage = try Stage()
            let result = try stage.curl.run("/act.php?a=die", ["--output", "/dev/null"])
            #expect(result.ending == .exited(18))
            for _ in 0..<10 { #expect(try stage.curl.run("/act.php", []).text == "0") }
        }

        @Test("events pass one by one, and what scripts say of errors is logged", .timeLimit(.minutes(1)))
        func eventsAndErrors() throws {
            let stage = try Stage()
            try stage.curl.expectEvents("/act.php?a=events&from=")
            #expect(try stage.curl.run("/act.php?a=error", []).text == "done")
            _ = try stage.martlet.process.errors.wait(for: "member local/php says:")
        }
    }
}
