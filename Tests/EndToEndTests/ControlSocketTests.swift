import Foundation
import Testing

extension EndToEnd {
    /// The control socket as a file, and what it does with whatever is sent to it.
    @Suite("Control socket")
    struct ControlSocketTests {
        private func start(in folder: TemporaryFolder? = nil) throws -> ControlledMartlet {
            try ControlledMartlet(EdgeText(RefusingAddress().endpoint), in: folder)
        }

        private func mode(_ path: String) throws -> Int {
            try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }

        @Test("the file is its owner's alone, and goes at the end", .timeLimit(.minutes(1)))
        func file() throws {
            let control = try start()
            #expect(try mode(control.socket) == 0o600)
            #expect(control.martlet.log.contains("control socket: \(control.socket)"))
            #expect(try control.martlet.terminate() == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: control.socket))
            let after = try control.run("status")
            #expect(after.ending == .exited(69))
            #expect(after.errors.contains(control.socket))
        }

        @Test("a dead process's file is replaced; one in use refuses the start", .timeLimit(.minutes(1)))
        func leftOver() throws {
            let folder = try TemporaryFolder()
            let dead = try start(in: folder)
            dead.martlet.process.signal(SIGKILL)
            _ = try dead.martlet.process.waitForEnd()
            #expect(FileManager.default.fileExists(atPath: dead.socket))
            let refused = try dead.run("status")
            #expect(refused.ending == .exited(69))
            #expect(refused.errors.contains("Connection refused"))

            let control = try start(in: folder)
            #expect(try mode(control.socket) == 0o600)
            let second = try MartletProcess.command(["run", control.martlet.configurationFile])
            #expect(second.ending == .exited(78))
            let words = "control.socket: cannot listen on \(control.socket) (bind: Address already in use)"
            #expect(second.errors.contains(words))
            #expect(!second.errors.contains("listening on"))
            #expect(try control.json("status")["generation"] as? Int == 1)
        }

        @Test("what cannot be a socket is said at the start, and exits 78", .timeLimit(.minutes(1)))
        func unusable() throws {
            let folder = try TemporaryFolder()
            try folder.write("no socket", to: "file")
            let long = String(repeating: "x", count: 120)
            let cases = [
                ("missing/control.sock", "its folder must be there"), ("file", "a file is in its place"),
                (long, "is longer than the path of a socket can be"), ("run/", "names a folder"),
                ("unix:control.sock", "has a scheme"), ("file/control.sock", "its folder must be there"),
            ]
            for (path, words) in cases {
                var text = try EdgeText(RefusingAddress().endpoint)
                text.settings = ["control: { socket: \"\(path)\" }"]
                let file = try folder.write(text.text, to: "martlet.yaml")
                let finished = try MartletProcess.command(["run", file])
                #expect(finished.ending == .exited(78), "\(path)")
                #expect(finished.errors.contains(words), "\(path): \(finished.errors)")
                #expect(!finished.errors.contains("listening on"), "\(path)")
            }
            #expect(try folder.read("file") == "no socket")
        }

        @Test("a reload does not move it; proxy has it by a flag", .timeLimit(.minutes(1)))
        func reload() throws {
            let control = try start()
            let refusing = try RefusingAddress().endpoint
            let text = ControlledMartlet.text(EdgeText(refusing))
            try control.martlet.writeConfiguration(
                text.replacingOccurrences(of: "control.sock", with: "other.sock"))
            control.martlet.process.signal(SIGHUP)
            try control.martlet.process.errors.wait(for: "control.socket: the control socket changes with a restart")
            #expect(try control.json("status")["generation"] as? Int == 1)

            let folder = try TemporaryFolder()
            let socket = folder.path + "/proxy.sock"
            let martlet = try MartletProcess.proxy(
                ["--listen-http", "127.0.0.1:0", "--to", refusing.memberURL, "--control", socket], in: folder)
            let status = try MartletProcess.command(["status", "--control", socket])
            #expect(try status.succeeded().contains("balancer proxy"))
            #expect(try martlet.terminate() == .exited(0))
        }

        /// Sends a request by itself; its answer is JSON with a code, and nothing else happens.
        private func code(_ control: ControlledMartlet, _ request: String) throws -> (status: Int, code: String) {
            let answer = try control.client().exchange(request)
            #expect(answer["Content-Type"] == "application/json", "\(request.prefix(80))")
            let object = try JSONSerialization.jsonObject(with: Data(answer.content)) as? [String: [String: String]]
            let complaint = try #require(object?["error"], "\(answer.text)")
            #expect(complaint["words"]?.isEmpty == false && complaint["cure"]?.isEmpty == false)
            return (answer.status, complaint["code"] ?? "")
        }

        @Test("what is not asked as it must be is answered with JSON that says so", .timeLimit(.minutes(1)))
        func refusals() throws {
            let control = try start()
            let local = "Host: localhost\r\n"
            let json = local + "Content-Type: application/json\r\n"
            let drain = "/balancers/shop/members/node1/drain"
            let requests: [(String, Int, String)] = [
                ("GET /nothing HTTP/1.1\r\n\(local)\r\n", 404, "no-such-path"),
                ("GET / HTTP/1.1\r\n\(local)\r\n", 404, "no-such-path"),
                ("GET /status/../status HTTP/1.1\r\n\(local)\r\n", 404, "no-such-path"),
                ("POST /status HTTP/1.1\r\n\(json)Content-Length: 2\r\n\r\n{}", 405, "wrong-method"),
                ("GET /reload HTTP/1.1\r\n\(local)\r\n", 405, "wrong-method"),
                ("POST /reload HTTP/1.1\r\n\(local)\r\n", 415, "wrong-media-type"),
                ("DELETE /status HTTP/1.1\r\n\(local)\r\n", 405, "wrong-method"),
                ("GET \(drain) HTTP/1.1\r\n\(local)\r\n", 405, "wrong-method"),
                ("GET /status HTTP/1.1\r\nHost: evil.example.com\r\n\r\n", 421, "wrong-host"),
                ("GET /status HTTP/1.1\r\nHost: localhost:80\r\n\r\n", 421, "wrong-host"),
                ("GET /status HTTP/1.1\r\n\r\n", 421, "wrong-host"),
                ("GET /status HTTP/1.1\r\n\(local)Origin: null\r\n\r\n", 403, "from-a-page"),
                ("GET /status HTTP/1.1\r\n\(local)Sec-Fetch-Site: cross-site\r\n\r\n", 403, "from-a-page"),
                ("POST \(drain) HTTP/1.1\r\n\(json)Origin: http://localhost\r\n\r\n", 403, "from-a-page"),
                ("POST \(drain) HTTP/1.1\r\n\(local)\r\n", 415, "wrong-media-type"),
                ("POST \(drain) HTTP/1.1\r\n\(local)Content-Type: text/plain\r\n\r\n", 415, "wrong-media-type"),
                ("POST /explain HTTP/1.1\r\n\(json)Content-Length: 3\r\n\r\n{x}", 400, "malformed"),
                ("POST /explain HTTP/1.1\r\n\(json)Content-Length: 2\r\n\r\n[]", 400, "malformed"),
                ("POST /explain HTTP/1.1\r\n\(json)\r\n", 400, "malformed"),
                ("GET /balancers/shop/members/none HTTP/1.1\r\n\(local)\r\n", 404, "no-such-member"),
                ("GET /balancers/none/members/node1 HTTP/1.1\r\n\(local)\r\n", 404, "no-such-balancer"),
                ("GET /balancers/%2e%2e/members/%00 HTTP/1.1\r\n\(local)\r\n", 404, "no-such-balancer"),
            ]
            for (request, status, expected) in requests {
                let (found, code) = try code(control, request)
                #expect(found == status && code == expected, "\(request): \(found) \(code)")
            }
            #expect(try control.member("node1")["state"] as? String == "usable")
            #expect(try control.json("status")["last_reload"] == nil)
        }

        @Test("large, malformed and silent requests end by themselves", .timeLimit(.minutes(2)))
        func hostile() throws {
            let control = try start()
            let json = "Host: localhost\r\nContent-Type: application/json\r\n"
            let silent = try control.client()
            try silent.send("POST /explain HTTP/1.1\r\n\(json)Content-Length: 1000\r\n\r\n{")

            let large = try control.client()
            try large.send("POST /explain HTTP/1.1\r\n\(json)Content-Length: 1000000\r\n\r\n")
            // The answer comes before all of it was taken.
            _ = try? large.send(String(repeating: "x", count: 400_000))
            let answer = try large.response(to: "POST")
            #expect(answer.status == 413)
            #expect(answer.text.contains("content-too-large"))

            for head in [
                "nonsense\r\n\r\n", "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1, 2\r\n\r\n",
                "GET /status HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "y", count: 100_000))\r\n\r\n",
                "GET /status HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "X: y\r\n", count: 2_000))\r\n",
                "GET /status HTTP/9.9\r\nHost: localhost\r\n\r\n", "\u{16}\u{03}\u{01}",
                "BREW /status HTTP/1.1\r\nHost: localhost\r\n\r\n",
            ] {
                let client = try control.client()
                try? client.send(head)
                client.socket.finishWriting()
                let text = (try? client.reader.readToEnd(seconds: 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4"), "\(head.prefix(60)): \(text)")
            }
            #expect(silent.ends(seconds: 40, cutting: true))
            #expect(try control.json("status")["generation"] as? Int == 1)
        }

        @Test("more connections than it takes wait; a request is answered when others go", .timeLimit(.minutes(1)))
        func many() throws {
            let control = try start()
            let idle = try (0..<40).map { _ in try control.client() }
            for client in idle.prefix(10) { client.socket.close() }
            #expect(try control.json("status")["generation"] as? Int == 1)
        }

        @Test("signals are the main thread's, whatever the room's threads do", .timeLimit(.minutes(1)))
        func signals() throws {
            let control = try start()
            let client = try control.client()
            for _ in 0..<20 {
                let answer = try client.exchange("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(answer.status == 200)
                try control.martlet.reload()
            }
            #expect(try control.martlet.terminate() == .exited(0))
        }
    }
}
