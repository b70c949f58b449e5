import CLinux
import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor)) struct NotifySocketTests {
    @Test(arguments: ["", "@", "relative\0name", String(repeating: "a", count: 200)])
    func aNameThatNoSocketCanHaveIsRefused(name: String) {
        #expect(throws: SystemError("NOTIFY_SOCKET", code: EINVAL)) { _ = try NotifySocket(name: name) }
    }

    @Test func nobodyAtANameIsAnError() throws {
        let socket = try NotifySocket(name: "@martlet-tests-nobody-\(getpid())")
        #expect(throws: SystemError("sendto", code: ECONNREFUSED)) { try socket.send("READY=1") }
    }

    @Test func aListeningSocketIsTakenOver() throws {
        let listening = try ListeningSocket(try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let taken = try #require(ListeningSocket(taking: Descriptor(taking: try listening.duplicate())))
        #expect(taken.address == listening.address)
        // Whoever shares it does not end it for the other, and who has taken it shares it until he says that it is his.
        listening.share()
        listening.stopListening()
        #expect(ListeningSocket(taking: Descriptor(taking: try taken.duplicate())) != nil)
        taken.stopListening()
        #expect(ListeningSocket(taking: Descriptor(taking: try taken.duplicate())) != nil)
        taken.own()
        taken.stopListening()
        #expect(ListeningSocket(taking: Descriptor(taking: try taken.duplicate())) == nil)
    }

    @Test func whatDoesNotListenIsNotTakenOver() throws {
        let number = clinux_datagram_socket(AF_INET)
        #expect(ListeningSocket(taking: Descriptor(taking: number)) == nil)
    }
}
