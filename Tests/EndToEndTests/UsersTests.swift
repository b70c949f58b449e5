import Foundation
import Testing

extension EndToEnd {
    /// Places that let in users alone, with Debian's `htpasswd` and with curl.
    @Suite("Users", .timeLimit(.minutes(1)))
    struct UsersTests {
        /// Runs `htpasswd` on the file of users.
        private func htpasswd(_ arguments: String..., in folder: TemporaryFolder) throws {
            _ = try ChildProcess.run(Tool.htpasswd.path(), arguments, folder: folder.path).succeeded()
            // It makes files that anybody may read.
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o640], ofItemAtPath: "\(folder.path)/users")
        }

        private func status(_ curl: Curl, _ target: String, _ arguments: [String] = []) throws -> Int {
            try curl.head(target, arguments).status
        }

        @Test("curl -u is let in over both protocols, others are asked, and a reload takes the new file")
        func users() throws {
            let folder = try TemporaryFolder()
            try htpasswd("-cbB", "users", "ada", "open sesame", in: folder)
            let member = try RecordingMember(answering: "hello")
            var text = EdgeText(
                member.endpoint, listeners: .prior,
                settings: ["log: { access: { format: combined, path: access.log } }"])
            text.paths = "/: shop, /in: { balancer: shop, users: { file: users, realm: Shop } }"
            let martlet = try MartletProcess.run(text.text, in: folder)
            for version in ["--http1.1", "--http2-prior-knowledge"] {
                var curl = try Curl(to: martlet)
                curl.version = version
                #expect(try status(curl, "/") == 200)
                let asked = try curl.head("/in")
                #expect(asked.status == 401)
                #expect(asked["WWW-Authenticate"] == "Basic realm=\"Shop\", charset=\"UTF-8\"")
                #expect(try status(curl, "/in", ["--user", "ada:sesame"]) == 401)
                #expect(try status(curl, "/in", ["--user", "bob:open sesame"]) == 401)
                #expect(try status(curl, "/in", ["--user", "ada:open sesame"]) == 200)
                #expect(try status(curl, "/in/x", ["--user", "ada:open sesame", "--data", "content"]) == 200)
            }

            try htpasswd("-bB", "users", "bob", "abracadabra", in: folder)
            try htpasswd("-D", "users", "ada", in: folder)
            try martlet.reload()
            let curl = try Curl(to: martlet)
            #expect(try status(curl, "/in", ["--user", "ada:open sesame"]) == 401)
            #expect(try status(curl, "/in", ["--user", "bob:abracadabra"]) == 200)

            // Whoever cannot be read is let in on.
            try folder.write("bob:abracadabra\n", to: "users")
            let before = martlet.process.errors.bytes.count
            martlet.process.signal(SIGHUP)
            try martlet.process.errors.wait(for: "reload rejected", after: before)
            #expect(try status(curl, "/in", ["--user", "bob:abracadabra"]) == 200)
            #expect(!martlet.process.errors.text.contains("abracadabra"))
            #expect(try martlet.terminate() == .exited(0))
            let lines = try folder.read("access.log").split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("127.0.0.1 - ada [") } && lines.contains { $0.contains(" - bob [") })
        }

        @Test("check tells the line of a hash that it does not take, and what to do")
        func check() throws {
            let folder = try TemporaryFolder()
            try htpasswd("-cbB", "users", "ada", "open sesame", in: folder)
            try htpasswd("-bm", "users", "bob", "abracadabra", in: folder)
            var text = EdgeText(.ipv4(port: try FreePort.choose()))
            text.settings = ["users: users"]
            let file = try folder.write(text.text, to: "martlet.yaml")
            let refused = try MartletProcess.command(["check", file])
            #expect(refused.ending == .exited(78))
            #expect(refused.errors.contains("users: \(folder.path)/users: line 2: expected a hash by bcrypt"))
            #expect(refused.errors.contains("Apache's MD5") && refused.errors.contains("`htpasswd -B`"))
            #expect(!refused.errors.contains("bob"))
            try htpasswd("-bB", "users", "bob", "abracadabra", in: folder)
            #expect(try MartletProcess.command(["check", file]).ending == .exited(0))
        }
    }
}
