import Foundation

/// Does what a page says on a ``Machine``: what it types is typed there by root, files are written there, and `curl` is
/// this system's, as a client's would be.
struct MachineStage {
    let machine: Machine
    /// Where `curl` keeps its cookies.
    let folder: TemporaryFolder

    /// Boots a machine with a package and what the page wants to be there before.
    init(_ page: Page, package: String, in folder: TemporaryFolder) throws {
        self.folder = folder
        machine = try Machine(package: package, in: folder)
        for part in page.before {
            switch part.kind {
            case "machine":
                for (index, port) in part.words.enumerated() { try startMember(port, route: "node\(index + 1)") }
            case "certbot":
                for name in part.words { try makeLineage(name) }
            default: throw HarnessError("nobody knows how to begin with \(part.kind) on a machine")
            }
        }
    }

    private func startMember(_ port: String, route: String) throws {
        let script = PythonScript.path("sticky_member.py")
        let member = try machine.start(beside: [Tool.python3.path(), "-B", "-u", script, port, route])
        try member.output.wait(for: "listening")
    }

    /// What certbot keeps of a certificate, by an authority that `curl` trusts here.
    private func makeLineage(_ name: String) throws {
        let certificates = try Certificates(in: folder)
        try certificates.issue("renewed", names: [name], serial: 2000, into: "authority")
        for (file, source) in [("fullchain", "crt"), ("privkey", "key")] {
            let text = try folder.read("authority/renewed.\(source)")
            try machine.write(text, to: "/etc/letsencrypt/live/\(name)/\(file).pem")
        }
        _ = try machine.run("mkdir", "-p", "/etc/letsencrypt/renewal-hooks/deploy").succeeded()
        let addresses = [80, 443].map { "resolve = \"\(name):\($0):127.0.0.1\"\n" }.joined()
        try folder.write("cacert = \"\(certificates.authority)\"\n\(addresses)", to: ".curlrc")
    }

    /// Does everything in its order.
    func run(_ page: Page) throws {
        for block in page.blocks {
            switch block {
            case .commands(let text, let output): try type(text, output: output)
            case .file(let text, let name, _): try machine.write(text, to: name)
            default: throw HarnessError("\(page.name): a machine knows commands and files alone: \(block)")
            }
        }
    }

    /// Types commands and compares what comes; who looks at a log, looks until the line is there.
    private func type(_ text: String, output: String?) throws {
        let looks = text.hasPrefix("journalctl ")
        let end = Clock.now + 10
        while true {
            let finished = try typeOnce(text)
            let isAsSaid = output.map { PagePattern($0).matches(finished.text) } ?? (finished.ending == .exited(0))
            if isAsSaid { return }
            guard looks, Clock.now < end else {
                throw HarnessError(
                    "\(text)must write:\n\(output ?? "")and wrote:\n\(finished.text)\(finished.errors)")
            }
        }
    }

    private func typeOnce(_ text: String) throws -> Finished {
        if text.hasPrefix("curl ") {
            return try machine.shell(
                beside: text, environment: ["CURL_HOME": folder.path, "no_proxy": "*"], folder: folder.path)
        }
        return try machine.shell("exec 2>&1; " + text)
    }
}
