import Foundation
import Testing

extension EndToEnd {
    /// What is copied and moved to where (RFC 4918, section 10.3).
    @Suite("WebDAV")
    struct WebDAVTests {
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
