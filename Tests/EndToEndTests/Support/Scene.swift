import Foundation

/// Martlet in cleartext before recording members: the stage of most scenarios about HTTP itself.
struct Scene {
    let folder: TemporaryFolder
    let martlet: MartletProcess

    private init(folder: TemporaryFolder, martlet: MartletProcess) {
        self.folder = folder
        self.martlet = martlet
    }

    /// Starts Martlet before a member, with UNIX-domain sockets on both sides.
    ///
    /// The kernel lets the buffers of such a socket never grow, whatever TCP's may on this machine: a side that stands
    /// still holds up the other one after some hundred KiB.
    static func local(
        settings: [String] = [], workers: Int = 1, script: @escaping @Sendable (MemberConnection) throws -> Void
    ) throws -> (scene: Scene, member: RecordingMember) {
        let folder = try TemporaryFolder()
        let member = try RecordingMember(at: .unix(path: "\(folder.path)/member"), script: script)
        var text = EdgeText(member.endpoint, listeners: .local(path: "\(folder.path)/edge"), settings: settings)
        text.workers = workers
        return (Scene(folder: folder, martlet: try MartletProcess.run(text.text, in: folder)), member)
    }

    /// Starts Martlet before members.
    ///
    /// - Parameters:
    ///   - settings: lines at the top level of the configuration.
    ///   - paths: what stands in the braces of the site's `paths:`.
    ///   - files: what the configuration names, by their names; not everybody may read them.
    init(
        _ members: RecordingMember..., settings: [String] = [], workers: Int = 1, affinity: String? = nil,
        paths: String = "/: shop", files: [String: String] = [:]
    ) throws {
        folder = try TemporaryFolder()
        for (name, content) in files {
            let path = try folder.write(content, to: name)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        }
        var text = EdgeText(
            before: members.map(\.endpoint), listeners: .cleartext, affinity: affinity, settings: settings)
        text.workers = workers
        text.paths = paths
        martlet = try MartletProcess.run(text.text, in: folder)
    }

    /// A new connection to it.
    func client() throws -> RawClient { try RawClient(martlet.cleartext) }
}

/// Answers in the form of HTTP/1.1, for scripts of members.
enum Answer {
    /// An answer with a length.
    static func ok(_ text: String, fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }

    /// An answer in chunks of the given texts.
    static func chunked(_ texts: String..., fields: String = "", trailers: String = "") -> String {
        let chunks = texts.map { String($0.utf8.count, radix: 16) + "\r\n" + $0 + "\r\n" }.joined()
        return "HTTP/1.1 200 OK\r\n\(fields)Transfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\(trailers)\r\n"
    }
}
