import Foundation
import Testing

extension EndToEnd {
    /// Chromium, as Debian has it, without a window.
    @Suite("Browser")
    struct BrowserTests {
        /// What the page reports.
        private struct Report: Decodable {
            struct Socket: Decodable {
                let count: Int
                let code: Int
                let isClean: Bool
            }
            let resources: Int?
            let protocols: [String]?
            let scripts: Int?
            let socket: Socket?
            let error: String?
        }

        /// A member with the page, 200 resources, and the report that the page sends.
        private func member(_ report: Monitor<Report?>) throws -> RecordingMember {
            let page = try String(contentsOfFile: PythonScript.path("browser.html"), encoding: .utf8)
            return try RecordingMember { connection in
                while var request = try connection.readHead() {
                    try connection.reader.readContent(ofRequest: &request)
                    let number = Int(request.target.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
                    let (type, text) =
                        switch request.target.split(separator: ".").last {
                        case "svg": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>")
                        case "js": ("text/javascript", "loaded.push(\(number));")
                        case "css": ("text/css", "p { margin: \(number)px; }")
                        case "txt": ("text/plain", "text \(number)")
                        default: ("text/html", page)
                        }
                    try connection.send(Answer.ok(text, fields: "Content-Type: \(type)\r\n"))
                    guard request.target == "/report" else { continue }
                    let found = try JSONDecoder().decode(Report.self, from: Data(request.content))
                    report.withLock { $0 = found }
                }
            }
        }

        @Test("200 resources and a WebSocket over one connection", .timeLimit(.minutes(2)))
        func page() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let report = Monitor(Report?.none)
            let sockets = try WebSocketMember()
            // There is no second connection: whatever waited for one would wait for ever.
            let text = """
                listeners:
                  - address: "127.0.0.1:0"
                    tls: { certificates: certs/ }
                sites:
                  - paths: { /: shop, /socket: sockets }
                balancers:
                  shop: { members: { node1: "\(try member(report).endpoint.memberURL)" } }
                  sockets: { members: { node1: "\(sockets.endpoint.memberURL)" } }
                limits: { connections: 1 }
                workers: 1
                log: { access: { format: json, path: access.log } }
                """
            let martlet = try MartletProcess.run(text, in: folder)
            let browser = try Chromium.open("/", at: martlet, trusting: certificates, in: folder)
            let found = try #require(report.wait(seconds: 60) { $0 }, "\(browser.errors.text)\n\(martlet.log)")
            browser.terminate()
            #expect(found.error == nil)
            #expect(found.resources == 200 && found.scripts == 50)
            #expect(found.protocols == ["h2"])
            #expect(found.socket?.count == 3 && found.socket?.code == 3001 && found.socket?.isClean == true)
            #expect(try sockets.waitForEnds(1) == ["ended /socket - 3001 enough"])
            #expect(try martlet.terminate() == .exited(0))
            let lines = try folder.read("access.log").split(separator: "\n")
            #expect(lines.count >= 203)
            #expect(lines.allSatisfy { $0.contains("\"protocol\":\"HTTP/2.0\"") })
        }

        /// What the page of a session reports: who was logged in, and on which server, step by step.
        private struct Visit: Decodable {
            struct Answer: Decodable {
                let user: String?
                let server: String
            }
            let steps: [String: [Answer]]?
            let error: String?
        }

        @Test(
            "PHP: a browser logs in, is failed over and logs out", .timeLimit(.minutes(2)),
            arguments: [
                "{ mode: sealed, cookie: PHPSESSID, key-file: affinity.keys }", "{ mode: prefix, cookie: PHPSESSID }",
                "{ mode: insert, follow: PHPSESSID }", "{ mode: learn, cookie: PHPSESSID }",
            ])
        func session(_ affinity: String) throws {
            let folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            let certificates = try Certificates.forShop(in: folder)
            let sessions = try folder.makeFolder("sessions")
            let servers = try ["node1", "node2"].map { try PHPServer(name: $0, sessions: sessions) }
            let page = try String(contentsOfFile: PythonScript.path("session.html"), encoding: .utf8)
            let visit = Monitor(Visit?.none)
            // The page says when its server is to fail, and what it has seen.
            let stage = try RecordingMember { connection in
                try connection.answerEach { request in
                    if request.target == "/stage/report" {
                        let found = try JSONDecoder().decode(Visit.self, from: Data(request.content))
                        visit.withLock { $0 = found }
                    } else if let number = request.target.hasPrefix("/stage/crash/node") ? request.target.last : nil {
                        try servers[number == "1" ? 0 : 1].crash()
                    }
                    return Answer.ok(page, fields: "Content-Type: text/html\r\n")
                }
            }
            let text = """
                listeners:
                  - address: "127.0.0.1:0"
                    tls: { certificates: certs/ }
                sites:
                  - paths: { /: shop, /stage: stage }
                balancers:
                  shop:
                    affinity: \(affinity)
                    members: { node1: "\(servers[0].endpoint.memberURL)", node2: "\(servers[1].endpoint.memberURL)" }
                  stage: { members: { one: "\(stage.endpoint.memberURL)" } }
                """
            let martlet = try MartletProcess.run(text, in: folder)
            let browser = try Chromium.open("/stage/page", at: martlet, trusting: certificates, in: folder)
            let found = try #require(visit.wait(seconds: 60) { $0 }, "\(browser.errors.text)\n\(martlet.log)")
            browser.terminate()
            #expect(found.error == nil)
            let steps = try #require(found.steps)
            let (before, after) = (steps["before"] ?? [], steps["after"] ?? [])
            #expect(before.count == 6 && after.count == 6)
            #expect((before + after).allSatisfy { $0.user == "ada" })
            #expect(Set(before.map(\.server)).count == 1 && Set(after.map(\.server)).count == 1)
            #expect(before.first?.server != after.first?.server)
            #expect(steps["out"]?.map(\.user) == [nil, nil])
        }
    }
}
