import Foundation

/// A member whose answers a client's library can judge: the target says what they are.
///
/// | target | answer |
/// |---|---|
/// | `/bytes/N`, `/text/N` | N bytes of the ``Pattern``, or of compressible HTML |
/// | `/echo`, `/length` | the request's content, or its length |
/// | `/fields`, `/name` | the request's head, or the member's name |
/// | `/trailers`, `/hints` | chunks with a trailer; a 103 first |
/// | `/endless` | chunks until the connection ends |
enum Origin {
    /// Starts a member that answers until its connections end, to `HEAD` without content.
    static func start(_ name: String) throws -> RecordingMember {
        try RecordingMember { connection in
            while var request = try connection.readHead() {
                if request["Expect"]?.lowercased() == "100-continue" {
                    try connection.send("HTTP/1.1 100 Continue\r\n\r\n")
                }
                try connection.reader.readContent(ofRequest: &request, seconds: 60)
                try answer(request, name: name, on: connection)
            }
        }
    }

    private static func answer(_ request: WireMessage, name: String, on connection: MemberConnection) throws {
        let words = request.target.split(separator: "/").map(String.init)
        let count = words.count > 1 ? Int(words[1]) ?? 0 : 0
        var type = "text/plain"
        var content: [UInt8]
        switch words.first {
        case "bytes":
            type = "application/octet-stream"
            content = Pattern.bytes(count)
        case "text":
            type = "text/html"
            content = text(count)
        case "echo":
            type = "application/octet-stream"
            content = request.content
        case "length": content = Array("\(request.content.count)".utf8)
        case "fields": content = request.head
        case "trailers":
            return try connection.send(Answer.chunked("one", "two", trailers: "X-Sum: abc\r\n"))
        case "endless": return try sendEndlessly(on: connection)
        case "hints":
            try connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
            content = Array("hinted".utf8)
        default: content = Array(name.utf8)
        }
        try connection.send(
            "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nX-Member: \(name)\r\nContent-Length: \(content.count)\r\n\r\n")
        if request.method != "HEAD" { try connection.send(content) }
    }

    /// The content of `/text/N`.
    static func text(_ count: Int) -> [UInt8] {
        let line = Array("<p>compressible text</p>\n".utf8)
        return (0..<count).map { line[$0 % line.count] }
    }

    private static func sendEndlessly(on connection: MemberConnection) throws {
        try connection.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array("4000\r\n".utf8) + [UInt8](repeating: 0x65, count: 0x4000) + Array("\r\n".utf8)
        while true { try connection.socket.write(chunk, seconds: 60) }
    }
}
