import Foundation
import Testing

extension EndToEnd {
    /// What stands in `deploy/` beside the package.
    @Suite("Deploy")
    struct DeployTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        @Test(
            "scripts, unit, image, manifests and playbook pass their linters", .timeLimit(.minutes(5)))
        func linters() throws {
            let linted = try ChildProcess.run(
                "/bin/bash", [Pages.root + "/deploy/lint.sh", "--installed"], seconds: 240)
            #expect(linted.ending == .exited(0), "\(linted.text)\n\(linted.errors)")
        }

        @Test("the image is built of every folder that the manifest names", .timeLimit(.minutes(1)))
        func image() throws {
            let folder = try TemporaryFolder()
            let ignored = try String(contentsOfFile: Pages.root + "/.dockerignore", encoding: .utf8)
                .split(separator: "\n").filter { !$0.contains("*") }
            #expect(ignored.contains(".git"))
            for name in try FileManager.default.contentsOfDirectory(atPath: Pages.root)
            where !ignored.contains(name[...]) && !name.hasPrefix(".") {
                try FileManager.default.createSymbolicLink(
                    atPath: folder.path + "/" + name, withDestinationPath: Pages.root + "/" + name)
            }
            let described = try ChildProcess.run(
                "/usr/bin/env", ["swift", "package", "describe"], folder: folder.path, seconds: 50)
            #expect(described.ending == .exited(0), "\(described.errors)")
        }

        @Test(
            "configurations that are shipped can be served", .timeLimit(.minutes(1)),
            arguments: ["debian/martlet.yaml", "container.yaml"])
        func configurations(name: String) throws {
            let checked = try MartletProcess.command(["check", Pages.root + "/deploy/" + name])
            #expect(checked.ending == .exited(0) && checked.errors.isEmpty, "\(checked.errors)")
        }

        @Test(
            "the manifests' configuration can be served, and drains before the pod is killed", .timeLimit(.minutes(1)))
        func manifest() throws {
            let kubernetes = Pages.root + "/deploy/kubernetes/"
            let map = try String(contentsOfFile: kubernetes + "configuration.yaml", encoding: .utf8)
            let lines = map.components(separatedBy: "  martlet.yaml: |\n")[1].split(separator: "\n")
            _ = try Certificates.forShop(in: folder)
            let text = lines.map { String($0.dropFirst(4)) }.joined(separator: "\n") + "\n"
            let here = text.replacing("/etc/martlet-certificates/", with: "certs/")
                .replacing(#/shop-\d\.shop/#, with: "127.0.0.1")
            let file = try folder.write(here, to: "martlet.yaml")
            let checked = try MartletProcess.command(["check", file])
            #expect(checked.ending == .exited(0), "\(checked.errors)")
            let pod = try String(contentsOfFile: kubernetes + "deployment.yaml", encoding: .utf8)
            func number(_ pattern: Regex<(Substring, Substring)>, in text: String) throws -> Int {
                try #require(text.firstMatch(of: pattern).flatMap { Int($0.1) })
            }
            let grace = try number(/terminationGracePeriodSeconds: (\d+)/, in: pod)
            let wait = try number(/drain-delay: (\d+)s/, in: text)
            let drain = try number(/drain: (\d+)s/, in: text)
            #expect(grace > wait + drain)
            // Whoever asks for the pod's health asks where it is told, and often enough to see that it is to be left.
            let metrics = try number(/metrics: "\[::\]:(\d+)"/, in: text)
            #expect(pod.contains("- name: metrics\n              containerPort: \(metrics)\n"))
            let probes = pod.matches(of: #/(\w+)Probe:\n +httpGet:\n +path: (\S+)\n +port: metrics\n/#)
            #expect(probes.map(\.1) == ["startup", "readiness", "liveness"])
            #expect(probes.map(\.2) == ["/healthz", "/readyz", "/healthz"])
            #expect(!pod.contains("preStop"))
        }

        // MARK: - The hook of certbot

        /// What certbot keeps of a certificate.
        private func lineage(serial: Int) throws -> String {
            let name = "shop.example.com"
            try Certificates(in: folder).issue("renewed", names: [name], serial: serial, into: "authority")
            for (file, source) in [("fullchain", "crt"), ("privkey", "key")] {
                try folder.write(try folder.read("authority/renewed.\(source)"), to: "live/\(name)/\(file).pem")
            }
            return folder.path + "/live/" + name
        }

        private func hook(_ lineage: String?) throws -> Finished {
            let tools = try folder.makeFolder("bin")
            if !FileManager.default.fileExists(atPath: tools + "/martlet") {
                try FileManager.default.createSymbolicLink(
                    atPath: tools + "/martlet", withDestinationPath: MartletProcess.binary())
            }
            var environment = [
                "PATH": tools + ":/usr/bin:/bin", "MARTLET_CERTIFICATES": folder.path + "/certs",
                "MARTLET_CONTROL": folder.path + "/control.sock",
            ]
            environment["RENEWED_LINEAGE"] = lineage
            return try ChildProcess.run(
                "/bin/sh", [Pages.root + "/deploy/certbot-hook.sh"], environment: environment)
        }

        @Test("the hook puts certificate and key in place in one file, and has it served", .timeLimit(.minutes(1)))
        func hookServes() throws {
            let first = try lineage(serial: 2000)
            #expect(try hook(first).ending == .exited(0), "where nobody serves yet, it only puts it there")
            let text = EdgeText(try RecordingMember(answering: "one").endpoint, listeners: .tls)
            let control = try ControlledMartlet(text, in: folder)
            let client = OpenSSLClient(to: control.martlet, authority: folder.path + "/authority/ca.pem")
            #expect(try client.handshake(name: "shop.example.com").serial == 2000)
            let second = try lineage(serial: 2001)
            let renewed = try hook(second)
            #expect(renewed.ending == .exited(0), "\(renewed.errors)")
            #expect(renewed.text.contains("1 certificate rotated"), "\(renewed.text)")
            let other = OpenSSLClient(to: control.martlet, authority: folder.path + "/authority/ca.pem")
            #expect(try other.handshake(name: "shop.example.com").serial == 2001)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/certs")
            #expect(names == ["shop.example.com.pem"])
        }

        @Test("what the hook cannot do it says, and fails", .timeLimit(.minutes(1)))
        func hookFails() throws {
            let path = try lineage(serial: 2000)
            let text = EdgeText(try RecordingMember(answering: "one").endpoint, listeners: .tls)
            #expect(try hook(path).ending == .exited(0))
            _ = try ControlledMartlet(text, in: folder)
            let missing = try hook(folder.path + "/live/other")
            #expect(missing.ending == .exited(66) && missing.errors.contains("live/other/fullchain.pem is not there"))
            let none = try hook(nil)
            #expect(none.ending == .exited(64) && none.errors.contains("RENEWED_LINEAGE"))
            // A key of another certificate: the old one goes on, and certbot is told.
            let key = try folder.read("authority/ca.key")
            try folder.write(key, to: "live/shop.example.com/privkey.pem")
            let broken = try hook(path)
            #expect(broken.ending == .exited(65) && broken.text.contains("1 certificate kept old"), "\(broken.text)")
        }
    }
}
