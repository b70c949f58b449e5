import Foundation
import Testing

extension EndToEnd {
    /// A configuration of several files, with variables of the environment.
    @Suite("A configuration of several files")
    struct SeveralFilesTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        private func write(_ file: String, host: String, _ balancer: String, _ member: Endpoint) throws {
            try folder.write(
                """
                sites: [ { host: \(host), paths: { /: \(balancer) } } ]
                balancers: { \(balancer): { members: { node1: "http://\(member)" } } }

                """, to: "conf.d/\(file)")
        }

        private let first = """
            include: conf.d/*.yaml
            listeners: [ { address: "${LISTEN_AT:-127.0.0.1}:0" } ]
            control: { socket: control.sock }

            """

        @Test("a rejected reload tells its warnings too, as one may be the cause", .timeLimit(.minutes(1)))
        func warnings() throws {
            let shop = try RecordingMember(answering: "shop")
            try write("10-shop.yaml", host: "shop.example.com", "shop", shop.endpoint)
            let control = try ControlledMartlet(yaml: first, in: folder)
            try FileManager.default.removeItem(atPath: folder.path + "/conf.d")
            control.martlet.process.signal(SIGHUP)
            let errors = control.martlet.process.errors
            try errors.wait(for: "warning: include: there is no folder that ")
            try errors.wait(for: "reload rejected: generation 1 goes on; ")
        }

        @Test("a reload reads all of them anew, and says how many", .timeLimit(.minutes(1)))
        func reload() throws {
            let (shop, blog) = (try RecordingMember(answering: "shop"), try RecordingMember(answering: "blog"))
            try write("10-shop.yaml", host: "shop.example.com", "shop", shop.endpoint)
            let control = try ControlledMartlet(yaml: first, in: folder)
            func ask(_ name: String) throws -> Curl.Answer {
                let curl = try Curl(to: control.martlet, host: "\(name).example.com")
                return try #require(try curl.run([Curl.Request(target: "/")]).first)
            }
            #expect(try ask("shop").body == "shop")
            #expect(try ask("blog").status == 404)

            try write("20-blog.yaml", host: "blog.example.com", "blog", blog.endpoint)
            let reload = try control.run("reload")
            #expect(reload.ending == .exited(0), "\(reload.errors)")
            #expect(reload.text.hasPrefix("generation 2 from 3 files is served by every worker: "), "\(reload.text)")
            #expect(try ask("blog").body == "blog")
            let checked = try MartletProcess.command(["check", control.martlet.configurationFile])
            #expect(checked.text.hasSuffix(": 1 listener, 2 sites, 2 balancers, 2 members, 0 identities, 3 files\n"))

            // What is wrong in one of them rejects all, with its own place.
            try folder.write("balancers: { shop: { members: { a: b } } }\n", to: "conf.d/30-more.yaml")
            let refused = try control.run("reload")
            #expect(refused.ending == .exited(78))
            #expect(
                refused.errors.contains("conf.d/30-more.yaml:1:14: error: balancers.shop: \"shop\" stands at "),
                "\(refused.errors)")
            #expect(try ask("blog").body == "blog")
            #expect(try control.martlet.reload() == 2)
            try FileManager.default.removeItem(atPath: folder.path + "/conf.d/30-more.yaml")
            try FileManager.default.removeItem(atPath: folder.path + "/conf.d/20-blog.yaml")
            #expect(try control.martlet.reload() == 3)
            #expect(control.martlet.log.contains("reloaded from 2 files: generation 3 is served by every worker"))
            #expect(try ask("blog").status == 404)
        }

        @Test("what the environment says is used, and shown in no message", .timeLimit(.minutes(1)))
        func environment() throws {
            let member = try RecordingMember(answering: "shop")
            let yaml = """
                listeners: [ { address: 127.0.0.1:0 } ]
                sites: [ { paths: { /: shop } } ]
                balancers:
                  shop:
                    members:
                      node1: "http://${MEMBER}"
                fields: { request: { set: { X-Token: "${TOKEN}" } } }
                control: { socket: control.sock }

                """
            let variables = ["MEMBER": "\(member.endpoint)", "TOKEN": "kept-to-ourselves"]
            let control = try ControlledMartlet(yaml: yaml, in: folder, environment: variables)
            let answers = try Curl(to: control.martlet).run([Curl.Request(target: "/")])
            #expect(answers.map(\.body) == ["shop"])
            #expect(member.requests.map { $0["X-Token"] } == ["kept-to-ourselves"])
            // What a receipt says of it is the variable.
            try control.martlet.writeConfiguration(yaml.replacingOccurrences(of: "X-Token:", with: "X-Other:"))
            let changed = try control.run("reload")
            #expect(changed.ending == .exited(0) && changed.text.contains("${TOKEN}"), "\(changed.text)")
            #expect(!changed.text.contains("kept-to-ourselves"))
            try control.martlet.writeConfiguration(yaml.replacingOccurrences(of: "X-Token:", with: "Host:"))
            let refused = try control.run("reload")
            #expect(refused.ending == .exited(78) && !refused.errors.contains("kept-to-ourselves"))
            #expect(!control.martlet.log.contains("kept-to-ourselves"), "\(control.martlet.log)")
            let unset = try MartletProcess.command(["check", control.martlet.configurationFile])
            #expect(unset.ending == .exited(78))
            #expect(unset.errors.contains(":6:14: error: the variable MEMBER is not set in the environment; set it "))
        }
    }
}
