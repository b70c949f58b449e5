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
