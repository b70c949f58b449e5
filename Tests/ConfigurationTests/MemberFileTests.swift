import Configuration
import Forwarding
import Model
import Synchronization
import TLS
import Testing

/// Files of members that are read again and again.
@Suite("Files of members")
struct MemberFileTests {
    /// Files that a test writes; `nil`: one that cannot be read.
    private final class Disk: Sendable {
        private let files = Mutex<[String: String]>([:])

        subscript(path: String) -> String? {
            get { files.withLock { $0[path] } }
            set { files.withLock { $0[path] = newValue } }
        }
    }

    private let disk = Disk()

    /// Loads two balancers whose members are in `/shop.yaml` and `/blog.yaml`.
    private func load() throws -> LoadedConfiguration {
        let files = IncludedFiles(
            read: { [disk] path, _ in
                disk[path].map { .success(Array($0.utf8)) } ?? .failure(WholeFile.Fault(message: "cannot be opened"))
            }, list: { _ in .missing }, resolve: { $0 })
        let text = """
            listeners: [{ address: "127.0.0.1:0" }]
            sites: [{ paths: { /: shop, /blog: blog } }]
            balancers:
              shop: { affinity: insert, members: { file: shop.yaml } }
              blog: { members: { file: blog.yaml } }
            """
        return try ConfigurationLoader(readCertificates: nil, files: files, environment: { ["PORT": "8081"] })
            .load(text: text, file: "/martlet.yaml")
    }

    /// The names of the members that were read, balancer by balancer.
    private func members(_ reading: MembersReader.Reading) -> [[String]]? {
        reading.configuration?.balancers.map { balancer in balancer.members.map(\.name) }
    }

    private func loaded() throws -> MembersReader {
        disk["/shop.yaml"] = "node1: http://10.0.0.1:80\n"
        disk["/blog.yaml"] = "blog1: \"http://10.0.0.2:${PORT}\"\n"
        let loaded = try load()
        #expect(loaded.edge.balancers.map(\.membersPath) == ["/shop.yaml", "/blog.yaml"])
        #expect(loaded.edge.balancers.map { $0.members.map(\.name) } == [["node1"], ["blog1"]])
        #expect(loaded.files == ["/martlet.yaml", "/blog.yaml", "/shop.yaml"])
        let members = try #require(loaded.members)
        #expect(members.paths == ["/shop.yaml", "/blog.yaml"])
        return members
    }

    @Test("nothing is told of files that hold what they held")
    func unchanged() throws {
        let members = try loaded()
        let reading = members.read()
        #expect(reading.configuration == nil && reading.faults.isEmpty)
    }

    @Test("what a file holds is taken, and the rest of the configuration stays as it was read")
    func changed() throws {
        let members = try loaded()
        disk["/shop.yaml"] = "node2: http://10.0.0.3:80\nnode1: http://10.0.0.1:80\n"
        let reading = members.read()
        #expect(self.members(reading) == [["node2", "node1"], ["blog1"]] && reading.faults == ["/shop.yaml": []])
        #expect(members.read().configuration == nil)
    }

    @Test("a file that is wrong is told once, with place and cure, and holds no other one back")
    func broken() throws {
        let members = try loaded()
        disk["/shop.yaml"] = "node1: 10.0.0.1:80\n"
        disk["/blog.yaml"] = "blog2: http://10.0.0.4:80\n"
        let reading = members.read()
        #expect(self.members(reading) == [["node1"], ["blog2"]])
        #expect(
            reading.faults == [
                "/blog.yaml": [],
                "/shop.yaml": [
                    "/shop.yaml:1:8: error: balancers.shop.members.node1: \"10.0.0.1:80\" has no scheme; "
                        + "write http://10.0.0.1:80"
                ],
            ])
        #expect(members.read().faults.isEmpty)
        // Whoever changes the other one does not make this one right.
        disk["/blog.yaml"] = "blog3: http://10.0.0.4:80\n"
        #expect(self.members(members.read()) == [["node1"], ["blog3"]])
        disk["/shop.yaml"] = "node9: http://10.0.0.9:80\n"
        let mended = members.read()
        #expect(self.members(mended) == [["node9"], ["blog3"]] && mended.faults == ["/shop.yaml": []])
    }

    @Test("a file that is gone or empty leaves what it had, and is mended by the same again")
    func gone() throws {
        let members = try loaded()
        disk["/shop.yaml"] = nil
        let gone = members.read()
        #expect(gone.configuration == nil && gone.faults["/shop.yaml"]?.first?.contains("cannot be opened") == true)
        #expect(members.read().faults.isEmpty)
        disk["/shop.yaml"] = ""
        #expect(members.read().faults["/shop.yaml"]?.first?.contains("the file is empty") == true)
        disk["/shop.yaml"] = "{}"
        #expect(members.read().faults["/shop.yaml"]?.first?.contains("at least one entry") == true)
        disk["/shop.yaml"] = "node1: http://10.0.0.1:80\n"
        let mended = members.read()
        #expect(self.members(mended) == [["node1"], ["blog1"]] && mended.faults == ["/shop.yaml": []])
    }

    @Test("at the start a file that is not there is an error where it is named")
    func missing() throws {
        disk["/shop.yaml"] = "node1: http://10.0.0.1:80\n"
        let errors = #expect(throws: ConfigurationErrors.self) { try load() }
        let diagnostics = try #require(errors).diagnostics
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostic.keys == "balancers.blog.members.file" && diagnostic.position == (5, 28))
    }
}
