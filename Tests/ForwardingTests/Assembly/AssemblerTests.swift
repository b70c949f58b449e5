import Forwarding
import Foundation
import Model
import Reactor
import TLS
import Testing

/// An edge is made of what sources say, and of what they said before where they say nothing any more.
@Suite("Assembler", .timeLimit(.minutes(10)))
struct AssemblerTests {
    private func started(_ change: (inout World) -> Void = { _ in }) throws -> World {
        var world = World()
        change(&world)
        try world.reload()
        return world
    }

    private func lines(_ changes: [Receipt.Change]) -> [String] { changes.map(\.line) }

    private func refusal(_ world: inout World, _ terms: Assembler.Terms? = nil) throws -> [String] {
        let error = #expect(throws: StartError.self) { try world.reload(terms) }
        return try #require(error).lines
    }

    @Test("the same parts make the same edge, and count as one more generation")
    func same() throws {
        var world = try started()
        #expect(world.served?.generation == 1 && world.served?.installation == 1)
        #expect(try world.reload() == [])
        #expect(world.served?.generation == 2 && world.served?.installation == 2)
        #expect(try world.reload(.served) == [])
        #expect(world.served?.generation == 2 && world.served?.installation == 3)
        #expect(world.served?.warnings == [] && world.served?.faults == [])
    }

    @Test("what the process has too few descriptors for is served lower, and told as it is declared")
    func loweredLimit() throws {
        var world = try started { $0.connectionsMax = 100 }
        world.connectionsMax = 99
        #expect(try world.reload() == [])
        world.settings = "limits: { connections: 200 }"
        #expect(lines(try world.reload()) == ["key limits.connections changed: 65536 -> 200"])
    }

    // MARK: - Names

    @Test("a name's addresses in another order are the same, others are told")
    func order() throws {
        var world = try started { $0.addresses["one.test"] = ["192.0.2.1", "192.0.2.2"] }
        world.addresses["one.test"] = ["192.0.2.2", "192.0.2.1"]
        #expect(try world.reload() == [])
        #expect(world.sources.names.values.first?.value?.addresses.map(\.host) == ["192.0.2.1", "192.0.2.2"])
        world.addresses["one.test"] = ["192.0.2.3"]
        #expect(
            lines(try world.reload()) == [
                "member shop/node1 resolved: 192.0.2.1:80, 192.0.2.2:80 -> 192.0.2.3:80"
            ])
    }

    @Test("a name that has no address any more keeps those that it had")
    func lostName() throws {
        var world = try started()
        world.addresses = [:]
        #expect(lines(try world.reload()) == ["name one.test kept: none -> 192.0.2.1 (nobody knows it)"])
        #expect(
            world.served?.warnings == [
                "balancers.shop.members.node1: one.test has no address (nobody knows it): it is served at its old "
                    + "192.0.2.1 on"
            ])
        #expect(world.sources.unresolved.isEmpty && world.sources.names.values.first?.fault != nil)
        world.addresses["one.test"] = ["192.0.2.1"]
        #expect(try world.reload() == [])
        #expect(world.sources.names.values.first?.fault == nil)
    }

    @Test("a name without an address is no fault, and is taken when it has one, of the same generation")
    func deadName() throws {
        var world = World()
        world.addresses = [:]
        #expect(lines(try world.reload()) == ["name one.test unresolved (nobody knows it)"])
        #expect(world.sources.unresolved.map(\.host) == ["one.test"])
        world.addresses["one.test"] = ["192.0.2.1"]
        #expect(lines(try world.lookUp()) == ["member shop/node1 resolved: none -> 192.0.2.1:80"])
        #expect(world.sources.unresolved.isEmpty)
        #expect(world.served?.generation == 1 && world.served?.installation == 2)
        #expect(world.served?.identities.map(\.serial) == ["1A"], "looking names up reads no certificates")
    }

    @Test("a name that is given up while others are answered is told as it was before")
    func givenUp() throws {
        var world = World()
        world.members = [("a", "http://one.test:80"), ("b", "http://two.test:80")]
        world.addresses = [:]
        try world.reload()
        world.addresses["two.test"] = ["192.0.2.2"]
        world.givenUp = ["one.test"]
        #expect(
            lines(try world.lookUp()) == [
                "name one.test unresolved (nobody knows it)", "member shop/b resolved: none -> 192.0.2.2:80",
            ])
        #expect(world.sources.names.values.compactMap(\.fault?.words) == ["nobody knows it"])
        #expect(world.sources.unresolved.map(\.host) == ["one.test"])
    }

    @Test("several members at one dead name: a warning each, and the name once")
    func sharedName() throws {
        var world = World()
        world.members = [("a", "http://dead.test:80"), ("b", "{ url: \"http://dead.test:80\" }")]
        #expect(lines(try world.reload()) == ["name dead.test unresolved (nobody knows it)"])
        #expect(world.served?.warnings.count == 2)
    }

    // MARK: - Certificates

    @Test("a certificate that cannot be read keeps the old one, others are taken")
    func brokenCertificate() throws {
        var world = try started { $0.certificates = ["a.pem": "1A", "b.pem": "2A"] }
        world.certificates = ["a.pem": nil, "b.pem": "2B"]
        #expect(
            lines(try world.reload()) == [
                "certificate /certs/a.pem kept: none -> serial 1A (no certificate in the file)",
                "certificate /certs/b.pem rotated: serial 2A -> serial 2B",
            ])
        #expect(
            world.served?.faults == [
                "/certs/a.pem: no certificate in the file; serving the old certificate 1A on"
            ])
        // It is kept for as long as it takes.
        #expect(lines(try world.reload()).count == 1)
        #expect(world.served?.identities.map(\.serial) == ["1A", "2B"])
        world.certificates = ["a.pem": "1B", "b.pem": "2B"]
        #expect(lines(try world.reload()) == ["certificate /certs/a.pem rotated: serial 1A -> serial 1B"])
    }

    @Test("certificates come and go; a new one that cannot be read is told and not served")
    func passingCertificates() throws {
        var world = try started { $0.certificates = ["a.pem": "1A", "b.pem": "2A"] }
        world.certificates = ["b.pem": "2A", "c.pem": "3A", "d.pem": nil]
        #expect(
            lines(try world.reload()) == [
                "certificate /certs/d.pem unusable (no certificate in the file)",
                "certificate /certs/a.pem gone: serial 1A -> none", "certificate /certs/c.pem added: none -> serial 3A",
            ])
    }

    @Test("a folder that cannot be opened keeps all")
    func closedFolder() throws {
        var world = try started { $0.certificates = ["a.pem": "1A", "b.pem": "2A"] }
        world.hasFolder = false
        #expect(lines(try world.reload()) == ["certificate /certs kept: none -> serial 1A, 2A (cannot be opened)"])
        #expect(world.served?.identities.map(\.serial) == ["1A", "2A"])
    }

    @Test("at the start nothing may be wrong")
    func start() throws {
        func refusal(_ change: (inout World) -> Void) throws -> [String] {
            var world = World()
            change(&world)
            return try self.refusal(&world)
        }
        #expect(
            try refusal { $0.certificates["b.pem"] = .some(nil) } == ["error: /certs/b.pem: no certificate in the file"]
        )
        #expect(try refusal { $0.hasFolder = false } == ["error: /certs: cannot be opened"])
        #expect(
            try refusal { $0.tls = "certificates: /certs, default: x.test" } == [
                "error: /certs: no certificate is for the default name x.test"
            ])
        #expect(try started { $0.tls = "certificates: /certs, default: a.pem.test" }.served != nil)
    }

    @Test("the default name's certificate has gone: what is served goes on, a new configuration is refused")
    func lostDefault() throws {
        var world = try started { $0.tls = "certificates: /certs, default: a.pem.test" }
        world.certificates = ["b.pem": "2A"]
        let words = "no certificate is for the default name a.pem.test"
        #expect(try refusal(&world) == ["error: /certs: \(words)"])
        #expect(world.sources.file.fault == ["error: /certs: \(words)"])
        #expect(lines(try world.reload(.served)) == ["certificate /certs kept (\(words))"])
        #expect(world.served?.identities.map(\.serial) == ["1A"])
    }

    @Test("what is served is kept in place of what cannot be read, also where what was read between was refused")
    func servedIsKept() throws {
        var world = try started {
            $0.certificates = ["a.pem": "1A", "b.pem": "2A"]
            $0.tls = "certificates: /certs, default: a.pem.test"
        }
        world.certificates = ["b.pem": "2A"]
        #expect(try refusal(&world).count == 1)
        #expect(lines(try world.reload(.served)).count == 1)
        world.certificates = ["a.pem": nil, "b.pem": "2B"]
        #expect(
            lines(try world.reload()) == [
                "certificate /certs/a.pem kept: none -> serial 1A (no certificate in the file)",
                "certificate /certs/b.pem rotated: serial 2A -> serial 2B",
            ])
        #expect(world.served?.identities.map(\.serial) == ["1A", "2B"])
    }

    @Test("a folder that cannot be opened is as old as what is served of it")
    func age() throws {
        var world = try started()
        world.hasFolder = false
        try world.reload()
        #expect(world.sources.folders["/certs"]?.readMillis == 2_000)
        #expect(world.sources.folders["/certs"]?.fault != nil)
        world.hasFolder = true
        try world.reload()
        #expect(world.sources.folders["/certs"]?.readMillis == 4_000)
    }

    // MARK: - Keys

    @Test("a file of keys that cannot be read refuses a new configuration; the served one keeps its keys")
    func keys() throws {
        var world = try started { $0.affinity = "{ mode: sealed, cookie: SID, key-file: /keys }" }
        #expect(world.served?.keys.first??.map(\.epoch) == [1])
        world.epochs = [2, 1]
        #expect(lines(try world.reload()) == ["key-file /keys rotated: epochs 1 -> epochs 2, 1"])
        world.epochs = nil
        let words = "balancers.shop.affinity.key-file: /keys: line 1: no key"
        #expect(try refusal(&world) == ["error: \(words)"])
        #expect(lines(try world.reload(.served)) == ["key-file /keys kept (line 1: no key)"])
        #expect(world.served?.faults == ["\(words); the old keys are used on"])
        #expect(world.served?.keys.first??.map(\.epoch) == [2, 1])
        var fresh = World()
        (fresh.affinity, fresh.epochs) = (world.affinity, nil)
        #expect(try refusal(&fresh) == ["error: \(words)"])
    }

    @Test("a secret's file is read anew, and connections with the old one are given up; it is told of nobody")
    func secrets() throws {
        var world = try started { $0.members = [("node1", "{ url: 'ajp://192.0.2.1', secret-file: /ajp }")] }
        func key() -> UpstreamPool.Key? { world.served?.edge.balancers.first?.pools.first }
        let first = key()
        #expect(lines(try world.reload()) == [] && key() == first)
        world.secret = "open"
        #expect(lines(try world.reload()) == ["key-file /ajp rotated: (secret) -> (secret)"])
        let second = key()
        #expect(second != first)
        world.secret = nil
        let words = "balancers.shop.members.node1.secret-file: /ajp: is not a file"
        #expect(try refusal(&world) == ["error: \(words)"])
        #expect(lines(try world.reload(.served)) == ["key-file /ajp kept (is not a file)"])
        #expect(world.served?.faults == ["\(words); the old secret is used on"] && key() == second)
        world.members = [("node1", "{ url: 'ajp://192.0.2.1', secret: open }")]
        try world.reload()
        #expect(key() == second && world.sources.secretFiles.isEmpty)
    }

    @Test("a file of users is read anew; while it cannot be, the old ones are let in; nobody is named")
    func users() throws {
        var world = try started { $0.settings = "users: /users" }
        func file() -> PasswordFile? { world.served?.passwordFiles["/users"] }
        let first = file()
        #expect(try lines(world.reload()) == [] && file() === first, "who was proven is")
        world.users = ["ada", "bob"]
        #expect(try lines(world.reload()) == ["users-file /users rotated: 1 user -> 2 users"])
        let second = file()
        world.users = nil
        let words = "users: /users: is not a file"
        #expect(try refusal(&world) == ["error: \(words)"])
        #expect(try lines(world.reload(.served)) == ["users-file /users kept (is not a file)"])
        #expect(world.served?.faults == ["\(words); the old users are let in on"] && file() === second)
        world.settings = ""
        try world.reload()
        #expect(world.sources.passwordFiles.isEmpty && file() == nil)
        var fresh = World()
        (fresh.settings, fresh.users) = ("users: /users", nil)
        #expect(try refusal(&fresh) == ["error: \(words)"])
    }

    @Test(
        "a secret's file has one line of printable characters",
        arguments: [
            ("open sesame\n", ""), ("open", ""), ("open\r\n\r\n", ""), ("", "expected one line, found 0"),
            ("a\nb\n", "expected one line, found 2"), ("a\tb", "expected a text of"), ("\u{E9}", "expected a text of"),
            (String(repeating: "a", count: 257), "expected a text of"),
            (String(repeating: "a", count: 2_000), "is larger than 1 KiB"),
        ])
    func secretFile(content: String, fault: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-secret-\(UUID())")
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        try #require(
            FileManager.default.createFile(atPath: file.path, contents: Data(content.utf8), attributes: attributes))
        defer { try? FileManager.default.removeItem(at: file) }
        var message = ""
        do throws(WholeFile.Fault) {
            let secret = try Secret(file: file.path)
            #expect(secret.bytes == Array(content.utf8.prefix { $0 != 0x0A && $0 != 0x0D }))
        } catch {
            message = error.message
        }
        #expect(fault.isEmpty ? message.isEmpty : message.hasPrefix(fault))
    }

    // MARK: - Pages and sites

    @Test("a page that cannot be read refuses the first start, and a new one a reload; an old one is served on")
    func pages() throws {
        var world = try started {
            $0.settings = "pages: { 404: /404.html }"
            $0.pages = ["/404.html": "old"]
        }
        #expect(world.served?.pages == ["/404.html": Array("old".utf8)])
        world.pages["/404.html"] = "newer"
        #expect(lines(try world.reload()) == ["page /404.html rotated: 3 bytes -> 5 bytes"])
        world.pages["/404.html"] = .some(nil)
        #expect(lines(try world.reload()) == ["page /404.html kept (is not a file)"])
        #expect(world.served?.faults == ["pages.404: /404.html: is not a file; the old page is served on"])
        #expect(world.served?.pages == ["/404.html": Array("newer".utf8)])
        #expect(world.sources.pageFiles["/404.html"]?.fault != nil)
        world.settings = "pages: { 5xx: { json: /5.json } }"
        world.pages["/5.json"] = .some(nil)
        #expect(try refusal(&world) == ["error: pages.5xx: /5.json: is not a file"])
        var fresh = World()
        (fresh.settings, fresh.pages) = ("pages: { 404: /404.html }", ["/404.html": nil])
        #expect(try refusal(&fresh) == ["error: pages.404: /404.html: is not a file"])
        world.settings = ""
        #expect(lines(try world.reload()).contains("page /404.html gone: 5 bytes -> none"))
        #expect(world.sources.pageFiles.isEmpty)
    }

    @Test("what control closes is one more installation of the same generation, across reloads")
    func closedSites() throws {
        var world = try started()
        #expect(lines(try world.close(["*", "gone.test"])) == ["site * closed"])
        #expect(world.served?.generation == 1 && world.served?.installation == 2)
        #expect(world.sources.closedSites == ["*"])
        #expect(try world.reload() == [])
        #expect(world.served?.generation == 2 && world.served?.edge.closedSites == ["*"])
        #expect(lines(try world.close([])) == ["site * opened"])
        #expect(world.served?.edge.closedSites == [])
    }

    // MARK: - Addresses

    @Test("a file of addresses that cannot be read refuses the first edge, and later leaves the old addresses")
    func addressLists() throws {
        var world = World()
        world.rules = "allow: file:/office.txt"
        world.office = nil
        #expect(try refusal(&world) == ["error: /office.txt:1: no range"])
        world.office = "10.0.0.0/8"
        #expect(lines(try world.reload()) == [])
        #expect(lines(try world.reload()) == [])
        world.office = "192.0.2.0/24"
        let words = "address-list /office.txt rotated: 1 addresses and ranges -> 1 addresses and ranges"
        #expect(lines(try world.reload()) == [words])
        world.office = nil
        #expect(lines(try world.reload()) == ["address-list /office.txt kept (/office.txt:1: no range)"])
        #expect(world.served?.faults == ["/office.txt:1: no range; the old addresses are used on"])
        world.rules = ""
        try world.reload()
        #expect(world.sources.addressLists.isEmpty)
    }

    @Test(
        "a file of addresses has one a line",
        arguments: [
            ("# office\n10.0.0.0/8\n\nfd00::/8 # at home\r\n", 2, ""), ("", 0, ""),
            ("10.0.0.0/8\nhost\n10.0.0.1/8\n", 0, ":2: \"host\" is no IP address or range"),
        ])
    func addressListFile(content: String, count: Int, fault: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-list-\(UUID())")
        try Data(content.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var lines: [String] = []
        do throws(AddressListFile.Fault) {
            let ranges = try AddressListFile.load(path: file.path)
            #expect(ranges.count == count)
        } catch {
            lines = error.lines
        }
        #expect(fault.isEmpty ? lines.isEmpty : lines.count == 2 && lines[0].hasPrefix(file.path + fault))
    }

    // MARK: - Folders of files

    @Test("a folder that cannot be opened refuses the start; by a reload the old one is served on, and another is told")
    func fileFolders() throws {
        let folder = try FileFolder(["old/a": "old", "new/a": "new"])
        try folder.link("now", to: "old")
        var world = try started { $0.files = folder.path("now") }
        let first = try #require(world.served?.roots[folder.path("now")])
        #expect(lines(try world.reload()) == [] && world.served?.roots[folder.path("now")] === first)
        try FileManager.default.removeItem(atPath: folder.path("now"))
        #expect(lines(try world.reload()).count == 1 && world.served?.faults.count == 1)
        #expect(world.served?.roots[folder.path("now")] === first)
        try folder.link("now", to: "new")
        let change = "folder \(folder.path("now")) changed (the path leads to another one)"
        #expect(lines(try world.reload()) == [change] && world.served?.faults == [])
        world.files = folder.path("none")
        let refused = try refusal(&world)
        let place = "error: sites[0].paths./static.files: \(folder.path("none")) cannot be opened"
        #expect(refused.count == 1 && refused[0].hasPrefix(place))
        var fresh = World()
        fresh.files = folder.path("none")
        #expect(try refusal(&fresh) == refused)
    }

    // MARK: - Sources

    @Test("each has its age and its last fault, and what nothing stands on is forgotten")
    func ages() throws {
        var world = try started { $0.affinity = "{ mode: sealed, cookie: SID, key-file: /keys }" }
        #expect(world.sources.file.readMillis == 2_000 && world.sources.names.values.first?.readMillis == 2_000)
        world.addresses = [:]
        world.certificates["a.pem"] = .some(nil)
        try world.reload()
        #expect(world.sources.file.readMillis == 3_000 && world.sources.names.values.first?.readMillis == 2_000)
        #expect(world.sources.folders["/certs"]?.fault?.count == 1)
        #expect(world.sources.keyFiles["/keys"]?.readMillis == 3_000)
        world.members = [("node1", "http://192.0.2.7:80")]
        world.affinity = ""
        try world.reload()
        #expect(world.sources.names.isEmpty && world.sources.keyFiles.isEmpty && world.sources.folders.count == 1)
    }

    @Test("a refused configuration leaves nothing behind")
    func refused() throws {
        var world = try started()
        let good = world
        world.members.append(("node2", "http://two.test:80"))
        world.tls = "certificates: /certs, default: x.test"
        #expect(try refusal(&world).count == 1)
        #expect(world.sources.names.count == 2)
        (world.members, world.tls) = (good.members, good.tls)
        #expect(try world.reload(.served) == [])
        #expect(world.sources.names.count == 1 && world.sources.unresolved.isEmpty)
        #expect(world.sources.file.fault != nil, "it is refused until another one is accepted")
        try world.reload()
        #expect(world.sources.file.fault == nil)
    }

    @Test("members of a file that no edge could be made of: those before them are told, and what is wrong")
    func refusedMembers() throws {
        var configuration = try #require(try started().served).written
        configuration.balancers[0].membersPath = "/members.yaml"
        var sources = Sources()
        sources.take(Gathering(.configuration, configuration), at: 1_000)
        let former = sources
        configuration.balancers[0].members += configuration.balancers[0].members
        let gathering = Gathering(.members, configuration, memberFaults: ["/members.yaml": []])
        sources.take(gathering, at: 2_000)
        #expect(sources.memberFiles["/members.yaml"]?.value == 2)
        sources.refuse(["error: no memory"], membersOf: gathering, since: former)
        let file = try #require(sources.memberFiles["/members.yaml"])
        #expect(file.value == 1 && file.readMillis == 1_000 && file.fault == ["error: no memory"])
        sources.take(gathering, at: 3_000)
        #expect(sources.memberFiles["/members.yaml"]?.fault == nil)
    }
}
