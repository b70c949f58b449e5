/// A client in cleartext that sends exactly the bytes it is told to.
final class RawClient {
    let socket: Socket
    let reader: WireReader

    init(_ endpoint: Endpoint) throws {
        socket = try Socket(to: endpoint)
        reader = WireReader(socket)
    }

    func send(_ text: String) throws {
        try socket.write(text)
    }

    func send(_ bytes: [UInt8]) throws {
        try socket.write(bytes)
    }

    /// Sends a request and reads its answer.
    func exchange(_ text: String, seconds: Double = 10) throws -> WireMessage {
        try send(text)
        return try reader.readResponse(to: String(text.prefix { $0 != " " }), seconds: seconds)
    }

    /// Sends a GET and reads its answer.
    func get(_ target: String = "/", host: String = "shop.example.com", fields: String = "") throws -> WireMessage {
        try exchange("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
    }

    /// Reads the next answer.
    func response(to method: String = "GET", seconds: Double = 10) throws -> WireMessage {
        try reader.readResponse(to: method, seconds: seconds)
    }

    /// True when the connection ends (with a FIN or a reset) within the time, and nothing more comes before.
    ///
    /// - Parameter cutting: whether a message that was not complete may have come before.
    func ends(seconds: Double = 10, cutting: Bool = false) -> Bool {
        guard cutting || reader.buffer.isEmpty else { return false }
        switch socket.read(seconds: seconds) {
        case .end, .reset: return true
        case .bytes, .nothing: return false
        }
    }

    /// True when the connection stays open and silent for that time.
    func staysSilent(seconds: Double) -> Bool {
        reader.buffer.isEmpty && !socket.waitForInput(seconds: seconds)
    }
}
