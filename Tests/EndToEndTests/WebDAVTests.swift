import Foundation
import Testing

extension EndToEnd {
    /// What is copied and moved to where (RFC 4918, section 10.3).
    @Suite("WebDAV")
    struct WebDAVTests {
        /// A request to copy something, and what its `Destination` is to the member; `nil`: refused.
        private static let copies: [(String, String, String?)] = [
            ("/files/a", "http://shop.example.com/files/b", "http://shop.example.com/dav/b"),
            ("/files/a", "https://SHOP.example.com:443/files/b?c", "https://SHOP.example.com:443/dav/b?c"),
            ("/files/a", "http://shop.example.com:80/files", "http://shop.example.com:80/dav"),
            ("/whole/a", "https://shop.example.com/whole/b", "http://shop.example.com/dav/b"),
            ("/whole/a", "https://shop.example.com:8443/whole/b", nil), ("/whole/a", "/whole/b", "/dav/b"),
            ("/own/a", "http://shop.example.com/own/b", "/dav/b"), ("/own/a", "/own/b", "/dav/b"),
            ("/files/a", "/files/b/c", "/dav/b/c"),
            ("/files/a", "/f%69les/b", "/dav/b"),
            ("/files/a", "/files/x/../b", "/dav/x/../b"),
            ("/files/a", "/files/../b", nil),
            ("/files/a", "/files;%2f../admin/b", nil),
            ("/files/a", "http://shop.example.com/admin/b", nil),
            ("/files/a", "http://shop.example.com", nil),
            ("/files/a", "http://elsewhere.example/files/b", nil),
            ("/files/a", "http:/files/b", nil), ("/files/a", "files/b", nil), ("/files/a", "//files/b", nil),
            ("/files/a", "", nil),
            ("/a", "http://shop.example.com/b", "http://shop.example.com/b"),
            ("/a", "http://elsewhere.example/b", "http://elsewhere.example/b"),
            ("/files/a", "http://u@shop.example.com/files/b", nil), ("/files/a", "ftp://shop.example.com/files/b", nil),
            ("/a", "/b;c/../d", "/b;c/../d"), ("/a", "/admin/b", nil), ("/a", "http://shop.example.com/admin/b", nil),
            ("/a", "http://shop.example.com?/admin/c", nil), ("/a", "http://shop.example.com#/admin/c", nil),
            ("/a", "http://shop.example.com", nil), ("/a", "/b#/../admin", nil), ("/a", "http:///x/admin", nil),
            ("/files/a", "http://shop.example.com/files/b#/../../c", nil),
            ("/a", "/adm\tin/x", nil), ("/a", "/x/\t../admin", nil), ("/a", "/b c", nil),
            ("/a", "http://elsewhere.example/admin", nil), ("/a", "/x/..;/admin", nil), ("/a", "/files/b", nil),
        ]

        @Test("RFC 4918 10.3: a Destination leads to where the target does", .timeLimit(.minutes(1)))
        func destinations() throws {
            let member = try RecordingMember(answering: "x")
            var text = EdgeText(member.endpoint)
            text.paths =
                "/: shop, /files: { balancer: shop, to: /dav }, /admin: { balancer: shop, to: /a }, "
                + "/whole: { balancer: shop, to: /dav, reverse-mapping: true }, "
                + "/own: { balancer: shop, to: /dav, reverse-mapping: true, preserve-host: false }"
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            for method in ["COPY", "MOVE"] {
                for (path, destination, expected) in Self.copies {
                    let answer = try client.exchange(
                        "\(method) \(path) HTTP/1.1\r\nHost: shop.example.com\r\nDestination: \(destination)\r\n\r\n")
                    #expect(answer.status == (expected == nil ? 502 : 200), "\(path) to \(destination)")
                    if expected != nil {
                        #expect(member.requests.last?["Destination"] == expected, "\(path) to \(destination)")
                    }
                }
            }
            // Elsewhere it is a field like any other.
            #expect(try client.get("/a", fields: "Destination: /admin\r\n").status == 200)
            #expect(member.requests.last?["Destination"] == "/admin")
            let twice = "MOVE /a HTTP/1.1\r\nHost: a\r\nDestination: /b\r\ndestination: /admin\r\n\r\n"
            #expect(try client.exchange(twice).status == 502)
        }

        @Test("a Destination that is refused leaves nothing to the next request", .timeLimit(.minutes(1)))
        func refused() throws {
            let member = try RecordingMember(answering: "x")
            var text = EdgeText(member.endpoint)
            text.paths = "/: { balancer: shop, to: /dav, reverse-mapping: true }"
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let start = "COPY /x HTTP/1.1\r\nHost: shop.example.com\r\nDestination: "
            for refused in ["http://shop.example.com", "http://shop.example.com?x", "", "/b\r\nDestination: /c"] {
                #expect(try client.exchange("\(start)\(refused)\r\n\r\n").text.contains("destination-elsewhere"))
                #expect(try client.get("/y").status == 200)
                #expect(member.requests.last?.target == "/dav/y")
                #expect(try client.get("http://shop.example.com/y").status == 200)
                #expect(member.requests.last?.target == "/dav/y" && member.requests.last?["Destination"] == nil)
            }
            #expect(try client.exchange("\(start)http://shop.example.com/\r\n\r\n").status == 200)
            #expect(member.requests.last?["Destination"] == "http://shop.example.com/dav/")
        }

        @Test("real mod_dav behind TLS: a file is moved within a mapping, and not out of it", .timeLimit(.minutes(1)))
        func apache() throws {
            let folder = try TemporaryFolder()
            let root = folder.path + "/root"
            for name in ["dav", "admin"] {
                try FileManager.default.createDirectory(
                    atPath: "\(root)/\(name)", withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o777])
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
            let apache = try Apache(
                "DocumentRoot \(root)\nDavLockDB \(root)/dav/.lock\n<Location />\nDav On\n</Location>",
                modules: ["dav", "dav_fs"])
            let certificates = try Certificates.forShop(in: folder)
            var text = EdgeText(apache.endpoint, listeners: .tls)
            text.paths = "/: shop, /files: { balancer: shop, to: /dav, reverse-mapping: true }"
            let martlet = try MartletProcess.run(text.text, in: folder)
            let curl = try Curl(to: martlet, authority: certificates.authority)
            let base = "https://shop.example.com:\(curl.endpoint.port)/files"
            #expect(try curl.run("/files/a", ["--request", "PUT", "--data", "hello"]).text.contains("Created"))
            _ = try curl.run("/files/a", ["--request", "MOVE", "--header", "Destination: \(base)/b"])
            #expect(try curl.run("/files/b", []).text == "hello")
            #expect(FileManager.default.fileExists(atPath: "\(root)/dav/b"))
            for elsewhere in ["\(base)/../admin/c", "\(base);%2f../admin/c"] {
                let answer = try curl.head("/files/b", ["--request", "COPY", "--header", "Destination: \(elsewhere)"])
                #expect(answer.status == 502, "\(elsewhere)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/admin").isEmpty)
        }
    }
}
