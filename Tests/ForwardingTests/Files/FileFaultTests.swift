import Configuration
import Forwarding
import Testing

/// What `martlet check` and a start say of files that a configuration names.
@Suite("Faults of files")
struct FileFaultTests {
    private func faults(_ yaml: String) throws -> [FileFault] {
        let text = yaml + "\nbalancers: { shop: { members: { node1: \"http://192.0.2.1\" } } }\n"
        return try ConfigurationLoader(readCertificates: nil).load(text: text, file: "faults.yaml").edge
            .fileFaults(opensSecrets: true)
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
                  "/*.png": { balancer: shop, deny: "file:/none/path" }
                  =/: { files: /none/folder }
            """)
        let expected = [
            "listeners[0].deny": "/none/listener", "deny": "/none/top", "sites[1].allow": "/none/site",
            "sites[1].paths./.users": "/none/users", "sites[1].paths.=/exact.pages.410": "/none/page",
            "sites[1].paths./*.png.deny": "/none/path", "sites[1].paths.=/.files": "/none/folder",
        ]
        #expect(Set(found.map(\.keys)) == Set(expected.keys) && found.count == expected.count)
        for fault in found { #expect(fault.message.hasPrefix(expected[fault.keys] ?? "?"), "\(fault)") }
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
        #expect(found.count == 1 && found[0].keys == "" && found[0].message.hasPrefix("\(path):2"), "\(found)")
    }
}
