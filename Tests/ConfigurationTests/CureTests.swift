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
        ("move it to ", .wide, "other-places"),
        ("write it anew by the page Coming from ", .wide, "foreign-file-nginx"),
        ("declared ", .choice, "by-hand"),
        ("those that are declared are ", .choice, "proxies-and-domains"),
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
        ("start each piece with -", .wide, "lists-forgotten"),
        ("write - in front of it", .wide, "lists-forgotten"),
        ("write a list whose pieces are each", .choice, "by-hand"),
        ("clients' certificates have no form here yet", .wide, "by-hand"),
        ("there are redirects, ", .choice, "by-hand"),
        ("write it where it is to hold", .choice, "counts"),
        ("write how many requests an address", .choice, "rates"),
        ("say who may ask by allow", .choice, "access"), ("write allow: none", .choice, "access"),
        ("users: htpasswd names a file", .choice, "users"),
        ("users by name and password alone", .wide, "users"),
        ("users belong to a site", .wide, "users"),
        ("pages, maintenance, fields, cookies and hsts belong", .wide, "fields"),
        ("speak TLS here", .wide, "users-in-cleartext"),
        ("there are none in redirects", .choice, "redirects"),
        ("files are sent by a path", .wide, "files"),
        ("files: has the folder of ", .choice, "files"),
        ("files: and balancer: beside each other", .wide, "files"),
        ("write the path without =", .choice, "files"),
        ("name another host or path", .choice, "redirects"),
        ("name a listener with tls as well", .choice, "routing"),
        ("a suffix is of letters", .choice, "routing"), ("write cases: ", .choice, "routing"),
        ("write the line without it", .choice, "texts-long"),
        ("write json, combined, or fields", .choice, "log-format-none"), ("the fields are {", .choice, "log-keys"),
        ("write its address in digits", .choice, "log-keys"),
        ("format: \"{client} {status}\" has the fields", .choice, "log-keys"),
        ("write {client} in its place", .choice, "log-format-haproxy"),
        ("write hsts: ", .wide, "fields"), ("write redirect: ", .wide, "fields"),
        ("write fields: ", .wide, "fields"), ("what is known is $", .choice, "fields"),
        ("write acquire: 5s beside max", .choice, "by-hand"),
        ("declare status: [draining]", .choice, "by-hand"),
        ("write ttl: ", .choice, "by-hand"),
        ("make the folder, or", .wide, "by-hand"),
        ("write one of this machine in digits", .choice, "by-hand"),
        ("name another address of that machine", .choice, "by-hand"),
        ("write a list of hosts", .choice, "by-hand"),
        ("give the control socket a path of its own", .choice, "by-hand"),
        ("give metrics an address of their own", .choice, "metrics-member"),
        ("name a file that can be read, or declare", .choice, "members-file"),
        ("move the socket", .choice, "control-long"),
        ("hash the application's session cookie", .wide, "by-hand"),
        ("name the application's session cookie", .wide, "by-hand"), ("write affinity: { mode: ", .wide, "by-hand"),
        ("write another route", .choice, "by-hand"), ("declare status: [hot-standby]", .choice, "routes-doubled"),
        ("it belongs to a listener", .wide, "by-hand"),
        ("there are no blocks around", .wide, "by-hand"),
        ("they are a folder under tls", .wide, "by-hand"),
        ("it belongs to a path", .wide, "preserve-host"),
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
        ("write secret: here", .wide, "doubts"),
        ("one file has key and chain", .wide, "by-hand"),
        ("name another address, or give", .choice, "doubts"),
        ("name the address of the backend", .choice, "doubts"),
        ("put one into ", .wide, "doubts"),
        ("set it where Martlet is started", .wide, "environment-unset"),
        ("set WRONG to another value", .wide, "environment-numbers"), ("set ", .wide, "environment-numbers"),
        ("write buffering: off, or", .choice, "foreign-nginx-location"),
        ("write the name itself", .choice, "environment-keys"),
        ("write it here: a variable", .choice, "environment-kinds"),
        ("write what they do: ", .wide, "foreign-traefik"),
        ("leave nginx, Apache or HAProxy ", .wide, "foreign-directives"),
        ("close it, or write $${", .syntax, "environment-forms"), ("write it so, or $${", .syntax, "environment-forms"),
        ("write * for one name", .choice, "include-stars"),
        ("write one, or keep the file elsewhere", .wide, "include-list-file"),
        ("move it elsewhere, or name what is in it", .wide, "include-folder-met"),
        ("write a piece of the configuration into it", .wide, "include-empty-file"),
        ("write it in front of that one", .choice, "warnings-cases"),
        ("name the addresses of the proxies alone", .choice, "warnings-trust"),
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

    /// How the messages begin whose cures begin like others that are not known.
    private static let messages = [
        "expected ": "unknown key ", "its keys are ": "expected a mapping", "declared ": "there is no balancer ",
    ]

    /// What messages say that have no cure, and why that is enough.
    private static let enough: [(reason: String, words: [String])] = [
        ("it says itself what to write", ["expected ", " is missing: "]),
        (
            "what was meant is known to who wrote it",
            [
                "has the character ", "is longer than ", "has a part that ", "has an empty part ", "is neither a host ",
                "is a wildcard over ", "names no path ", "names a folder and no socket", "has no host", "has no port ",
                "is no name of a file ", "is a URL of ",
                "has a [ without its ]", "has no IPv6 address between ", "is no address in digits: ",
            ]
        ),
        ("it is about a certificate's file", ["no private key in it ", "the key is not that of "]),
        ("it is about the file as a whole", ["are nested ", "there are more errors "]),
    ]

    /// What was found, by its place and by its keys.
    private struct Finding: Hashable {
        let file: String
        let line: Int
        let column: Int
        let message: String

        init(_ diagnostic: Diagnostic) {
            file = CureTests.file(of: diagnostic)
            (line, column) = diagnostic.position
            message = Finding.message(diagnostic)
        }

        /// The message without places: they move with the lines.
        static func message(_ diagnostic: Diagnostic) -> String {
            diagnostic.message.replacing(/line \d+, column \d+|\[\d+\]|:\d+:\d+/, with: "")
        }

        /// The message with its keys.
        static func keyed(_ diagnostic: Diagnostic) -> String {
            "\(diagnostic.keys): \(message(diagnostic))"
        }
    }

    /// What the case that is looked at is called.
    private static let name = "obeyed.yaml"

    fileprivate static func file(of diagnostic: Diagnostic) -> String {
        guard case .position(let file, _, _) = diagnostic.place else { return "" }
        return file
    }

    /// - Parameter others: what included files say, where it is something else than in the corpus.
    private static func findings(_ bytes: [UInt8], with others: [String: [UInt8]] = [:]) -> [Diagnostic] {
        do throws(ConfigurationErrors) {
            return try Golden.loader(with: others).load(bytes: bytes, file: name).warnings
        } catch {
            return error.diagnostics + error.warnings
        }
    }

    /// Whether a finding is about what was written for another one.
    private static func concerns(_ other: Diagnostic, _ diagnostic: Diagnostic, _ edit: Cure.Edit) -> Bool {
        if other.place == diagnostic.place { return true }
        var keys = diagnostic.keys
        switch edit {
        // What stands behind a key that is called otherwise was there before.
        case .rename, .takeAway: return false
        case .add: break
        case .write(let yaml):
            guard diagnostic.message.hasPrefix("unknown key ") else { break }
            // It was written in the place of a key, and is an entry of the mapping that the message is about.
            keys += keys.isEmpty ? "" : "."
            keys += String(yaml.prefix { $0 != ":" })
        }
        return other.keys == keys || [".", "["].contains { other.keys.hasPrefix(keys + $0) }
    }

    @Test(
        "Who obeys the cure of a message is rid of it and gets no other one at its place",
        arguments: Golden.cases(in: "Broken") + Golden.cases(in: "Valid"))
    func obeyed(_ golden: Golden.Case) {
        guard let text = String(bytes: golden.bytes, encoding: .utf8) else { return }
        let before = Self.findings(golden.bytes)
        let known = Set(before.map { Finding($0) })
        let knownKeyed = Set(before.map(Finding.keyed))
        for diagnostic in before.prefix(40) {
            guard let edit = diagnostic.cure?.edit else { continue }
            let (line, column) = diagnostic.position
            let file = Self.file(of: diagnostic)
            let included = file == Self.name ? nil : Golden.included(file)
            let obeyed = Obedience.obey(
                edit, line: line, column: column, in: included.map { String(decoding: $0, as: UTF8.self) } ?? text)
            let left =
                included == nil
                ? Self.findings(Array(obeyed.utf8)) : Self.findings(golden.bytes, with: [file: Array(obeyed.utf8)])
            let after = left.map { Finding($0) }
            let finding = Finding(diagnostic)
            // A cure may lead from an error to a warning.
            let serious = left.filter { $0.severity == .error || diagnostic.severity == .warning }
            let others: [Diagnostic]
            if edit == .takeAway {
                // What stood behind it has moved.
                let messages = Set(known.map(\.message))
                others = serious.filter { !messages.contains(Finding.message($0)) }
                let count = { (findings: [Finding]) in findings.count { $0.message == finding.message } }
                #expect(count(after) < count(before.map { Finding($0) }), "\(diagnostic)\n\(obeyed)")
            } else {
                others = serious.filter {
                    Self.concerns($0, diagnostic, edit) && !known.contains(Finding($0))
                        && !knownKeyed.contains(Finding.keyed($0))
                }
                #expect(!after.contains(finding), "\(diagnostic)\n\(obeyed)")
            }
            #expect(others.map(\.description) == [], "\(diagnostic)\n\(obeyed)")
        }
    }

    @Test(
        "A cure that only people can obey is of a known kind",
        arguments: Golden.cases(in: "Broken") + Golden.cases(in: "Valid"))
    func kinds(_ golden: Golden.Case) {
        for diagnostic in Self.findings(golden.bytes) {
            guard let cure = diagnostic.cure, cure.edit == nil else { continue }
            let isKnown = Self.byHand.contains { kind in
                cure.words.hasPrefix(kind.words) && diagnostic.message.hasPrefix(Self.messages[kind.words] ?? "")
            }
            #expect(isKnown, "\(diagnostic)")
        }
    }

    @Test(
        "A message without a cure is of a kind that needs none",
        arguments: Golden.cases(in: "Broken") + Golden.cases(in: "Valid"))
    func withoutCure(_ golden: Golden.Case) {
        let words = Self.enough.flatMap { $0.words }
        for diagnostic in Self.findings(golden.bytes) where diagnostic.cure == nil {
            #expect(words.contains { diagnostic.message.contains($0) }, "\(diagnostic)")
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
