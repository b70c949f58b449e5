import Foundation
import Testing

/// Martlet before a member that answers once on each connection, so that the bytes of each request are told apart.
struct HostileFramingStage {
    let member: RecordingMember
    let scene: Scene

    init() throws {
        member = try RecordingMember { connection in
            guard let request = try connection.readRequest(seconds: 20), request.isComplete else { return }
            let content = request.method == "HEAD" ? "" : "ok"
            try connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\(content)")
            // Whatever Martlet still sends on it is recorded too.
            connection.waitForEnd(seconds: 10)
        }
        scene = try Scene(member)
    }

    /// Sends a vector and compares what came back and what arrived at the member.
    func play(_ vector: HostileFramingRequest, in table: String, oneByteAtATime: Bool = false) throws {
        let name: Comment = "\(table): \(vector.name)"
        let before = member.connections.count
        let client = try scene.client()
        send(hostileBytes(vector.sent), to: client, oneByteAtATime: oneByteAtATime)
        if vector.finishes { client.socket.finishWriting() }
        #expect(statuses(of: vector, from: client) == vector.statuses, name)
        if vector.closes {
            #expect(client.ends(seconds: 5), name)
        } else {
            #expect(client.staysSilent(seconds: 0), name)
        }
        client.socket.close()
        let arrived = try fence(after: before, name)
        judge(arrived, against: vector, isCutAnew: oneByteAtATime, name)
    }

    private func send(_ bytes: [UInt8], to client: RawClient, oneByteAtATime: Bool) {
        // Martlet may have closed before the last byte: the answer tells.
        if oneByteAtATime {
            for byte in bytes where (try? client.send([byte])) == nil { return }
        } else {
            try? client.send(bytes)
        }
    }

    private func statuses(of vector: HostileFramingRequest, from client: RawClient) -> [Int] {
        var found: [Int] = []
        var method = String(vector.sent.prefix { $0 != " " })
        for _ in vector.statuses {
            guard let answer = try? client.response(to: method, seconds: 5) else { break }
            // An answer cut short does not count.
            found.append(answer.isComplete ? answer.status : -answer.status)
            method = "GET"
        }
        return found
    }

    /// Sends a plain request behind the vector's: with one worker, the member takes their connections in this order.
    private func fence(after before: Int, _ name: Comment) throws -> [RecordingMember.Recorded] {
        let answer = try scene.client().get("/fence")
        #expect(answer.text == "ok", name)
        let all = member.connections
        let last = all.lastIndex { $0.requests.first?.target == "/fence" } ?? all.count
        guard last >= before else { throw HarnessError("the fence did not arrive") }
        #expect(member.wait(seconds: 5) { $0[before..<last].allSatisfy(\.hasEnded) }, name)
        return Array(member.connections[before..<last])
    }

    private func judge(
        _ arrived: [RecordingMember.Recorded], against vector: HostileFramingRequest, isCutAnew: Bool, _ name: Comment
    ) {
        let bytes = arrived.flatMap(\.bytes)
        switch vector.forwarded {
        case .nothing:
            #expect(hostileText(bytes) == "", name)
        case .exactly(let text):
            let text = filledIn(text)
            if isCutAnew, text.contains("Transfer-Encoding: chunked") {
                #expect(hostileText(joined(arrived)) == hostileText(hostileBytes(text)), name)
            } else {
                #expect(hostileText(bytes) == hostileText(hostileBytes(text)), name)
            }
        case .unfinished(let text):
            let whole = hostileBytes(filledIn(text))
            if isCutAnew, text.contains("Transfer-Encoding: chunked") {
                #expect(!bytes.ends(with: Array("0\r\n\r\n".utf8)), name)
            } else {
                let beginning = whole.prefix(bytes.count)
                #expect(bytes.count < whole.count && bytes.elementsEqual(beginning), name)
            }
        }
    }

    /// What is expected, with the addresses of this stage.
    private func filledIn(_ text: String) -> String {
        text.replacingOccurrences(of: "MEMBER", with: member.endpoint.description)
            .replacingOccurrences(of: "PORT", with: "\(scene.martlet.cleartext.port)")
    }

    /// The requests with the chunks of each gathered into one, since their borders follow those of the packets.
    private func joined(_ arrived: [RecordingMember.Recorded]) -> [UInt8] {
        arrived.flatMap(\.requests).flatMap { request -> [UInt8] in
            guard request["Transfer-Encoding"] != nil else { return request.head + request.content }
            let size = String(request.content.count, radix: 16)
            let header = String(repeating: "0", count: 4 - size.count) + size + "\r\n"
            let chunk = request.content.isEmpty ? [] : Array(header.utf8) + request.content + [13, 10]
            let trailers = request.trailers.map { "\($0.name): \($0.value)\r\n" }.joined()
            return request.head + chunk + Array("0\r\n\(trailers)\r\n".utf8)
        }
    }
}

extension [UInt8] {
    func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
