import Forwarding
import Foundation
import Glibc
import Reactor

/// Members that speak in records, over sockets in this process: connections are real, and the test is the member.
final class RecordStage: TurningStage, UpstreamConnector {
    static let turnCount = 3

    let loop: EventLoop
    let stage: Stage
    private let listening: ListeningSocket
    /// How many connections were begun.
    private(set) var connectionCount = 0

    /// - Parameters:
    ///   - scheme: of the only member's URL.
    ///   - keys: more of its keys.
    ///   - settings: more keys of the balancer, a line each.
    ///   - edge: more keys of the edge, a line each.
    ///   - path: what stands behind the only path.
    ///   - events: the event log; `nil`: nobody reads it.
    init(
        _ scheme: String, keys: String = "", settings: [String] = [], edge: [String] = [], path: String = "shop",
        events: EventLog? = nil
    ) throws {
        let socket = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID().uuidString)").path
        guard let address = SocketAddress(unixPath: socket) else { preconditionFailure("the path is too long") }
        listening = try ListeningSocket(address)
        loop = try EventLoop()
        let more = keys.isEmpty ? "" : ", " + keys
        let lines =
            edge + ["listeners: [{ address: \"127.0.0.1:8080\" }]", "sites: [{ paths: { /: \(path) } }]", "balancers:"]
            + ["  shop:", "    members: { node1: { url: \"\(scheme)://192.0.2.1:80\"\(more) } }"]
            + settings.map { "    " + $0 }
        stage = try Stage(yaml: lines.joined(separator: "\n") + "\n", clock: loop.clock, at: address, events: events)
        stage.bench.members.connector = self
    }

    /// Members of FastCGI, whose scripts are in `/srv`, and whose connections are kept.
    static func fastCGI(
        keys: String = "ttl: 1s", front: String = "/index.php", events: EventLog? = nil
    ) throws -> RecordStage {
        try RecordStage(
            "fcgi", keys: keys, settings: ["fastcgi: { root: /srv, front: \(front) }"], events: events)
    }

    func open(_ pool: UpstreamPool, addressIndex: Int) throws(SystemError) -> any PooledUpstream {
        connectionCount += 1
        return try pool.open(addressIndex: addressIndex, on: stage.bench, loop: loop)
    }

    /// A client's request without content, or with content of which so much comes with it.
    func ask(_ line: String, fields: String..., content: String? = nil) throws -> ScriptedClient {
        let words = line.split(separator: " ").map(String.init)
        let length = content.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        let client = try stage.send(Stage.head(words[1], fields: length + fields, method: words[0]))
        if let content {
            _ = client.send(content)
            client.end()
        }
        turn()
        return client
    }

    /// The member's end of the connection that was begun last.
    func accept() throws -> FarEnd {
        guard let (number, _) = try listening.accept() else { throw SystemError("accept", code: EAGAIN) }
        return FarEnd(taking: number)
    }

    /// The member says something.
    func say(_ bytes: [UInt8], by member: FarEnd) {
        member.send(bytes)
        turn()
    }
}

/// What a member of FastCGI says.
enum FastCGISays {
    static func record(_ type: UInt8, _ content: [UInt8], padding: Int = 0) -> [UInt8] {
        [1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 255), UInt8(padding), 0] + content
            + [UInt8](repeating: 0, count: padding)
    }

    static func output(_ text: String, padding: Int = 0) -> [UInt8] { record(6, Array(text.utf8), padding: padding) }

    static func errors(_ text: String) -> [UInt8] { record(7, Array(text.utf8)) }

    static func end(_ status: UInt8 = 0) -> [UInt8] { record(3, [0, 0, 0, 0, status, 0, 0, 0]) }
}

/// A request as a member of FastCGI reads it.
struct FastCGIRequest {
    var types: [UInt8] = []
    var keeps = false
    var params: [String: String] = [:]
    var content: [UInt8] = []

    init(_ bytes: [UInt8]) {
        var offset = 0
        while offset + 8 <= bytes.count {
            let count = Int(bytes[offset + 4]) << 8 | Int(bytes[offset + 5])
            let body = Array(bytes[(offset + 8)..<(offset + 8 + count)])
            types.append(bytes[offset + 1])
            switch bytes[offset + 1] {
            case 1: keeps = body[2] == 1
            case 4: read(pairs: body)
            case 5: content += body
            default: break
            }
            offset += 8 + count + Int(bytes[offset + 6])
        }
    }

    private mutating func read(pairs: [UInt8]) {
        var offset = 0
        func length() -> Int {
            if pairs[offset] < 128 {
                offset += 1
                return Int(pairs[offset - 1])
            }
            offset += 4
            return pairs[(offset - 3)..<offset].reduce(Int(pairs[offset - 4] & 127)) { $0 << 8 | Int($1) }
        }
        while offset < pairs.count {
            let (name, value) = (length(), length())
            params[String(decoding: pairs[offset..<(offset + name)], as: UTF8.self)] =
                String(decoding: pairs[(offset + name)..<(offset + name + value)], as: UTF8.self)
            offset += name + value
        }
    }
}
