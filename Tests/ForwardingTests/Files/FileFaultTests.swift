import Configuration
import Forwarding
import Testing

/// What `martlet check` and a start say of files that a configuration names.
@Suite("Faults of files")
struct FileFaultTests {
    /// What is wrong, with the line of the configuration that is told.
    private func faults(_ yaml: String) throws -> [(fault: FileFault, line: Int)] {
        let text = yaml + "\nbalancers: { shop: { members: { node1: \"http://192.0.2.1\" } } }\n"
        let loaded = try ConfigurationLoader(readCertificates: nil).load(text: text, file: "faults.yaml")
        return loaded.edge.fileFaults(opensSecrets: true).map { fault in
            (fault, loaded.diagnostic(.error, at: fault.keys, fault.message).position.line)
        }
    }

    @Test("each is told by the keys that name it, with the path as it is declared")
    func keys() throws {
        let found = try faults(
            """
            listeners: [ { address: "127.0.0.1:0", deny: "file:/none/listener" } ]
            deny: ["file:/none/top"]
            sites:
              - paths: { /: shop }
              - host: a.example.com
                allow: ["file:/none/site", "file:/none/top"]
                paths:
                  /: { balancer: shop, users: /none/users }
                  =/exact: { answer: 410, pages: { 410: /none/page } }
                  /v1.0: { balancer: shop, deny: "file:/none/path" }
                  =/: { files: /none/folder }
            """)
        let expected = [
            "listeners[0].deny": ("/none/listener", 1), "deny": ("/none/top", 2), "sites[1].allow": ("/none/site", 6),
            "sites[1].paths./.users": ("/none/users", 8), "sites[1].paths.=/exact.pages.410": ("/none/page", 9),
            "sites[1].paths./v1.0.deny": ("/none/path", 10), "sites[1].paths.=/.files": ("/none/folder", 11),
        ]
        #expect(found.count == expected.count)
        for (fault, line) in found {
            let (file, place) = try #require(expected[fault.keys], "\(fault)")
            #expect(fault.message.hasPrefix(file) && line == place, "\(line): \(fault)")
        }
    }

    @Test("what is wrong in a line of a file of addresses is told by that line alone")
    func lines() throws {
        let folder = try FileFolder(["office.txt": "10.0.0.0/8\nnonsense\n"])
        let path = folder.path("office.txt")
        let found = try faults(
            """
            listeners: [ { address: "127.0.0.1:0" } ]
            sites: [ { paths: { /: { balancer: shop, allow: "file:\(path)" } } } ]
            """)
        let fault = try #require(found.first?.fault)
        #expect(found.count == 1 && fault.keys == "" && fault.message.hasPrefix("\(path):2"), "\(fault)")
    }
}
