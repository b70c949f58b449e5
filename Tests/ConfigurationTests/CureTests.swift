import Configuration
import Foundation
import Testing

/// Whoever does what a message says is a step further.
@Suite("Cures")
struct CureTests {
    /// Why some cures are left to people.
    private enum Reason {
        /// Which of several things is meant is known to who wrote it.
        case choice
        /// It concerns more than the place.
        case wide
        /// The text around it was not understood.
        case syntax
    }

    /// The beginnings of cures that only people can obey, and a case that one of them has cured by hand.
    private static let byHand: [(words: String, reason: Reason, shown: String)] = [
        ("its keys are ", .choice, "by-hand"),
        ("expected ", .choice, "by-hand"),
        ("declared ", .choice, "by-hand"),
        ("its names are ", .choice, "by-hand"),
        ("write the unit behind the number: ", .choice, "by-hand"),
        ("write http://HOST:PORT or unix:/PATH", .choice, "by-hand"),
        ("write one in digits", .choice, "by-hand"),
        ("write the name's A-label", .choice, "by-hand"),
        ("there are none here: ", .choice, "by-hand"),
        ("a path is a prefix of whole segments", .choice, "by-hand"),
        ("a wildcard looks like", .choice, "by-hand"),
        ("write an address of this machine", .choice, "by-hand-heartbeats"),
        ("add heartbeat-field, or give it one", .choice, "by-hand-heartbeats"),
        ("divide all by the same number", .choice, "ring-large"),
        ("split the balancer", .wide, "members-too-many"),
        ("put the paths of both into one", .wide, "by-hand"),
        ("take one of the two listeners away", .wide, "by-hand"),
        ("start each piece with -", .wide, "by-hand"),
        ("write a site for each host", .wide, "by-hand"),
        ("give the control socket a path of its own", .choice, "by-hand"),
        ("move the socket", .choice, "control-long"),
        ("hash the application's session cookie", .wide, "by-hand"),
        ("name the application's session cookie", .wide, "by-hand"), ("write affinity: { mode: ", .wide, "by-hand"),
        ("write another route", .choice, "by-hand"), ("declare status: [hot-standby]", .choice, "routes-doubled"),
        ("it belongs to a listener", .wide, "by-hand"),
        ("there are no blocks around", .wide, "by-hand"),
        ("they are a folder under tls", .wide, "by-hand"),
        ("it is a part of ", .wide, "by-hand"),
        ("it is a member's", .wide, "by-hand"),
        ("it is a balancer's", .wide, "by-hand"),
        ("it is the balancer's", .wide, "by-hand"),
        ("sites stand beside listeners", .wide, "by-hand"),
        ("a site is served at every listener", .wide, "by-hand"),
        ("write certificates: and a folder", .wide, "by-hand"),
        ("the key that a member stands under", .wide, "by-hand"),
        ("declare one under balancers", .wide, "by-hand"),
        ("write consistent-hash, and", .wide, "by-hand"),
        ("write route if its value", .choice, "by-hand"),
        ("put nginx or Apache between", .wide, "by-hand"),
        ("write http:// with the port of Tomcat", .choice, "by-hand"),
        ("one file has key and chain", .wide, "by-hand"),
        ("name another address, or give", .choice, "doubts"),
        ("name the address of the backend", .choice, "doubts"),
        ("put one into ", .wide, "doubts"),
        ("keep one of them", .syntax, "duplicate-empty-key"),
        ("take the tag away", .syntax, "tags"),
        ("spell the key out", .syntax, "by-hand"),
        ("merge keys are not part", .syntax, "merge-key"),
        ("quote it if it is a text", .choice, "alias-to-itself"),
        ("an alias of aliases of aliases", .syntax, "alias-bomb"),
        ("take the line --- ", .syntax, "yaml-second-document"),
        ("say at least what listens", .syntax, "file-empty"),
        ("save the file as UTF-8", .syntax, "file-latin1"),
        ("take the character away", .syntax, "file-nul"),
        ("indent with spaces", .syntax, "yaml-tab"),
        ("an IPv6 address needs quotes", .syntax, "yaml-bare-ipv6"),
        ("put the text in quotes", .syntax, "yaml-at-sign"),
        ("look at the indentation and the quotes", .syntax, "yaml-indentation"),
        ("look at the indentation, or quote", .syntax, "yaml-colon-in-text"),
        ("close the bracket", .syntax, "yaml-unclosed-bracket"),
        ("close the quotes", .syntax, "yaml-unclosed-quote-last"),
        ("write `key: value`", .syntax, "yaml-missing-blank"),
        ("write it twice, or use single", .syntax, "yaml-bad-escape"),
        ("put the - on a line", .syntax, "yaml-list-behind-key"),
        ("take the line away", .syntax, "yaml-directive"),
    ]

    private struct Finding: Hashable {
        let line: Int
        let column: Int
        let message: String

        init(_ diagnostic: Diagnostic) {
            (line, column) = diagnostic.position
            // Places in a message move with the lines.
            message = diagnostic.message.replacing(/line \d+, column \d+|\[\d+\]/, with: "")
        }
    }

    private static func findings(_ bytes: [UInt8]) -> [Diagnostic] {
        do throws(ConfigurationErrors) {
            return try Golden.loader.load(bytes: bytes, file: "obeyed.yaml").warnings
        } catch {
            return error.diagnostics
        }
    }

    @Test(
        "Who obeys the cure of a message is rid of it and gets no other one at its place",
        arguments: Golden.cases(in: "Broken") + Golden.cases(in: "Valid"))
    func obeyed(_ golden: Golden.Case) {
        guard let text = String(bytes: golden.bytes, encoding: .utf8) else { return }
        let before = Self.findings(golden.bytes)
        let known = Set(before.map { Finding($0) })
        for diagnostic in before.prefix(40) {
            guard let edit = diagnostic.cure?.edit else { continue }
            let (line, column) = diagnostic.position
            let obeyed = Obedience.obey(edit, line: line, column: column, in: text)
            let after = Self.findings(Array(obeyed.utf8)).map { Finding($0) }
            let finding = Finding(diagnostic)
            let others: [Finding]
            if edit == .takeAway {
                // What stood behind it has moved.
                let messages = Set(known.map(\.message))
                others = after.filter { !messages.contains($0.message) }
                let count = { (findings: [Finding]) in findings.count { $0.message == finding.message } }
                #expect(count(after) < count(before.map { Finding($0) }), "\(diagnostic)\n\(obeyed)")
            } else {
                others = after.filter { $0.line == line && $0.column == column && !known.contains($0) }
                #expect(!after.contains(finding), "\(diagnostic)\n\(obeyed)")
            }
            #expect(others.map(\.message) == [], "\(diagnostic)\n\(obeyed)")
        }
    }

    @Test(
        "A cure that only people can obey is of a known kind",
        arguments: Golden.cases(in: "Broken") + Golden.cases(in: "Valid"))
    func kinds(_ golden: Golden.Case) {
        for cure in Self.findings(golden.bytes).compactMap(\.cure) where cure.edit == nil {
            #expect(Self.byHand.contains { cure.words.hasPrefix($0.words) }, "\(cure.words)")
        }
    }

    @Test(
        "Each kind that only people can obey was obeyed once, and what came of it is served",
        arguments: 0..<byHand.count)
    func obeyedByHand(_ index: Int) throws {
        let (words, _, shown) = Self.byHand[index]
        let broken = Golden.cases(in: "Broken") + Golden.cases(in: "Valid")
        let golden = try #require(broken.first { $0.name == "\(shown).yaml" }, "\(shown)")
        #expect(golden.expected.contains("; \(words)"), "\(shown): \(words)")
        let cured = try #require(Golden.cases(in: "Cured").first { $0.name == golden.name }, "\(shown)")
        let loaded = try Golden.loader.load(bytes: cured.bytes, file: golden.name)
        #expect(loaded.warnings == [])
    }
}
