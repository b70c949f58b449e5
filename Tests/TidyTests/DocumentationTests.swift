import Foundation
import Testing

/// What the documentation says of the repository's files is so.
@Suite("Documentation")
struct DocumentationTests {
    private static let catalogue = "Sources/Forwarding/Forwarding.docc/"

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(path).path)
    }

    /// README.md, what stands beside the certificates, and all articles.
    private func pages() throws -> [String] {
        try ["README.md", "certs/README.md"] + Repository.files(in: String(Self.catalogue.dropLast()))
    }

    @Test(
        "each file that the articles name is there",
        arguments: [
            "LifeOfARequest.md", "Steps.md", "Principles.md", "ComingFromModProxyBalancer.md", "Contributing.md",
        ])
    func articles(_ name: String) throws {
        let named = try text(Self.catalogue + name).matches(of: #/`([A-Za-z0-9_+\/]+\.swift)`/#).map { String($0.1) }
        #expect(named.count >= 1)
        for path in named { #expect(exists(path) || exists("Sources/" + path), "\(path)") }
    }

    @Test("the life of a request passes through each file of the way", arguments: ["Client", "Exchange", "Upstream"])
    func completeness(_ folder: String) throws {
        let article = try text(Self.catalogue + "LifeOfARequest.md") + text(Self.catalogue + "Steps.md")
        // Constants, and the two halves of a protocol: each is named where it is used.
        let unnamed: Set = [
            "ClientPeer", "CloseReason", "ClientStream", "UpstreamFailure", "UpstreamLimits",
        ]
        let files = try Repository.swiftFiles(in: "Sources/Forwarding/\(folder)")
        for file in files where !unnamed.contains(file.subject) {
            #expect(article.contains("`\(file.path.dropFirst("Sources/".count))`"), "\(file.path)")
        }
    }

    @Test("each step of an exchange has its row, in the order of the enum")
    func steps() throws {
        let cases = try text("Sources/Forwarding/Exchange/Step.swift").matches(of: #/(?m)^ {4}case (\w+)$/#).map(\.1)
        let rows = try text(Self.catalogue + "Steps.md").matches(of: #/(?m)^\| `(\w+)` \|/#).map(\.1)
        #expect(cases.count >= 11 && cases == rows)
    }

    @Test("each link leads somewhere")
    func links() throws {
        let articles = Set(try pages().map { ($0 as NSString).lastPathComponent.dropLast(3) })
        for page in try pages() {
            let folder = (page as NSString).deletingLastPathComponent
            for link in try text(page).matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#) {
                #expect(exists(folder.isEmpty ? String(link.1) : "\(folder)/\(link.1)"), "\(page): \(link.1)")
            }
            for link in try text(page).matches(of: #/<doc:(\w+)>/#) {
                #expect(articles.contains(link.1), "\(page): \(link.1)")
            }
        }
    }

    @Test("every article is on the page of the catalogue, and README leads to all but the one of the room")
    func reachable() throws {
        let (readme, contents) = (try text("README.md"), try text(Self.catalogue + "Forwarding.md"))
        for page in try pages() where page.hasPrefix(Self.catalogue) && !page.hasSuffix("/Forwarding.md") {
            let name = ((page as NSString).lastPathComponent as NSString).deletingPathExtension
            #expect(contents.contains("<doc:\(name)>"), "\(name)")
            #expect(readme.contains("(\(page))"), "\(page)")
        }
    }

    @Test(
        "what people look for in others' words is in README, or on a page that it leads to",
        arguments: [
            "header", "response", "upstream", "systemd", "Docker", "Kubernetes", "Prometheus", "certbot", "IPv6",
            "HSTS",
            "PHP", "WordPress",
        ])
    func found(_ word: String) throws {
        let readme = try text("README.md")
        let linked = readme.matches(of: #/\]\(([^)#:]+\.md)\)/#).map { String($0.1) }
        #expect(linked.count >= 20)
        let pages = try [readme] + linked.map { try text($0) }
        #expect(pages.contains { $0.contains(word) })
    }

    @Test("README has at most 130 lines, a page by task at most 80")
    func sizes() throws {
        func count(_ page: String) throws -> Int {
            try text(page).split(separator: "\n", omittingEmptySubsequences: false).count - 1
        }
        #expect(try count("README.md") <= 130)
        let tasks = try Repository.files(in: Self.catalogue + "Tasks")
        #expect(tasks.count >= 7)
        for page in tasks { #expect(try count(page) <= 80, "\(page)") }
    }

    @Test(
        "what a key may say is explained where it belongs",
        arguments: [
            ("method", "Electing.md", "- `"), ("status", "Electing.md", "`"), ("mode", "WhichAffinity.md", "## "),
        ])
    func words(key: String, page: String, mark: String) throws {
        let rows = try text(Self.catalogue + "ConfigurationKeys.md").split(separator: "\n")
        // A check has a method as well, of few words.
        let words = rows.filter { $0.hasPrefix("| `\(key)` |") }.map { row in
            row.split(separator: "|")[1].replacing("a list; each piece is", with: "").replacing(" or ", with: ", ")
                .split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }.max { $0.count < $1.count }
        guard let words, words.count >= 6 else {
            Issue.record("no key \(key) of six words or more")
            return
        }
        let explained = try text(Self.catalogue + page)
        for word in words { #expect(explained.contains("\(mark)\(word)"), "\(word)") }
    }
}
