import Configuration
import Model
import TestSupport
import Testing

/// Whatever is in a file, it is answered in bounded time, and nothing brings the process down.
@Suite("Hostile configurations")
struct HostileInputTests {
    private static let mebibyte = 1_048_576

    /// Inputs that have hurt readers of YAML, each about as long as a file may be.
    private static let floods: [(String, String)] = [
        ("opening brackets", String(repeating: "[", count: mebibyte)),
        ("opening braces", String(repeating: "{", count: mebibyte)),
        ("nested lists on a line", String(repeating: "- ", count: mebibyte / 2)),
        ("complex keys", String(repeating: "? ", count: mebibyte / 2)),
        ("commas", "[" + String(repeating: "x,", count: mebibyte / 2 - 2) + "]"),
        ("colons", String(repeating: ": ", count: mebibyte / 2)),
        ("line feeds", String(repeating: "\n", count: mebibyte)),
        ("carriage returns", String(repeating: "\r", count: mebibyte)),
        ("one long text", String(repeating: "x", count: mebibyte)),
        ("one long key", String(repeating: "x", count: mebibyte - 10) + ": 1"),
        ("one quote", "workers: \"" + String(repeating: "\\u00e4", count: mebibyte / 6 - 10)),
        ("stars", String(repeating: "*", count: mebibyte)),
        ("aliases", "[&a x" + String(repeating: ",*a", count: mebibyte / 3 - 3) + "]"),
        ("ampersands", String(repeating: "&a ", count: mebibyte / 3)),
        ("tags", String(repeating: "!a ", count: mebibyte / 3)),
        ("documents", String(repeating: "---\n", count: mebibyte / 4)),
        ("comments", String(repeating: "#\n", count: mebibyte / 2)),
        ("unknown keys", (0..<90_000).map { "k\($0): 1\n" }.joined()),
        ("the same key", String(repeating: "workers: 1\n", count: mebibyte / 11)),
        ("the same key inside", "limits: {" + String(repeating: "field: 1,", count: mebibyte / 9 - 3) + "}"),
        ("doubled keys", (0..<40_000).map { "k\($0 / 2): 1\n" }.joined()),
        ("digits", "workers: " + String(repeating: "9", count: mebibyte - 20)),
        ("deep indentation", (0..<1_400).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    ]

    // What takes time in proportion to its length takes a second or two; the limit is for a machine that is busy.
    @Test("A flood is answered within seconds", .timeLimit(.minutes(2)), arguments: 0..<floods.count)
    func flood(_ index: Int) throws {
        let (name, text) = Self.floods[index]
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Golden.loader.load(text: text, file: "flood.yaml")
        }
        #expect(try !#require(errors).diagnostics.isEmpty, "\(name)")
        #expect(try #require(errors).diagnostics.count <= 1_001, "\(name)")
    }

    @Test(
        "What is wrong at the end of a file without a line feed has its place there",
        arguments: [("workers: [1", 1, 12), ("workers: 1\nlimits: { a", 2, 12), ("workers: [1\n", 2, 1)])
    func end(_ text: String, _ line: Int, _ column: Int) throws {
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Golden.loader.load(text: text, file: "end.yaml")
        }
        let place = try #require(errors?.diagnostics.first).place
        #expect(place == .position(file: "end.yaml", line: line, column: column))
    }

    @Test("A file that is too long is not parsed")
    func tooLong() {
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Golden.loader.load(text: String(repeating: "\n", count: Self.mebibyte + 1), file: "long.yaml")
        }
        #expect(
            errors?.description
                == "long.yaml:1:1: error: the file is too long: expected at most 1048576 bytes, found more")
    }

    /// What the thread takes to read some sites and balancers, a tenth of which are missing.
    private func cost(_ count: Int) throws -> Duration {
        var text = "listeners: [ { address: \"[::]:80\" } ]\nsites:\n"
        for index in 0..<count { text += "  - { host: h\(index).example.com, paths: { /: balancer\(index) } }\n" }
        text += "balancers:\n"
        for index in 0..<count * 9 / 10 {
            text += "  balancer\(index): { members: { a: \"http://127.0.0.1:81\" } }\n"
        }
        let start = threadTime()
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Golden.loader.load(text: text, file: "large.yaml")
        }
        #expect(try #require(errors).diagnostics.count == count / 10)
        return threadTime() - start
    }

    /// Ten times as many cost a hundred times as much where each is compared with each.
    @Test("Thousands of sites, balancers and mistakes among them cost hardly more each than hundreds")
    func large() throws {
        _ = try cost(50)
        #expect(try cost(5_000) < cost(500) * 40)
    }

    @Test("A list of thousands of addresses costs hardly more each than one of hundreds")
    func longList() throws {
        func cost(_ count: Int) throws -> Duration {
            let ranges = (0..<count).map { "10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255)" }.joined(separator: ", ")
            let text = """
                listeners: [ { address: "127.0.0.1:80" } ]
                sites: [ { paths: { /: shop } } ]
                balancers: { shop: { members: { a: "http://127.0.0.1:81" } } }
                explain-from: [\(ranges)]

                """
            let start = threadTime()
            #expect(try Golden.loader.load(text: text, file: "long.yaml").edge.explainFrom.count == count)
            return threadTime() - start
        }
        _ = try cost(50)
        #expect(try cost(10_000) < cost(1_000) * 40)
    }

    @Test(
        "Valid configurations with any byte changed load or are refused in order", arguments: Golden.cases(in: "Valid"))
    func mutated(_ golden: Golden.Case) {
        let replacements: [UInt8] = [
            0, 0x09, 0x0A, 0x20, 0x22, 0x26, 0x27, 0x2A, 0x2D, 0x3A, 0x3F, 0x21, 0x7B, 0x5D, 0x23, 0x25, 0x7C, 0x80,
            0xFF,
        ]
        for offset in golden.bytes.indices {
            var bytes = golden.bytes
            bytes[offset] = replacements[offset % replacements.count]
            check(bytes)
        }
    }

    @Test("Configurations cut off anywhere load or are refused in order", arguments: Golden.cases(in: "Valid"))
    func cutOff(_ golden: Golden.Case) {
        for count in golden.bytes.indices { check(Array(golden.bytes.prefix(count))) }
    }

    private func check(_ bytes: [UInt8]) {
        do throws(ConfigurationErrors) {
            let edge = try Golden.loader.load(bytes: bytes, file: "mutated.yaml").edge
            let names = Set(edge.balancers.map(\.name))
            #expect(edge.sites.flatMap(\.paths).allSatisfy { $0.balancer.map(names.contains) ?? true })
            #expect(!edge.listeners.isEmpty && edge.balancers.allSatisfy { !$0.members.isEmpty })
        } catch {
            #expect(!error.diagnostics.isEmpty)
            #expect(error.diagnostics.allSatisfy { $0.position.line >= 1 && $0.position.column >= 1 })
        }
    }
}
