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

    @Test(
        "each file that the articles name is there",
        arguments: ["LifeOfARequest.md", "Steps.md", "Principles.md", "ComingFromModProxyBalancer.md"])
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

    @Test("each link of the README leads somewhere")
    func links() throws {
        let links = try text("README.md").matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#).map { String($0.1) }
        #expect(links.count >= 5)
        for link in links { #expect(exists(link), "\(link)") }
    }

    @Test("the README's configuration is the one that is tested")
    func configuration() throws {
        let blocks = try text("README.md").matches(of: #/```yaml\n((?:.*\n)*?)```/#).map { String($0.1) }
        #expect(blocks == [try text("Tests/ConfigurationTests/Valid/readme.yaml")])
    }
}
