import Foundation
import Testing

extension EndToEnd {
    /// The configurations of `deploy/examples`.
    @Suite("Examples")
    struct ExampleTests {
        private static let names = ["cdn", "grpc", "php", "tomcat"]
        private static let folder = Pages.root + "/deploy/examples"

        @Test("each there is among those that are checked, and README leads to them")
        func all() throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
            #expect(files == Self.names.map { $0 + ".yaml" })
            let readme = try String(contentsOfFile: Pages.root + "/README.md", encoding: .utf8)
            #expect(readme.contains("(deploy/examples)"))
        }

        @Test("each is served as it stands, fits a screen and names its schema", arguments: names)
        func example(_ name: String) throws {
            let text = try String(contentsOfFile: "\(Self.folder)/\(name).yaml", encoding: .utf8)
            let lines = text.split(separator: "\n")
            #expect((10...20).contains(lines.count))
            #expect(lines.first == "# yaml-language-server: $schema=martlet.schema.json")
            let folder = try TemporaryFolder()
            let hosts = text.matches(of: #/[a-z.]*example\.com/#).map { String($0.output) }
            try Certificates(in: folder).issue("own", names: Array(Set(hosts)).sorted(), serial: 7)
            try folder.write(text, to: "\(name).yaml")
            let checked = try MartletProcess.command(["check", "\(name).yaml"], folder: folder.path)
            #expect(checked.ending == .exited(0), "\(checked.errors)")
            #expect(checked.text.hasPrefix("\(name).yaml: "), "\(checked.text)")
            #expect(!checked.errors.contains("\(name).yaml:"), "\(checked.errors)")
        }
    }
}
