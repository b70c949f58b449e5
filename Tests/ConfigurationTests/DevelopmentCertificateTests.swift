import Configuration
import Foundation
import Testing

/// `certs/make-development.sh` makes what a listener can serve, and the loader reads real folders.
@Suite("Development certificates")
struct DevelopmentCertificateTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)")

    /// Runs the script.
    private func make(_ arguments: String...) throws -> Int32 {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = sources.appendingPathComponent("../../certs/make-development.sh").standardizedFileURL
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [script.path, "--folder", folder.appendingPathComponent("certs").path] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func text(default name: String) -> String {
        """
        listeners:
          - address: 127.0.0.1:8443
            tls: { certificates: certs/, default: \(name) }
        sites: [ { paths: { /: shop } } ]
        balancers: { shop: { members: { a: "http://127.0.0.1:81" } } }
        """
    }

    @Test("What it makes is served by its names")
    func served() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try make("shop.localhost", "*.shop.localhost") == 0)
        let file = folder.path + "/martlet.yaml"
        for name in ["localhost", "shop.localhost", "\"*.shop.localhost\""] {
            #expect(try ConfigurationLoader().load(text: text(default: name), file: file).identityCount == 1)
        }
        let errors = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader().load(text: text(default: "shop.localhots"), file: file)
        }
        #expect(errors?.description.hasSuffix("did you mean \"shop.localhost\"?") == true)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/certs/development.pem")[
            .posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("A file that is there is replaced only when that is asked for")
    func overwrite() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("certs/other.pem")
        #expect(try make("--file", "other") == 0)
        let first = try Data(contentsOf: file)
        #expect(try make("--file", "other") == 73)
        #expect(try Data(contentsOf: file) == first)
        #expect(try make("--file", "other", "--overwrite") == 0)
        #expect(try Data(contentsOf: file) != first)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/certs")
        #expect(files == ["other.pem"])
    }

    @Test("What would say more than a name is refused", arguments: ["a,DNS:b", "", "a\nb", "a b", "-x", "a/b"])
    func refused(_ name: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try make(name) == 64)
    }

    @Test("A certificate that cannot be used is an error at the key that names its folder")
    func broken() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try make() == 0)
        let broken = folder.appendingPathComponent("certs/broken.pem")
        try "no certificate\n".write(to: broken, atomically: true, encoding: .utf8)
        let file = folder.path + "/martlet.yaml"
        let errors = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader().load(text: text(default: "localhost"), file: file)
        }
        let diagnostics = try #require(errors).diagnostics
        #expect(diagnostics.count == 1)
        #expect(diagnostics[0].position == (line: 3, column: 26))
        #expect(diagnostics[0].message.hasPrefix(broken.path + ": "))
    }
}
