import Foundation
import Testing

/// What is fuzzed, and what it begins with.
@Suite("Fuzzing")
struct FuzzingTests {
    private static let inputsMax = 50
    /// Bytes of an input: what libFuzzer is told.
    private static let bytesMax = 4_096

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("there are eight targets at least, each of which is run and has a corpus")
    func targets() throws {
        let run = try text("Fuzzing/run")
        let line = try #require(run.firstMatch(of: #/(?m)^protocols=\(([^)]*)\)$/#))
        let protocols = Set(line.1.split(separator: " ").map(String.init))
        let cases = try text("Fuzzing/Protocols/Targets.swift").matches(of: #/case "([^"]+)"/#).map { String($0.1) }
        #expect(protocols == Set(cases))
        let corpora = try Repository.files(in: "Fuzzing/Corpora").map { String($0.split(separator: "/")[2]) }
        #expect(protocols.union(["configuration"]) == Set(corpora))
        #expect(Set(corpora).count >= 8)
        #expect(run.contains("seconds=${2:-20}") && run.contains("-max_len=\(Self.bytesMax) "))
        #expect(try text("deploy/test.sh").contains("Fuzzing/run all 20\n"), "each is fuzzed before anything is merged")
    }

    @Test("corpora are small")
    func corpora() throws {
        let files = try Repository.files(in: "Fuzzing/Corpora")
        for (target, inputs) in Dictionary(grouping: files, by: { $0.split(separator: "/")[2] }) {
            #expect((1...Self.inputsMax).contains(inputs.count), "\(target): \(inputs.count) inputs")
        }
        for path in files {
            let count = try Data(contentsOf: Repository.root.appendingPathComponent(path)).count
            #expect(count <= Self.bytesMax, "\(path): \(count) bytes")
        }
    }
}
