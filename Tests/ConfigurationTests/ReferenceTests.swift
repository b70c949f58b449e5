import Configuration
import Foundation
import Testing

/// The reference of all keys is what the program knows.
@Suite("Reference")
struct ReferenceTests {
    private static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/Forwarding/Forwarding.docc/ConfigurationKeys.md")

    @Test("The page of the documentation is the one that the schema makes")
    func page() throws {
        let text = ConfigurationReference.text()
        if Golden.isRecording { try text.write(to: Self.url, atomically: true, encoding: .utf8) }
        #expect(text == (try? String(contentsOf: Self.url, encoding: .utf8)))
    }
}
