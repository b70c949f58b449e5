import Foundation

/// Martlet in cleartext before recording members: the stage of most scenarios about HTTP itself.
struct Scene {
    let folder: TemporaryFolder
    let martlet: MartletProcess

    /// Starts Martlet before members.
    ///
    /// - Parameter settings: lines at the top level of the configuration.
    init(_ members: RecordingMember..., settings: [String] = [], workers: Int = 1, affinity: String? = nil) throws {
        folder = try TemporaryFolder()
        var text = EdgeText(listeners: .cleartext, affinity: affinity, settings: settings)
        text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
        text.workers = workers
        martlet = try MartletProcess.run(text.text, in: folder)
    }

    /// A new connection to it.
    func client(receiveBuffer: Int32? = nil) throws -> RawClient {
        try RawClient(martlet.cleartext, receiveBuffer: receiveBuffer)
    }
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
