import Configuration
import Foundation
import Testing

/// What those write who have not read the pages, and what they are told.
@Suite("Strangers' configurations")
struct StrangerTests {
    private static let whole = """
        listeners: [ { address: 127.0.0.1:8080 } ]
        sites: [ { paths: { /: shop } } ]
        balancers: { shop: { members: { a: "unix:/run/a.sock" } } }

        """

    /// All that is said of a file.
    private func said(_ text: String, _ environment: [String: String] = [:]) -> String {
        let loader = ConfigurationLoader(readCertificates: nil, environment: { environment })
        do throws(ConfigurationErrors) {
            return try loader.load(text: text, file: "m.yaml").warnings.map { "\($0)\n" }.joined()
        } catch {
            return error.description
        }
    }

    @Test(
        "what stands alone where a mapping is expected is told with the key that it belongs to",
        arguments: [
            ("log: { access: json }", "write { format: json }"), ("log: { access: combined }", "{ format: combined }"),
            ("log: { events: warning }", "write { level: warning }"), ("log: { events: json }", "{ format: json }"),
            ("log: { access: off }", "take it away: there is no access log where none is declared"),
            ("log: { access: false }", "take it away: there is no access log where none is declared"),
        ])
    func alone(entry: String, cure: String) {
        #expect(said(Self.whole + entry).contains(cure))
    }

    @Test(
        "names of files that mean none elsewhere are warned of",
        arguments: [
            ("stdout", "write \"-\" for standard output"), ("off", "leave log.access out to have no log"),
            ("syslog", "write syslog: /dev/log in its place"),
        ])
    func names(name: String, cure: String) {
        let said = said(Self.whole + "log: { access: { path: \(name) } }")
        #expect(said.contains("warning: log.access.path: lines would go to a file of the name \"\(name)\"; \(cure)"))
        #expect(self.said(Self.whole + "log: { access: { path: ./\(name) } }").isEmpty)
    }

    @Test(
        "several numbers with units are summed",
        arguments: [("1m30s", "90s"), ("1h 30m", "90m"), ("2h0m", "2h"), ("1d1d", nil), ("1m30", nil)])
    func sums(written: String, sum: String?) {
        let said = said(Self.whole + "timeouts: { tunnel: \(written) }")
        #expect(said.contains("found \"\(written)\""))
        #expect(sum.map { said.contains("; write \($0): one number and one unit") } ?? !said.contains("one unit"))
    }

    @Test(
        "shares in per cent are numbers alone",
        arguments: [("10%", "10"), ("\"10%\"", "10"), ("60%", nil), ("\"%\"", nil), ("10%%", nil), ("1.5%", nil)])
    func perCent(written: String, number: String?) {
        let said = said(
            """
            listeners: [ { address: 127.0.0.1:8080 } ]
            sites: [ { paths: { /: shop } } ]
            balancers: { shop: { check: { use: tcp, jitter: \(written) }, members: { a: "http://127.0.0.1:8081" } } }
            """)
        #expect(said.contains("shop.check.jitter: expected a whole number from 0 to 50"), "\(said)")
        #expect(number.map { said.contains("; write \($0) without the %") } ?? !said.contains("without"), "\(said)")
    }

    @Test(
        "a key without its colon is told where it stands, also in front of another key",
        arguments: ["workers 2", "workers = 2", "workers:2", "# all of it\nworkers 2\n\n# and more"])
    func colons(line: String) {
        let number = line.hasPrefix("#") ? 2 : 1
        let said = said(line + "\n" + Self.whole)
        #expect(said.hasPrefix("m.yaml:\(number):1: error: this looks like a key, and has no colon"), "\(said)")
    }

    @Test("a key without its colon is told where it stands in a mapping")
    func nestedColons() {
        let nested = "limits:\n  request-head 1KiB\n  fields: 5\n"
        #expect(said(nested).hasPrefix("m.yaml:2:3: error: this looks like a key, and has no colon"))
    }

    @Test("a second colon in a line stays one")
    func secondColon() {
        #expect(said("workers: 2\nmetrics: a: b\n").contains("a second colon that makes a key stands in this line"))
        #expect(said("metrics\n  a: b\n").contains("a second colon that makes a key stands in this line"))
    }

    @Test("a variable that is empty is told to be so, and what it holds is not told")
    func emptyVariables() {
        let text = Self.whole.replacing("\"unix:/run/a.sock\"", with: "\"${SCHEME}${HOST}:80\"")
        #expect(said(text, ["SCHEME": "gopher", "HOST": ""]).contains("; set HOST, which is empty, to another value"))
        let said = said(text, ["SCHEME": "gopher", "HOST": "://x"])
        #expect(said.contains("; set HOST to another value") && !said.contains("gopher"))
    }

    @Test("facts in a variable's braces are told as they are written")
    func facts() {
        let format = said(Self.whole + "log: { access: { format: \"${client} {status}\" } }")
        #expect(format.contains("${client:-value}; a field of the log's lines is {client}"))
        let field = said(Self.whole + "fields: { request: { set: { X-A: \"${client-address}\" } } }")
        #expect(field.contains("$${ for the two characters; what is known of a request is $(client-address)"))
    }

    @Test(
        "what has no form here is said to have none",
        arguments: ["acme: { email: a@example.com }", "certificatesResolvers: {}"])
    func missing(entry: String) {
        #expect(said(Self.whole + entry).contains("certificates by ACME have no form here yet"))
    }
}
