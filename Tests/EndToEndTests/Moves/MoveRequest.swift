/// A request that two fronts of one site are asked, and what is right.
struct MoveRequest: Sendable {
    /// What follows the answer's head.
    enum Kind: String, Sendable {
        case plain
        /// A WebSocket: a message there and back, and the close.
        case socket
        /// Events, of which the second one is due when the first one has been seen.
        case events
    }

    /// What differences call it.
    let name: String
    let method: String
    /// Of HTTP.
    let version: String
    let isSecure: Bool
    let host: String
    let target: String
    let fields: [String]
    let content: String
    /// How often the content is sent behind itself.
    var contentCount = 1
    /// Whose address the client has.
    let client: String
    let kind: Kind
    /// How many times it is asked; the last answer is compared, and the statuses of all.
    let times: Int
    /// What Martlet answers.
    let status: Int

    /// A request.
    ///
    /// - Parameters:
    ///   - request: a method, where it is not GET, and a URL without a port.
    ///   - chunks: content in chunks; `content` has its length.
    ///   - target: what stands in the request line, where it is not the URL's path.
    init(
        _ name: String, _ request: String, _ status: Int, _ fields: [String] = [], content: String? = nil,
        count: Int = 1, chunks: [String]? = nil, target: String? = nil, from client: String = "127.0.0.1",
        kind: Kind = .plain, times: Int = 1, version: String = "1.1"
    ) {
        let words = request.split(separator: " ")
        let url = words[words.count - 1].split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        self.name = name
        self.version = version
        method = words.count > 1 ? String(words[0]) : "GET"
        isSecure = url[0] == "https:"
        host = String(url[2])
        self.target = target ?? "/" + (url.count > 3 ? url[3] : "")
        var fields = fields
        if kind == .socket {
            fields += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
            fields += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
        }
        if let chunks {
            fields += ["Transfer-Encoding: chunked"]
            let pieces = chunks.map { String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n" }
            self.content = pieces.joined() + "0\r\n\r\n"
        } else {
            if let content { fields += ["Content-Length: \(content.utf8.count * count)"] }
            self.content = content ?? ""
            contentCount = count
        }
        self.fields = fields
        self.client = client
        self.kind = kind
        self.times = times
        self.status = status
    }

    /// The head as it is sent; nothing is added to it.
    var head: String {
        (["\(method) \(target) HTTP/\(version)", "Host: \(host)"] + fields).map { $0 + "\r\n" }.joined() + "\r\n"
    }
}
