import Forwarding
import Foundation
import Testing

/// The outcomes of requests: one list, from which the documentation comes.
@Suite("Outcomes")
struct OutcomeTests {
    @Test("each has its own code")
    func unique() {
        let codes = Outcome.allCases.map(\.code.description)
        #expect(Set(codes).count == codes.count)
    }

    @Test("a status of 4xx is for what lies at the client, or in a folder, of which the client is told no more")
    func sources() {
        let ofFolders: [Outcome] = [.fileOutside, .fileUnreadable]
        for outcome in Outcome.allCases where (400..<500).contains(outcome.entry.status) {
            #expect((outcome.entry.source == .client) != ofFolders.contains(outcome), "\(outcome.code)")
        }
    }

    @Test("the reference page says what the list says (MARTLET_RECORD=1 writes it)")
    func page() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Forwarding/Forwarding.docc/Outcomes.md")
        let page = Self.page
        if ProcessInfo.processInfo.environment["MARTLET_RECORD"] == "1" {
            try page.write(to: url, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == page)
    }

    private static var page: String {
        var lines = [
            "# Outcomes", "",
            "The codes that the access log's `reason` and lines among the events have, with what is answered.", "",
            "## Overview", "",
            "A request whose member's answer went out whole has no code. *At whom* says where the cause lies: a client",
            "that is at fault itself reads the code in the answer's content. *Again* says whether the same request may",
            "succeed when it is sent again.", "",
            "| code | status | at whom | again | what has happened |", "|---|---|---|---|---|",
        ]
        for outcome in Outcome.allCases where outcome != .answered {
            let entry = outcome.entry
            let status = entry.status == 0 ? "" : "\(entry.status)"
            let again = entry.mayRepeat ? "yes" : ""
            lines.append("| `\(entry.code)` | \(status) | \(entry.source.rawValue) | \(again) | \(entry.words) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
