import Forwarding
import HTTP
import Model
import Reactor

/// What clients ask for, and being answered in one step.
extension Stage {
    /// What lets every client of a test ask why it got its member.
    static let explaining = "explain-from: [198.51.100.0/24]"

    /// A client's request without content.
    func get(_ target: String = "/", fields: String..., method: String = "GET") throws -> ScriptedClient {
        try send(Self.head(target, fields: fields, method: method))
    }

    /// A client's request without content that takes so many bytes of the answer at first.
    func get(_ target: String, window: Int) throws -> ScriptedClient {
        let peer = ClientPeer(
            address: SocketAddress(host: "198.51.100.7", port: 40_000)!, isSecure: false, edge: edge)
        return try ScriptedClient(
            Self.head(target), speaks: way.client, peer: peer, on: bench, window: window)
    }

    /// A client's request whose content is still to come.
    func post(_ target: String = "/", length: Int?, fields: String..., method: String = "POST") throws -> ScriptedClient
    {
        let framing = length.map { "Content-Length: \($0)" } ?? "Transfer-Encoding: chunked"
        return try send(Self.head(target, fields: fields + [framing], method: method))
    }

    /// A client that asks for a WebSocket (RFC 6455, section 1.2).
    func askForWebSocket(_ target: String = "/chat") throws -> ScriptedClient {
        try get(
            target, fields: "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    }

    /// A request's head.
    ///
    /// - Parameter fields: lines behind that of the host, without their ends.
    static func head(
        _ target: String = "/", host: String = "shop.test", fields: [String] = [], method: String = "GET"
    ) -> String {
        "\(method) \(target) HTTP/1.1\r\n" + (["Host: " + host] + fields).map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// Takes a head up as the client's stream does.
    func send(_ head: String, from address: String = "198.51.100.7") throws -> ScriptedClient {
        try send(head, from: SocketAddress(host: address, port: 40_000)!)
    }

    /// Sends the head of a client that has such an address, and speaks TLS or not.
    func send(
        _ head: String, from address: SocketAddress, isSecure: Bool = false, endsTurn: Bool = true
    ) throws -> ScriptedClient {
        let entrance = RequestHead.entranceLines(
            isSecure: isSecure, port: address.isUnix ? nil : isSecure ? 443 : 80)
        let peer = ClientPeer(address: address, isSecure: isSecure, entranceLines: entrance, edge: edge)
        return try ScriptedClient(head, speaks: way.client, peer: peer, on: bench, endsTurn: endsTurn)
    }

    /// Sends the head of a client that has come by a listener.
    ///
    /// - Parameters:
    ///   - listener: its address and port.
    ///   - ordinal: how many listeners before it have the same.
    func send(_ head: String, by listener: String, ordinal: Int = 0) throws -> ScriptedClient {
        let parts = listener.split(separator: ":")
        let peer = ClientPeer(
            address: SocketAddress(host: "198.51.100.7", port: 40_000)!, isSecure: false,
            listener: Entrance.Key(.ip(host: String(parts[0]), port: Int(parts[1])!), ordinal: ordinal),
            edge: edge)
        return try ScriptedClient(head, speaks: way.client, peer: peer, on: bench)
    }

    /// Sends the head of a client that has come by a listener of the edge that is served.
    ///
    /// - Parameters:
    ///   - address: the client's in digits, or `unix:` and the path of the listener.
    ///   - edge: what is served; `nil`: what the stage was made with.
    func send(
        _ head: String, from address: String, by listener: ListenAddress, of edge: Edge? = nil, endsTurn: Bool = true
    ) throws -> ScriptedClient {
        let from =
            address.hasPrefix("unix:")
            ? SocketAddress(unixPath: String(address.dropFirst(5)))! : SocketAddress(host: address, port: 40_000)!
        let peer = ClientPeer(address: from, isSecure: false, listener: Entrance.Key(listener), edge: edge ?? self.edge)
        return try ScriptedClient(head, speaks: way.client, peer: peer, on: bench, endsTurn: endsTurn)
    }

    /// Sends the head of a client that speaks TLS.
    func sendSecurely(_ head: String) throws -> ScriptedClient {
        try send(head, from: SocketAddress(host: "198.51.100.7", port: 40_000)!, isSecure: true)
    }

    // MARK: - With the answer

    /// Asks for something without sending content, and has the member answer at once.
    ///
    /// - Parameters:
    ///   - cookie: the value of a Cookie field.
    ///   - fields: further lines, without their ends.
    @discardableResult
    func ask(
        _ target: String = "/", host: String = "shop.test", cookie: String? = nil, fields: [String] = [],
        method: String = "GET", answer: String = Answer.empty
    ) throws -> Reply {
        let lines = (cookie.map { ["Cookie: " + $0] } ?? []) + fields + ["X-Martlet-Explain: 1"]
        return try settle(answer) { try send(Self.head(target, host: host, fields: lines, method: method)) }
    }

    /// Sends a request, and has the member answer that gets it.
    func settle(_ answer: String = Answer.empty, _ send: () throws -> ScriptedClient) throws -> Reply {
        let before = lent
        let client = try send()
        let connection = lent.first { one in !before.contains { $0 === one } }
        connection?.answer(answer)
        return Reply(member: connection?.member ?? "", request: connection?.request ?? "", client: client)
    }

    /// A whole exchange, whose connection is idle then.
    func exchange() throws {
        let client = try get()
        last.answer(Answer.empty)
        precondition(client.outcome == .whole && !last.isClosed)
    }
}
