import Foundation
import Testing

/// What README says was measured is what the results of the benchmarks say.
@Suite("Measured figures")
struct MeasuredFigureTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// README with its line breaks taken out.
    private func readme() throws -> String {
        try text("README.md").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The commit that a document of results names.
    private func commit(_ text: String) throws -> Substring {
        try #require(text.firstMatch(of: #/Martlet ([0-9a-f]{7,})/#)).1
    }

    @Test("costs")
    func costs() throws {
        let results = try text("Benchmarks/results.md")
        let rows = results.split(separator: "\n").filter { $0.contains(#/^\| .*\(\d\.\d\d … /#) }
        /// The quotient against nginx.
        func quotient(_ work: String) throws -> Substring {
            let row = try #require(rows.first { $0.hasPrefix("| \(work)") })
            return try #require(row.firstMatch(of: #/\| +(\d\.\d\d) \(/#)).1
        }
        let readme = try readme()
        let (tls, http2) = (try quotient("TLS 1.3 keep-alive"), try quotient("HTTP/2 over TLS"))
        #expect(readme.contains("a TLS request takes \(tls), one over HTTP/2 \(http2),"))
        let (zlib, igzip) = (try quotient("A 100 KB page"), try quotient("The same with Martlet's igzip"))
        #expect(readme.contains("gzipped \(zlib) with zlib and \(igzip) with igzip"))
        #expect(readme.contains("[results at \(try commit(results))]"))
        let goals = rows.flatMap { $0.split(separator: "|") }.filter { $0.contains("≤") || $0.contains("**above**") }
        let missed = goals.count { $0.contains("**above**") }
        #expect(
            readme.contains("Of \(goals.count) goals against nginx, HAProxy and Apache, \(missed) are not reached."))
    }

    @Test("kinds of request whose allocations are counted")
    func allocations() throws {
        let source = try text("Tests/EndToEndTests/AllocationTests.swift")
        let table = try #require(source.components(separatedBy: "static let cases = [").last)
        let cases = table.components(separatedBy: "\n        ]\n")[0].matches(of: #/\b(?:Case|coded)\(/#).count
        #expect(try readme().contains("\(cases) kinds are counted, from the 10,000th to the 20,000th."))
    }

    @Test("what an innocent client waits")
    func fairness() throws {
        let results = try text("Benchmarks/fairness.md")
        let rows = results.split(separator: "\n").map {
            $0.matches(of: #/\| ([\d.]+) ms,/#).compactMap { Double($0.1) }
        }
        .filter { $0.count == 3 }
        #expect(rows.count >= 8)
        let most = (0..<3).map { server in rows.map { $0[server] }.max() ?? 0 }
        let readme = try readme()
        #expect(
            readme.contains(
                "is \(most[0]) ms at most (nginx: \(most[1]), HAProxy: \(most[2]); [at \(try commit(results))]"))
    }
}
