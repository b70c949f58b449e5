import Foundation

/// A site that is served by another program and by Martlet at once, before the same members.
final class MoveStage: Sendable {
    private let rival: MoveFront
    private let martlet: MoveFront
    private let client: MoveClient

    /// Starts members and both fronts.
    init(_ kind: MoveRival) throws {
        let folder = try TemporaryFolder()
        let certificates = try Certificates(in: folder)
        let hosts = ["shop.example.com", "www.shop.example.com", "api.shop.example.com", "old-shop.example.com"]
        try certificates.issue("shop", names: hosts, serial: 1000)
        try Self.write(to: folder)
        var (values, names) = (["FOLDER": folder.path], [Int: String]())
        for name in ["node1", "node2", "standby"] {
            let process = try PythonScript.start("moves_member.py", [name])
            let line = try process.output.wait(for: "port ")
            guard let port = Int(line.dropFirst(5)) else { throw HarnessError("no port: \(line)") }
            names[port] = name.uppercased()
            values[name.uppercased()] = "127.0.0.1:\(port)"
        }
        values["NOBODY"] = "\(try RefusingAddress().endpoint)"
        rival = try Self.front(kind.file, values, names) { try kind.start($0, in: folder) }
        martlet = try Self.front("\(kind).yaml", values, names) { _ = try MartletProcess.run($0, in: folder) }
        client = try MoveClient(trusting: certificates.authority, members: Array(names.keys))
        Belongings.keep(self)
    }

    /// Chooses ports of a front, and starts it with its configuration.
    private static func front(
        _ file: String, _ values: [String: String], _ names: [Int: String], start: (String) throws -> Void
    ) throws -> MoveFront {
        let (cleartext, tls) = (try FreePort.choose(), try FreePort.choose())
        let own = ["HTTP": "127.0.0.1:\(cleartext)", "HTTPS": "127.0.0.1:\(tls)"]
        try start(fill(self.file(file), with: values.merging(own) { $1 }))
        return MoveFront(
            cleartext: cleartext, tls: tls, names: names.merging([cleartext: "HTTP", tls: "HTTPS"]) { $1 })
    }

    /// The answers of both to a request.
    func answers(to request: MoveRequest) throws -> (there: MoveAnswer, here: MoveAnswer) {
        (try client.ask(request, rival), try client.ask(request, martlet))
    }

    /// A file of the folder `Fronts`.
    static func file(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appendingPathComponent("Fronts/\(name)"), encoding: .utf8)
    }

    private static func fill(_ text: String, with values: [String: String]) throws -> String {
        let text = text.replacing(#/\{\{(\w+)\}\}/#) { values[String($0.1)] ?? String($0.0) }
        if let found = text.firstMatch(of: #/\{\{\w+\}\}/#) { throw HarnessError("nothing stands for \(found.0)") }
        return text
    }

    /// Pages, images and users that both serve.
    private static func write(to folder: TemporaryFolder) throws {
        try folder.write("<!DOCTYPE html><title>Sorry</title><p>We are back soon.\n", to: "sorry.html")
        for (name, text) in [
            ("style.css", "body { color: black }\n"), ("docs/index.html", "<p>docs</p>\n"), (".env", "SECRET=1\n"),
        ] {
            try folder.write(text, to: "static/\(name)")
        }
        // Apache's workers are nobody here, and Martlet takes no file that anybody may read.
        for (name, mode) in [("users", 0o640), ("users-of-the-rival", 0o644)] {
            let users = try folder.write("", to: name)
            _ = try ChildProcess.run(Tool.htpasswd.path(), ["-bB", users, "ada", "open sesame"]).succeeded()
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: users)
        }
    }
}
