import Foundation
import Testing

/// Rules about the text of the repository that neither the compiler nor the formatter keeps.
@Suite("Tidy")
struct TidyTests {
    private func everything() throws -> [SourceFile] {
        try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Tests")
    }

    /// Fails with the list of places, if there are any.
    private func expectNone(_ places: [String]) {
        if !places.isEmpty { Issue.record("\(places.joined(separator: "\n"))") }
    }

    @Test("a file has at most 500 lines, a line at most 120 columns")
    func sizes() throws {
        let files = try everything()
        expectNone(files.filter { $0.lines.count > 501 }.map { "\($0.path): \($0.lines.count) lines" })
        expectNone(
            files.flatMap { file in
                file.lines.enumerated().filter { $0.element.count > 120 }
                    .map { "\(file.path):\($0.offset + 1): \($0.element.count) columns" }
            })
    }

    @Test("a function has at most 70 lines")
    func functions() throws {
        expectNone(
            try everything().flatMap { file in
                Functions(in: file).all.filter { $0.lineCount > 70 }
                    .map { "\(file.path):\($0.line): \($0.lineCount) lines" }
            })
    }

    @Test("unsafe code lives in Bytes, Reactor and TLS and where HTTP calls C")
    func unsafeCode() throws {
        let others = try Repository.swiftFiles(in: "Sources").filter { file in
            if Exceptions.unsafeRooms.contains(file.room) { return false }
            return file.room != "HTTP" || file.places(of: #/^import C[A-Z]/#).isEmpty
        }
        expectNone(others.flatMap { $0.places(of: #/\b_?[uU]nsafe/#) })
    }

    @Test("what the compiler is asked not to check is on a list, and the list has nothing else")
    func unchecked() throws {
        let files = try Repository.swiftFiles(in: "Sources")
        func found(_ pattern: some RegexComponent) -> Set<String> {
            Set(files.filter { !$0.places(of: pattern).isEmpty }.map(\.path))
        }
        #expect(found(#/@unchecked Sendable/#) == Set(Exceptions.uncheckedSendable.keys))
        #expect(found(#/@exclusivity\(unchecked\)/#) == Set(Exceptions.uncheckedExclusivity.keys))
        #expect(found(#/nonisolated\(unsafe\)/#) == Set(Exceptions.unsafeIsolation.keys))
    }

    @Test("what is visible outside its file has a docstring")
    func docstrings() throws {
        expectNone(
            try Repository.swiftFiles(in: "Sources").flatMap { file in
                file.code.enumerated().compactMap { index, line in
                    guard Self.needsDocstring(line), !Self.isWitness(line) else { return nil }
                    let above = file.lines[..<index].last { !$0.drop { $0 == " " }.hasPrefix("@") } ?? ""
                    if above.drop(while: { $0 == " " }).hasPrefix("///") { return nil }
                    return "\(file.path):\(index + 1): \(line)"
                }
            })
    }

    /// What every reader knows from the standard library's protocols.
    private static func isWitness(_ line: String) -> Bool {
        line.contains(#/func (?:==|<|hash) ?\(|var description: String/#)
    }

    /// Public declarations anywhere, and types at the top level that are not private.
    private static func needsDocstring(_ line: String) -> Bool {
        let kinds = "class|struct|enum|actor|protocol|func|var|let|init|subscript|typealias"
        let isPublic = line.contains(#/^ *(?:@[\w()]+ )*(?:public|package|open) [a-z ]*/#)
        let isDeclaration = line.split(separator: " ").contains { word in
            kinds.split(separator: "|").contains(word.prefix { $0.isLetter })
        }
        if isPublic { return isDeclaration && !line.contains("import ") }
        return line.contains(#/^(?:final )?(?:class|struct|enum|actor|protocol) /#)
    }

    @Test("the rooms that a request passes through do without Foundation")
    func foundation() throws {
        let files = try Repository.swiftFiles(in: "Sources").filter { Exceptions.dataPath.contains($0.room) }
        expectNone(
            files.flatMap { $0.places(of: #/^\s*(?:public )?import (?:Foundation|FoundationEssentials)\b/#) })
    }

    @Test("nothing speaks of unfinished work")
    func unfinished() throws {
        // Put together here, so that this file does not find itself.
        let words = [
            "TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK", "not implemented" + " yet", "Place" + "holder",
        ]
        let folders = ["Sources", "Tests", "Benchmarks", "Fuzzing", "deploy", "certs", ".ci"]
        let files = try folders.flatMap(Repository.files).filter { !$0.contains("__pycache__") } + ["Package.swift"]
        expectNone(
            files.flatMap { path in
                let file = Repository.root.appendingPathComponent(path)
                let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
                return words.filter { text.contains($0) || path.contains($0) }.map { "\(path): \($0)" }
            })
    }

    @Test("a file that declares types is named after one of them")
    func fileNames() throws {
        let kinds = "(?:class|struct|enum|actor|protocol|typealias)"
        expectNone(
            try Repository.swiftFiles(in: "Sources").filter { file in
                let anything = try Regex("^(?:[a-z]+ |@\\w+ )*\(kinds) \\w")
                let named = try Regex("\\b\(kinds) \(file.subject)\\b")
                let extended = try Regex("^(?:public )?extension [\\w.]*\\b\(file.subject)\\b")
                if file.places(of: anything).isEmpty || !file.places(of: named).isEmpty { return false }
                return file.places(of: extended).isEmpty
            }.map(\.path))
    }

    @Test("folders below Sources are at most three deep")
    func depth() throws {
        expectNone(try Repository.files(in: "Sources").filter { $0.split(separator: "/").count > 5 })
    }
}
