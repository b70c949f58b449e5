import Foundation
import Testing

extension EndToEnd {
    /// What `martlet check` has to say, and to whom.
    @Suite("Check")
    struct CheckTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        private let doubtful = """
            listeners: [ { address: 127.0.0.1:8080 } ]
            sites: [ { paths: { /: shop } } ]
            balancers:
              shop:
                members:
                  node1: http://10.0.0.11:8080
                  node2: http://10.0.0.11:8080

            """

        private func check(_ arguments: String...) throws -> Finished {
            try MartletProcess.command(["check"] + arguments, folder: folder.path)
        }

        @Test("a warning has its place and its cure, and --strict takes it for an error", .timeLimit(.minutes(1)))
        func strict() throws {
            try folder.write(doubtful, to: "martlet.yaml")
            let line = """
                martlet.yaml:7:14: warning: balancers.shop.members.node2: member node1 at line 6, column 14 waits \
                there too; name another address, or give one member the load-factor of both

                """
            let loose = try check("martlet.yaml")
            #expect(loose.ending == .exited(0) && loose.errors == line, "\(loose.errors)")
            #expect(loose.text == "martlet.yaml: 1 listener, 1 site, 1 balancer, 2 members, 0 identities\n")
            let strict = try check("martlet.yaml", "--strict")
            #expect(strict.ending == .exited(78) && strict.errors == line && strict.text.isEmpty)
            try folder.write(
                doubtful.replacingOccurrences(of: "node2: http://10.0.0.11", with: "node2: http://10.0.0.12"),
                to: "martlet.yaml")
            #expect(try check("martlet.yaml", "--strict").ending == .exited(0))
        }

        @Test("--json tells scripts the same", .timeLimit(.minutes(1)))
        func json() throws {
            try folder.write(doubtful, to: "martlet.yaml")
            let doubt = try check("martlet.yaml", "--json")
            #expect(doubt.ending == .exited(0) && doubt.errors.isEmpty)
            let whole = try JSONLines.object(doubt.text.replacingOccurrences(of: "\n", with: ""))
            #expect(whole["files"] as? [String] == ["martlet.yaml"])
            #expect((whole["summary"] as? String)?.hasPrefix("1 listener, ") == true)
            let finding = try #require((whole["findings"] as? [[String: Any]])?.first)
            #expect(finding["file"] as? String == "martlet.yaml")
            #expect(finding["line"] as? Int == 7 && finding["column"] as? Int == 14)
            #expect(finding["severity"] as? String == "warning")
            #expect(finding["key"] as? String == "balancers.shop.members.node2")
            #expect(finding["words"] as? String == "member node1 at line 6, column 14 waits there too")
            #expect((finding["cure"] as? String)?.hasPrefix("name another address") == true)

            try folder.write(doubtful + "wrokers: 1\n", to: "martlet.yaml")
            let wrong = try check("martlet.yaml", "--json")
            #expect(wrong.ending == .exited(78))
            let refused = try JSONLines.object(wrong.text.replacingOccurrences(of: "\n", with: ""))
            #expect(refused["summary"] == nil)
            #expect(
                (refused["findings"] as? [[String: Any]])?.map { $0["severity"] as? String } == ["error", "warning"])
            #expect(refused["files"] as? [String] == ["martlet.yaml"])

            try folder.write("workers: none\n", to: "more.yaml")
            try folder.write("include: more.yaml\n" + doubtful, to: "martlet.yaml")
            let several = try check("martlet.yaml", "--json")
            #expect(several.ending == .exited(78))
            let all = try JSONLines.object(several.text.replacingOccurrences(of: "\n", with: ""))
            #expect(all["files"] as? [String] == ["martlet.yaml", "more.yaml"])
        }

        @Test("what is piped is checked as if it lay in another folder", .timeLimit(.minutes(1)))
        func piped() throws {
            let certificates = try Certificates.forShop(in: folder)
            withExtendedLifetime(certificates) {}
            let text = EdgeText(.ipv4(port: 8081), listeners: .tls).text
            let binary = try MartletProcess.binary()
            let lost = try ChildProcess.run(binary, ["check", "/dev/stdin"], input: text)
            #expect(lost.ending == .exited(78) && lost.errors.contains("/dev/certs"), "\(lost.errors)")
            let found = try ChildProcess.run(
                binary, ["check", "/dev/stdin", "--relative-to", folder.path], input: text)
            #expect(found.ending == .exited(0), "\(found.errors)")
            for wrong in ["elsewhere", "martlet.yaml"] {
                try folder.write(text, to: "martlet.yaml")
                let nowhere = try check("martlet.yaml", "--relative-to", wrong)
                #expect(nowhere.ending == .exited(64))
                #expect(nowhere.errors.contains("--relative-to \(wrong): there is no such folder"), "\(nowhere.errors)")
            }
        }

        @Test("a machine without certificates and keys checks the rest", .timeLimit(.minutes(1)))
        func withoutCertificates() throws {
            var text = EdgeText(.ipv4(port: 8081), listeners: .tls)
            text.affinity = "{ mode: sealed, cookie: JSESSIONID, key-file: affinity.keys }"
            text.host = "shop.example.com"
            try folder.write(text.text, to: "martlet.yaml")
            #expect(try check("martlet.yaml").ending == .exited(78))
            let without = try check("martlet.yaml", "--without-certificates", "--strict")
            #expect(without.ending == .exited(0), "\(without.errors)")
            // With the certificates alone, the file of keys is what is missing, and its place is told.
            _ = try Certificates.forShop(in: folder)
            let keys = try check("martlet.yaml")
            #expect(keys.ending == .exited(78))
            #expect(
                keys.errors.contains(
                    #/(?m)^martlet\.yaml:\d+:\d+: error: balancers\.shop\.affinity\.key-file: affinity\.keys: /#),
                "\(keys.errors)")
        }

        @Test("too few descriptors for what is declared are told with its place", .timeLimit(.minutes(1)))
        func descriptors() throws {
            try folder.write(
                doubtful.replacingOccurrences(of: "node2: http://10.0.0.11", with: "node2: http://10.0.0.12")
                    + "limits:\n  connections: 500\n", to: "martlet.yaml")
            let command = "ulimit -n 200; exec \(try MartletProcess.binary()) check martlet.yaml"
            let few = try ChildProcess.run("/bin/sh", ["-c", command], folder: folder.path)
            #expect(few.ending == .exited(0))
            #expect(
                few.errors.contains(
                    "martlet.yaml:9:16: warning: limits.connections: limits.connections is 500, and 200 descriptors "
                        + "are enough for "), "\(few.errors)")
            #expect(try check("martlet.yaml", "--strict").ending == .exited(0))
        }

        @Test("a log that could not be opened is told with its place, and its cure ends that", .timeLimit(.minutes(1)))
        func places() throws {
            var text = EdgeText(.ipv4(port: 8081), settings: ["log: { access: { path: logs/access.log } }"])
            try folder.write(text.text, to: "martlet.yaml")
            let lost = try check("martlet.yaml")
            #expect(lost.ending == .exited(0))
            #expect(lost.errors.contains(#/martlet\.yaml:\d+:\d+: warning: log\.access\.path: /#))
            let words = #/.*: No such file or directory; make its folder: (.*)\n/#
            let command = try #require(lost.errors.wholeMatch(of: words), "\(lost.errors)").output.1
            #expect(try MartletProcess.command(["run", "martlet.yaml"], folder: folder.path).ending == .exited(78))
            #expect(try check("martlet.yaml", "--without-certificates", "--strict").ending == .exited(0))
            _ = try ChildProcess.run("/bin/sh", ["-c", String(command)], folder: folder.path).succeeded()
            #expect(try check("martlet.yaml", "--strict").ending == .exited(0))

            text.settings = ["log: { access: { path: logs } }"]
            try folder.write(text.text, to: "martlet.yaml")
            #expect(try check("martlet.yaml").errors.contains("Is a directory; this is a folder: name a file in it"))
        }
    }
}
