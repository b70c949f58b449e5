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

        /// The hash of a certificate's public key, which Chromium takes as a reason to trust it.
        private func pin(_ certificates: Certificates) throws -> String {
            let command = """
                openssl x509 -in certs/shop.pem -noout -pubkey | openssl pkey -pubin -outform der \
                | openssl dgst -sha256 -binary | openssl base64
                """
            let path = certificates.folder.path
            return try ChildProcess.run("/bin/sh", ["-c", command], folder: path).succeeded()
                .trimmingCharacters(in: .whitespacesAndNewlines)
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
            let browser = try ChildProcess(
                Tool.chromium.path(),
                ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
                    + ["--disable-background-networking", "--disable-component-update", "--disable-extensions"]
                    + ["--no-proxy-server", "--remote-debugging-port=0"]
                    + ["--user-data-dir=\(folder.path)/profile", "--disk-cache-dir=\(folder.path)/cache"]
                    + ["--ignore-certificate-errors-spki-list=\(try pin(certificates))"]
                    + ["--host-resolver-rules=MAP shop.example.com 127.0.0.1"]
                    + ["https://shop.example.com:\(martlet.tls.port)/"])
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
    }
}
