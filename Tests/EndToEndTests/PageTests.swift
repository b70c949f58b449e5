import Foundation
import Testing

extension EndToEnd {
    /// The commands and configurations of the documentation, with the outputs beside them.
    @Suite("Pages")
    struct PageTests {
        @Test("what a page says is so", .timeLimit(.minutes(3)), arguments: Pages.runnable())
        func page(path: String) throws {
            let page = try Pages.page(path)
            try PageStage(page).run(page)
        }

        @Test("README and the pages by task are among them")
        func coverage() {
            let paths = Pages.runnable()
            #expect(paths.contains("README.md"))
            #expect(paths.count { $0.contains("/Tasks/") } >= 7)
        }

        @Test("an output that a page does not show is found")
        func patterns() {
            let pattern = PagePattern("a … c\n…\nend\n")
            #expect(pattern.matches("a b  c\nend\n"))
            #expect(pattern.matches("a b c\nx\ny\nend"))
            #expect(!pattern.matches("a b d\nend\n"))
            #expect(!pattern.matches("a b c\nend\nmore\n"))
            #expect(PagePattern("two\n", isPart: true).matches("one\ntwo\nthree\n"))
            #expect(!PagePattern("two\n", isPart: true).matches("one\nthree\n"))
        }
    }
}
