import Foundation

/// Does what a page says, in a folder of its own, with real servers behind it.
///
/// The ports that the page names are others here; where its commands or outputs have them, they are replaced.
final class PageStage: Sendable {
    private let folder: TemporaryFolder
    private let shell: ChildProcess
    private let servers = Monitor<[(process: ChildProcess, seen: Int)]>([])
    /// Servers of PHP that stand in for an application, by the ports that the page names.
    private let members: Monitor<[String: PHPServer]>
    /// The port here of each that the page names.
    private let ports: [String: Int]
    private let marks = Monitor(0)

    init(_ page: Page) throws {
        folder = try TemporaryFolder()
        var members: [String: PHPServer] = [:]
        var ports = try Self.prepare(page.before, in: folder, &members)
        self.members = Monitor(members)
        for port in page.ports where ports[port] == nil { ports[port] = try FreePort.choose() }
        self.ports = ports
        try folder.makeFolder("bin")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/bin/martlet", withDestinationPath: MartletProcess.binary())
        // Knows the page's own processes and nobody else's.
        try folder.write("#!/bin/sh\ncat '\(folder.path)/bin/'$1.pid\n", to: "bin/pidof")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/bin/pidof")
        shell = try ChildProcess(
            "/bin/bash", ["--norc"], environment: Self.environment(folder), folder: folder.path)
    }

    private static func environment(_ folder: TemporaryFolder) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return ["PATH": "\(folder.path)/bin:/usr/bin:/bin:\(path)", "LC_ALL": "C.UTF-8", "no_proxy": "*"]
    }

    /// Does everything in its order.
    func run(_ page: Page) throws {
        for block in page.blocks {
            switch block {
            case .commands(let text, let output): try type(text, output: output)
            case .server(let text, let output):
                try serve(text)
                try expect(output)
            case .events(let text): try expect(text)
            case .file(let text, let name, let isChecked):
                try folder.write(here(text), to: name)
                if isChecked, name.hasSuffix(".yaml") { try check(name) }
            case .piece(let text, let place):
                try folder.write(here(EdgePiece(text, at: place).text), to: "piece.yaml")
                try check("piece.yaml")
            case .member(let port, let runs): try change(port, runs: runs)
            }
        }
    }

    // MARK: - What a page does

    /// Types commands and compares what comes.
    ///
    /// What looks at a log is typed again until it is there: a line is written behind the answer.
    private func type(_ text: String, output: String?) throws {
        let looks = text.split(separator: "\n").allSatisfy { $0.contains(#/^(cat|tail|grep|ls|martlet status) /#) }
        let end = Clock.now + 10
        while looks, Clock.now < end {
            if (try? typeOnce(text, output: output)) != nil { return }
        }
        try typeOnce(text, output: output)
    }

    private func typeOnce(_ text: String, output: String?) throws {
        let number = marks.withLock { number in
            number += 1
            return number
        }
        let file = try folder.write(here(text), to: "bin/block\(number).sh")
        let before = shell.output.bytes.count
        try shell.write(". '\(file)' </dev/null 2>&1; printf '\\n@%d %d\\n' \(number) $?\n")
        let end = try shell.output.wait(seconds: 60, after: before) { lines in
            lines.last { $0.hasPrefix("@\(number) ") }
        }
        let bytes = shell.output.bytes.dropFirst(before)
        let written = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n@\(number) ")[0]
        guard let output else {
            guard end.hasSuffix(" 0") else { throw HarnessError("\(text) ends with \(end): \(written)") }
            return
        }
        guard PagePattern(output).matches(there(written)) else {
            throw HarnessError("\(text)must write:\n\(output)and wrote:\n\(there(written))")
        }
    }

    /// Starts a command in a terminal of its own.
    private func serve(_ text: String) throws {
        let process = try ChildProcess(
            "/bin/bash", ["-c", "exec " + here(text)], environment: Self.environment(folder), folder: folder.path)
        let program = text.split(separator: " ").first.map(String.init) ?? ""
        let before = (try? folder.read("bin/\(program).pid")) ?? ""
        try folder.write(before + "\(process.identifier)\n", to: "bin/\(program).pid")
        servers.withLock { $0.append((process, 0)) }
    }

    /// Ends a member, or starts it again.
    private func change(_ port: String, runs: Bool) throws {
        guard let member = members.withLock({ $0[port] }) else { throw HarnessError("no member has the port \(port)") }
        if !runs { return try member.crash() }
        let again = try PHPServer(name: member.name, port: member.endpoint.port)
        members.withLock { $0[port] = again }
    }

    /// Waits until the last server has written these lines, behind those that were waited for before.
    private func expect(_ text: String) throws {
        guard let (process, seen) = servers.withLock({ $0.last }) else { throw HarnessError("no server: \(text)") }
        let pattern = PagePattern(text, isPart: true)
        let end = try process.errors.wait(seconds: 30, after: seen) { lines -> Int? in
            // Lines come whole, and one after the other: the fewest that are enough.
            (0...lines.count).first { pattern.matches(self.there(lines.prefix($0).joined(separator: "\n"))) }
                .map { lines.prefix($0).reduce(0) { $0 + $1.utf8.count + 1 } }
        }
        servers.withLock { $0[$0.count - 1].seen = seen + end }
    }

    private func check(_ name: String) throws {
        let finished = try MartletProcess.command(["check", name], folder: folder.path)
        guard finished.ending == .exited(0) else { throw HarnessError("\(name): \(finished.errors)") }
    }

    // MARK: - Ports

    /// A text of the page with the ports that are used here.
    private func here(_ text: String) -> String {
        text.replacing(#/\b\d{2,5}\b/#) { match in ports[String(match.output)].map { "\($0)" } ?? String(match.output) }
    }

    /// What was written here with the page's ports, and with the name of its folder left out.
    private func there(_ text: String) -> String {
        let pages = Dictionary(uniqueKeysWithValues: ports.map { ("\($0.value)", $0.key) })
        return text.replacingOccurrences(of: folder.path + "/", with: "")
            .replacing(#/\b\d{2,5}\b/#) { match in pages[String(match.output)] ?? String(match.output) }
    }

    // MARK: - What must be there before

    /// - Returns: ports of what was started, by those that the page names.
    private static func prepare(
        _ parts: [Page.Part], in folder: TemporaryFolder, _ members: inout [String: PHPServer]
    ) throws -> [String: Int] {
        var ports: [String: Int] = [:]
        for part in parts {
            switch part.kind {
            case "tomcat":
                let tomcats = try Tomcat.start(routes: part.words.indices.map { "node\($0 + 1)" })
                for (port, tomcat) in zip(part.words, tomcats) { ports[port] = tomcat.endpoint.port }
            case "php":
                for (index, port) in part.words.enumerated() {
                    let server = try PHPServer(name: "node\(index + 1)")
                    members[port] = server
                    ports[port] = server.endpoint.port
                }
            case "certificates":
                try Certificates(in: folder).issue("shop", names: part.words, serial: 1000)
                try protect(folder.path + "/certs/shop.pem")
            case "certbot":
                for name in part.words {
                    try Certificates(in: folder).issue("renewed", names: [name], serial: 2000, into: "authority")
                    for (file, source) in [("fullchain", "crt"), ("privkey", "key")] {
                        let text = try folder.read("authority/renewed.\(source)")
                        try folder.write(text, to: "live/\(name)/\(file).pem")
                    }
                }
            case "scripts":
                try folder.makeFolder("certs")
                for script in part.words {
                    try FileManager.default.copyItem(
                        atPath: "\(Pages.root)/\(script)", toPath: "\(folder.path)/\(script)")
                }
            case "keys":
                try protect(folder.write("1 \(String(repeating: "5a", count: 32))\n", to: "affinity.keys"))
            default: throw HarnessError("nobody knows how to begin with \(part.kind)")
            }
        }
        return ports
    }

    /// Lets the owner alone read a file.
    private static func protect(_ file: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }
}
