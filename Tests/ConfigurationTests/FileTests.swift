import Configuration
import Foundation
import Model
import Testing

/// Configurations as files: what cannot be read, and where relative paths start.
@Suite("Configuration files")
struct FileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)")
    private let text = """
        listeners:
          - address: unix:run/m.sock
            tls: { certificates: certs/, default: localhost }
        sites: [ { paths: { /: shop } } ]
        balancers: { shop: { members: { a: "unix:/run/a.sock", b: "unix:run/b.sock" } } }
        log: { access: { path: access.log } }

        """

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func errors(path: String) throws -> String {
        let errors = #expect(throws: ConfigurationErrors.self) { try Golden.loader.load(path: path) }
        return try #require(errors).description
    }

    @Test("A site of files alone is not to be served in cleartext beside TLS either")
    func cleartext() throws {
        func warnings(_ path: String) throws -> [String] {
            let text = """
                listeners:
                  - { address: "[::]:443", tls: { certificates: certs } }
                  - { address: "[::]:80" }
                sites:
                  - { host: shop.example.com, paths: { /: { files: /srv/www, hide: []\(path) } } }
                  - { host: www.example.com, listeners: ["[::]:443"], paths: { /: shop } }
                balancers: { shop: { members: { a: "http://10.0.0.1" } } }

                """
            return try Golden.loader.load(text: text, file: "/etc/martlet/martlet.yaml").warnings.map { "\($0)" }
        }
        #expect(try warnings("").contains { $0.contains("cookies included: shop.example.com;") })
        #expect(try !warnings(", cleartext: true").contains { $0.contains("in cleartext too") })
    }

    @Test(
        "What answers for a folder is none of what is never sent, nor a copy of it",
        arguments: ["php", "PHP.bak", "php."])
    func hidden(end: String) throws {
        let text = """
            listeners: [ { address: "127.0.0.1:80" } ]
            sites: [ { paths: { /: { files: /srv/www, index: [index.\(end)] } } } ]
            balancers: { shop: { members: { a: "http://10.0.0.1" } } }

            """
        let errors = #expect(throws: ConfigurationErrors.self) { try Golden.loader.load(text: text, file: "a.yaml") }
        let words = try #require(errors).description
        #expect(words.contains("index.\(end) is never sent, as names that end in .php are hidden"))
        #expect(words.contains("and so are their copies") == (end != "php"))
    }

    @Test("Relative paths start from the file's folder")
    func relativePaths() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("martlet.yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let edge = try Golden.loader.load(path: file.path).edge
        #expect(edge.listeners[0].address == .unix(path: folder.path + "/run/m.sock"))
        #expect(edge.listeners[0].tls?.certificatesPath == folder.path + "/certs/")
        #expect(
            edge.balancers[0].members.map(\.address) == [
                .unix(path: "/run/a.sock"), .unix(path: folder.path + "/run/b.sock"),
            ])
        #expect(edge.accessLog?.destination == .file(path: folder.path + "/access.log"))
        let bare = try Golden.loader.load(text: text, file: "martlet.yaml").edge
        #expect(bare.listeners[0].tls?.certificatesPath == "certs/")
    }

    @Test("A missing file, a folder and a file of no rights are errors with a place")
    func unreadable() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let missing = folder.appendingPathComponent("missing.yaml").path
        #expect(try errors(path: missing) == "\(missing):1:1: error: there is no such file")
        #expect(try errors(path: folder.path) == "\(folder.path):1:1: error: this is a folder; name the file in it")
        #expect(try errors(path: "/proc/self/mem").hasPrefix("/proc/self/mem:1:1: error: the file cannot be read"))
    }

    @Test("A pipe that nobody writes to and a loop of links are told, and wait for nobody", .timeLimit(.minutes(10)))
    func obstacles() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (fifo, loop) = (folder.path + "/pipe.yaml", folder.path + "/loop.yaml")
        let made = unsafe mkfifo(fifo, 0o600)
        #expect(made == 0)
        #expect(try errors(path: fifo) == "\(fifo):1:1: error: this is a pipe that nobody writes to; name a file")
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: "loop.yaml")
        #expect(
            try errors(path: loop)
                == "\(loop):1:1: error: the file cannot be read: Too many levels of symbolic links")
    }

    @Test("What comes by a pipe is read to its end, however late that is", .timeLimit(.minutes(10)))
    func piped() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let pipe = Pipe()
        let writing = pipe.fileHandleForWriting
        let text = self.text.replacing("certs/", with: "/etc/certs")
        Thread.detachNewThread {
            for part in text.split(separator: "\n") { writing.write(Data("\(part)\n".utf8)) }
            try? writing.close()
        }
        let edge = try Golden.loader.load(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)").edge
        #expect(edge.accessLog?.destination == .file(path: "/dev/fd/access.log"))
        withExtendedLifetime(pipe) {}
    }

    @Test("A file without an end is read up to the limit", .timeLimit(.minutes(10)))
    func endless() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try errors(path: "/dev/zero").hasPrefix("/dev/zero:1:1: error: the file is too long"))
    }

    @Test("A reload does not look at certificates")
    func reload() throws {
        let loader = ConfigurationLoader(readCertificates: nil)
        let loaded = try loader.load(text: text.replacing("certs/", with: "no-such-folder"), file: "/etc/martlet.yaml")
        #expect(loaded.edge.listeners[0].tls?.defaultName == "localhost")
        #expect(loaded.identityCount == 0)
    }
}
