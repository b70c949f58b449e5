import Configuration
import Foundation
import Testing

/// Every configuration of the corpus gives exactly the outcome that stands beside it.
@Suite("Configurations and their expected outcome")
struct GoldenTests {
    @Test(
        "A broken configuration gives its expected errors, each with line and column",
        arguments: Golden.cases(in: "Broken"))
    func broken(_ golden: Golden.Case) throws {
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Golden.loader.load(bytes: golden.bytes, file: golden.name)
        }
        let seen = try #require(errors).description + "\n"
        if Golden.isRecording { try seen.write(to: golden.expectedURL, atomically: true, encoding: .utf8) }
        #expect(seen == golden.expected)
    }

    @Test("A valid configuration gives its expected value", arguments: Golden.cases(in: "Valid"))
    func valid(_ golden: Golden.Case) throws {
        let loaded = try Golden.loader.load(bytes: golden.bytes, file: "/etc/martlet/\(golden.name)")
        let seen = loaded.summary + "\n" + loaded.warnings.map { "\($0)\n" }.joined() + Listing.text(of: loaded.edge)
        if Golden.isRecording { try seen.write(to: golden.expectedURL, atomically: true, encoding: .utf8) }
        #expect(seen == golden.expected)
    }

    @Test("The corpus is as large as it is meant to be")
    func size() {
        #expect(Golden.cases(in: "Broken").count >= 140)
        #expect(Golden.cases(in: "Valid").count >= 50)
        #expect(Golden.cases(in: "Broken").count { $0.expected.split(separator: "\n").count >= 3 } >= 30)
    }

    @Test(
        "Errors of a file come in the order of their places, each inside the file",
        arguments: Golden.cases(in: "Broken"))
    func order(_ golden: Golden.Case) throws {
        let errors = #expect(throws: ConfigurationErrors.self) {
            try Golden.loader.load(bytes: golden.bytes, file: golden.name)
        }
        // The last one may say that there are more.
        let positions = try #require(errors).diagnostics.filter { diagnostic in
            guard case .position(let file, _, _) = diagnostic.place else { return false }
            return file == golden.name
        }.map(\.position)
        for (one, other) in zip(positions, positions.dropFirst()) {
            #expect((one.line, one.column) <= (other.line, other.column))
        }
        let lines = golden.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (line, column) in positions {
            #expect((1...lines.count).contains(line))
            #expect(column >= 1 && column <= lines[line - 1].count + 1)
        }
    }
}
