import Glibc
import Reactor
import Testing

@Suite("Users", .tags(.reactor)) struct ProcessUserTests {
    @Test("A user is found by name and by number, with the groups") func found() throws {
        let root = try ProcessUser("root", group: nil)
        #expect(root.name == "root" && root.number == 0 && root.groupNumber == 0 && root.groupName == "root")
        #expect(try ProcessUser("0", group: "0") == root)
        let daemon = try ProcessUser("daemon", group: "nogroup")
        #expect(daemon.number == 1 && daemon.groupName == "nogroup")
        #expect(daemon.groupNumbers.contains(daemon.groupNumber))
        #expect(root.isCurrent == (geteuid() == 0 && getegid() == 0))
    }

    @Test("Who is not there is told") func missing() {
        #expect(throws: ProcessUser.Fault.noUser("no-such-user")) { try ProcessUser("no-such-user", group: nil) }
        #expect(throws: ProcessUser.Fault.noGroup("none-such")) { try ProcessUser("root", group: "none-such") }
        #expect(throws: ProcessUser.Fault.noUser("4294967294")) { try ProcessUser("4294967294", group: nil) }
    }

    @Test("What is in a user's way is told where it is, and once", .enabled(if: geteuid() == 0, "asks for another"))
    func obstacles() throws {
        let user = try ProcessUser("nobody", group: nil)
        let folder = Folder()
        folder.allow(".", 0o755)
        folder.makeFolder("open")
        folder.makeFolder("closed")
        for name in ["open/read", "open/unread", "closed/read"] { folder.write(name, [1]) }
        folder.allow("open/unread", 0o600)
        folder.allow("closed", 0o700)
        let place = folder.path
        #expect(user.obstacles(to: [.init(.read, place + "/open/read"), .init(.list, place + "/open")]).isEmpty)
        #expect(user.obstacles(to: [.init(.read, place + "/open/missing")]).isEmpty)
        let found = user.obstacles(to: [
            .init(.read, place + "/open/unread"), .init(.read, place + "/closed/read"),
            .init(.read, place + "/closed/other"), .init(.change, place + "/open"), .init(.list, place + "/closed"),
        ])
        #expect(
            found == [
                .init(.read, place + "/open/unread"), .init(.pass, place + "/closed"), .init(.change, place + "/open"),
                .init(.list, place + "/closed"),
            ])
        // The process is who it was.
        #expect(geteuid() == 0)
        let isReadable = unsafe access(place + "/closed/read", R_OK) == 0
        #expect(isReadable)
    }
}
