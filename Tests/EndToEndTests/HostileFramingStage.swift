import Foundation
import Testing

/// Martlet before a member that answers once on each connection, so that the bytes of each request are told apart.
struct HostileFramingStage {
    /// What the edge says of its one place.
    enum Edge: CaseIterable {
        /// Nothing.
        case bare
        /// Rules of all kinds, by which every request of the tables may go on.
        case ruled
        /// The same, where nobody may without a password.
        case guarded

        /// Lines at the top level of the configuration.
        var settings: [String] {
            guard self != .bare else { return [] }
            return [
                "allow: [127.0.0.0/8]", "deny: [192.0.2.0/24]", "rate-limit: 100000/s", "users: users",
                "pages: { 4xx: page.html, 5xx: page.html }", "cookies: { secure: auto, same-site: lax }", "hsts: 1d",
                "fields: { request: { set: { X-Edge: ruled, X-Client: $client-address }, remove: [X-Absent] }, "
                    + "answer: { set: { X-Edge: $scheme }, remove: [Server] } }",
            ]
        }

        /// What stands in the braces of the site's `paths:`.
        var paths: String {
            let rules =
                "cases: [{ when: { has: X-Absent }, redirect: /elsewhere }], "
                + "limits: { exchanges-per-address: 1000 }"
            return switch self {
            case .bare: "/: shop"
            case .ruled: "/: { balancer: shop, users: off, \(rules) }"
            case .guarded: "/: { balancer: shop, \(rules) }"
            }
        }

        /// What members read behind `Via`.
        var lines: String { self == .bare ? "" : "X-Client: 127.0.0.1\r\nX-Edge: ruled\r\n" }
    }

    let edge: Edge
    let member: RecordingMember
    let scene: Scene

    init(_ edge: Edge = .bare) throws {
        self.edge = edge
        member = try RecordingMember { connection in
            guard let request = try connection.readRequest(seconds: 20), request.isComplete else { return }
            let content = request.method == "HEAD" ? "" : "ok"
            try connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\(content)")
            // Whatever Martlet still sends on it is recorded too.
            connection.waitForEnd(seconds: 10)
        }
        scene = try Scene(
            member, settings: edge.settings, paths: edge.paths,
            files: [
                "page.html": "<p>none", "users": "ada:$2y$04$nGiE.XloyQWIsDniKX2BEOpVhzofZgYTYFTBlENMKIddqofxMTjri\n",
            ])
    }

    /// Sends a vector, and finds out what the first answer's status is; `nil`: none is expected.
    func firstStatus(of vector: HostileFramingRequest) throws -> Int? {
        let client = try scene.client()
        send(hostileBytes(vector.sent), to: client, oneByteAtATime: false)
        if vector.finishes { client.socket.finishWriting() }
        defer { client.socket.close() }
        guard !vector.statuses.isEmpty else { return nil }
        return try client.response(to: String(vector.sent.prefix { $0 != " " }), seconds: 5).status
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

    /// What is expected, with the addresses and the rules of this stage.
    private func filledIn(_ text: String) -> String {
        text.replacingOccurrences(of: "MEMBER", with: member.endpoint.description)
            .replacingOccurrences(of: "PORT", with: "\(scene.martlet.cleartext.port)")
            .replacingOccurrences(of: " martlet\r\n", with: " martlet\r\n\(edge.lines)")
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
