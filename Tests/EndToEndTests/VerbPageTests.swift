import Foundation
import Testing

extension EndToEnd {
    /// The page of verbs is what the program says of itself.
    @Suite("Page of verbs")
    struct VerbPageTests {
        @Test("the page says what the program says (MARTLET_RECORD=1 writes it)", .timeLimit(.minutes(1)))
        func page() throws {
            let dump = try MartletProcess.command(["--experimental-dump-help"])
            let page = try VerbPage(dump: Data(dump.succeeded().utf8)).text
            let path = Pages.root + "/Sources/Forwarding/Forwarding.docc/Verbs.md"
            if ProcessInfo.processInfo.environment["MARTLET_RECORD"] == "1" {
                try page.write(toFile: path, atomically: true, encoding: .utf8)
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == page)
        }
    }
}
