import Configuration
import Foundation
import Model
import Testing

/// Included files on a real disk: what they may be, and how many.
@Suite("Included files")
struct IncludeTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)")
    private let whole = """
        listeners: [ { address: 127.0.0.1:8080 } ]
        sites: [ { paths: { /: shop } } ]
        balancers: { shop: { members: { a: "unix:/run/a.sock" } } }

        """

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("conf.d"), withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// Writes the first file, which includes something, and loads it.
    private func load(
        _ include: String, loader: ConfigurationLoader = ConfigurationLoader(readCertificates: nil)
    ) throws -> LoadedConfiguration {
        try write("include: \(include)\n\(whole)", to: "martlet.yaml")
        return try loader.load(path: path("martlet.yaml"))
    }

    private func errors(_ include: String) throws -> String {
        let errors = #expect(throws: ConfigurationErrors.self) { _ = try load(include) }
        return try #require(errors).description.replacing(folder.path + "/", with: "")
    }

    @Test("links are followed, to files and to folders, and a file under two names is one")
    func links() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("available"), withIntermediateDirectories: true)
        try write("workers: 3\n", to: "available/workers.yaml")
        try FileManager.default.createSymbolicLink(
            atPath: path("conf.d/workers.yaml"), withDestinationPath: "../available/workers.yaml")
        try FileManager.default.createSymbolicLink(atPath: path("enabled"), withDestinationPath: "conf.d")
        let loaded = try load("enabled/*.yaml")
        #expect(loaded.edge.workers == 3)
        #expect(loaded.files == [path("martlet.yaml"), path("enabled/workers.yaml")])
        #expect(loaded.summary.hasSuffix(", 2 files"))
        #expect(
            try errors("[conf.d/*.yaml, available/workers.yaml]").contains(
                "include[1]: available/workers.yaml is included at line 1, column 11 already; name each file once"))
    }

    @Test("what is no readable file is told where it is included", .timeLimit(.minutes(10)))
    func unreadable() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(
            try errors("conf.d/none.yaml")
                == "martlet.yaml:1:10: error: include: there is no file conf.d/none.yaml; write its path, or take it "
                + "away"
        )
        #expect(
            try errors("conf.d")
                == "martlet.yaml:1:10: error: include: conf.d is a folder; write conf.d/*.yaml")
        let made = unsafe mkfifo(path("conf.d/pipe.yaml"), 0o600)
        #expect(made == 0)
        #expect(
            try errors("conf.d/*")
                == "martlet.yaml:1:10: error: include: conf.d/pipe.yaml is not a file; name a file that can be read, "
                + "or take it away")
        try FileManager.default.removeItem(atPath: path("conf.d/pipe.yaml"))
        try FileManager.default.createSymbolicLink(atPath: path("conf.d/gone.yaml"), withDestinationPath: "nowhere")
        #expect(try errors("conf.d/*").hasPrefix("martlet.yaml:1:10: error: include: "))
    }

    @Test("a loop of links is told as one, and is no file that is missing")
    func loops() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let start = "martlet.yaml:1:10: error: include: "
        let words = "cannot be read: Too many levels of symbolic links"
        try FileManager.default.createSymbolicLink(atPath: path("conf.d/loop.yaml"), withDestinationPath: "loop.yaml")
        #expect(
            try errors("conf.d/loop.yaml")
                == "\(start)conf.d/loop.yaml \(words); name a file that can be read, or take it away")
        try FileManager.default.createSymbolicLink(atPath: path("loop"), withDestinationPath: "loop")
        #expect(
            try errors("loop/*.yaml")
                == "\(start)loop/ \(words); let the user that runs Martlet read it, or name another folder")
    }

    @Test("errors name all files that were read, those that are no YAML too")
    func filesOfErrors() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("workers: none\n", to: "conf.d/a.yaml")
        try write("workers: [\n", to: "conf.d/b.yaml")
        try write("\u{7}", to: "conf.d/c.yaml")
        let errors = #expect(throws: ConfigurationErrors.self) {
            _ = try load("[conf.d/a.yaml, conf.d/b.yaml, conf.d/c.yaml, conf.d/none.yaml]")
        }
        let names = ["martlet.yaml", "conf.d/a.yaml", "conf.d/b.yaml", "conf.d/c.yaml"]
        #expect(try #require(errors).files == names.map(path))
        // Which is so as well where all can be understood, and a value is wrong.
        let wrong = #expect(throws: ConfigurationErrors.self) { _ = try load("conf.d/a.yaml") }
        #expect(try #require(wrong).files == [path("martlet.yaml"), path("conf.d/a.yaml")])
    }

    @Test(
        "a path has no control characters: behind a NUL the system would see nothing of it",
        arguments: [
            "include: \"conf.d/a.yaml\\0b\"", "include: \"conf.d/*\\n.yaml\"", "control: { socket: \"a\\0b\" }",
            "log: { access: { path: \"a\\0b\" } }", "pages: { 404: \"a\\eb\" }",
        ])
    func controlCharacters(_ line: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("workers: 3\n", to: "conf.d/a.yaml")
        try write("\(line)\n\(whole)", to: "martlet.yaml")
        let errors = #expect(throws: ConfigurationErrors.self) {
            _ = try ConfigurationLoader(readCertificates: nil).load(path: path("martlet.yaml"))
        }
        let words = try #require(errors).description
        #expect(words.contains(" has a control character: expected ") && !words.contains("\n"), "\(words)")
    }

    @Test("a folder below a wildcard that may not be read is told, and a file in its place is none")
    func belowWildcards() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = IncludedFiles(
            read: { _, _ in .success(Array("workers: 3\n".utf8)) },
            list: { path in
                switch path.split(separator: "/").last {
                case "conf.d": .names(["open", "closed", "file"])
                case "open": .names(["a.yaml"])
                case "closed": .unreadable("cannot be read as a folder")
                default: .file
                }
            }, resolve: { $0 })
        let loader = ConfigurationLoader(readCertificates: nil, files: files)
        let errors = #expect(throws: ConfigurationErrors.self) { _ = try load("conf.d/*/*.yaml", loader: loader) }
        #expect(
            try #require(errors).description.replacing(folder.path + "/", with: "")
                == "martlet.yaml:1:10: error: include: conf.d/closed/ cannot be read as a folder; let the user that "
                + "runs Martlet read it, or name another folder")
        #expect(try load("conf.d/????/*.yaml", loader: loader).files.count == 2)
    }

    @Test("what is found out of a value later does not show what came from the environment either")
    func laterFindings() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("pages: { 503: \"${SECRET_PAGE}.html\" }\n", to: "conf.d/a.yaml")
        let loader = ConfigurationLoader(
            readCertificates: nil, environment: { ["SECRET_PAGE": "kept-to-ourselves"] })
        let loaded = try load("conf.d/*.yaml", loader: loader)
        let finding = loaded.diagnostic(
            .error, at: "pages.503", "/srv/kept-to-ourselves.html cannot be read", cure: "write kept-to-ourselves.html")
        #expect(finding.message == "/srv/${SECRET_PAGE}.html cannot be read")
        #expect(finding.cure?.words == "write ${SECRET_PAGE}.html")
    }

    @Test("values are found in what was said, and not in the names that stand in their place; of none a part is left")
    func concealedOnce() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(
            "pages: { 503: \"${SECRET_PAGE}.html\", 404: \"${NAME}.html\", 500: \"${TAIL}.html\" }\n",
            to: "conf.d/a.yaml")
        let loader = ConfigurationLoader(
            readCertificates: nil,
            environment: { ["SECRET_PAGE": "kept-to-ourselves", "NAME": "SECRET_PAGE", "TAIL": "ourselves-alone"] })
        let loaded = try load("conf.d/*.yaml", loader: loader)
        func said(_ message: String) -> String { loaded.diagnostic(.error, at: "pages.503", message).message }
        #expect(said("kept-to-ourselves") == "${SECRET_PAGE}")
        #expect(said("a SECRET_PAGE of ${SECRET_PAGE}") == "a ${NAME} of ${SECRET_PAGE}")
        #expect(said("/srv/kept-to-ourselves-alone/x") == "/srv/${SECRET_PAGE}${TAIL}/x")
        let concealment = Concealment()
        concealment.hide(loaded)
        #expect(concealment.conceal("/srv/kept-to-ourselves") == "/srv/${SECRET_PAGE}")
    }

    @Test("a file, all of them together and their number have bounds", .timeLimit(.minutes(10)))
    func bounds() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let comment = String(repeating: "#", count: 1 << 20)
        try write(comment + "#", to: "conf.d/0.yaml")
        #expect(try errors("conf.d/*.yaml").contains("include: conf.d/0.yaml is larger than 1024 KiB"))
        for index in 0..<4 { try write("c\(index): 1\n" + comment.dropLast(8), to: "conf.d/\(index).yaml") }
        #expect(try errors("conf.d/*.yaml").contains("include: the files together are longer than 4194304 bytes"))
        for index in 0..<1_001 { try write("# \(index)\nc\(index): 1\n", to: "conf.d/\(index).yaml") }
        #expect(try errors("conf.d/*.yaml").contains("include: expected at most 1000 files"))
    }

    private func allow(_ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path("conf.d"))
    }

    @Test("a folder that may not be read is no empty one")
    func forbidden() throws {
        defer {
            try? allow(0o700)
            try? FileManager.default.removeItem(at: folder)
        }
        try write("workers: 3\n", to: "conf.d/a.yaml")
        try allow(0)
        // Root reads everything.
        let expected = geteuid() == 0 ? 3 : nil
        #expect((try? load("conf.d/*.yaml"))?.edge.workers == expected)
    }

    @Test("relative paths start from another folder where that is said, those of included files from their own")
    func elsewhere() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("log: { access: { path: access.log } }\n", to: "conf.d/log.yaml")
        try write(
            "include: conf.d/*.yaml\n\(whole)control: { socket: run/control.sock }\n", to: "candidate.yaml")
        let loader = ConfigurationLoader(readCertificates: nil)
        let edge = try loader.load(path: path("candidate.yaml"), from: folder.path).edge
        #expect(edge.controlSocketPath == path("run/control.sock"))
        #expect(edge.accessLog?.destination == .file(path: path("conf.d/access.log")))
        let there = try loader.load(path: path("candidate.yaml"), from: folder.path + "/conf.d/..").edge
        #expect(there.controlSocketPath == path("conf.d/../run/control.sock"))
    }

    @Test("the environment is that of the process, and is looked at at each load")
    func environment() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("workers: ${MARTLET_TEST_WORKERS}\n", to: "conf.d/a.yaml")
        for workers in 2...3 {
            let loader = ConfigurationLoader(
                readCertificates: nil, environment: { ["MARTLET_TEST_WORKERS": "\(workers)"] })
            #expect(try load("conf.d/*.yaml", loader: loader).edge.workers == workers)
        }
        #expect(
            try errors("conf.d/*.yaml")
                == "conf.d/a.yaml:1:10: error: the variable MARTLET_TEST_WORKERS is not set in the environment; set it "
                + "where Martlet is started, or give it a value here: ${MARTLET_TEST_WORKERS:-value}")
    }

    @Test("variables cannot make a configuration large")
    func largeVariables() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let loader = ConfigurationLoader(
            readCertificates: nil, environment: { ["LONG": String(repeating: "x", count: 100_000)] })
        try write("explain-from: [\(String(repeating: "\"${LONG}\", ", count: 20))]\n", to: "conf.d/a.yaml")
        let errors = #expect(throws: ConfigurationErrors.self) { _ = try load("conf.d/*.yaml", loader: loader) }
        let words = try #require(errors).description
        #expect(words.contains("variables make the configuration longer than 1048576 bytes"))
        #expect(words.utf8.count < 100_000)
    }

    @Test(
        "* and ? stand for characters of one name, and not for a dot at its beginning",
        arguments: [
            ("*.yaml", ["a.yaml", "b.yaml", "long-name.yaml"]), ("?.yaml", ["a.yaml", "b.yaml"]),
            ("*a*", ["a.yaml", "a.yml", "b.yaml", "long-name.yaml"]), ("[ab].yaml", []), (".*", [".hidden.yaml"]),
            ("*-*.y?ml", ["long-name.yaml"]), ("**", nil), ("a.yaml", ["a.yaml"]),
        ] as [(String, [String]?)])
    func patterns(_ pattern: String, _ expected: [String]?) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = ["b.yaml", "a.yaml", "long-name.yaml", ".hidden.yaml", "a.yml"]
        for (index, name) in names.enumerated() { try write("c\(index): 1\n", to: "conf.d/\(name)") }
        try write("include: \"conf.d/\(pattern)\"\n\(whole)", to: "martlet.yaml")
        let errors = #expect(throws: (any Error).self) {
            _ = try ConfigurationLoader(readCertificates: nil).load(path: path("martlet.yaml"))
        }
        let found = (errors as? ConfigurationErrors)?.diagnostics.compactMap { diagnostic -> String? in
            guard case .position(let file, _, _) = diagnostic.place, file != path("martlet.yaml") else { return nil }
            return URL(fileURLWithPath: file).lastPathComponent
        }
        #expect(found == expected ?? [])
    }
}
