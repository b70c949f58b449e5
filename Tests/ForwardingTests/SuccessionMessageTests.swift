import Forwarding
import Testing

/// What two processes of a succession say to each other.
@Suite("Succession's messages")
struct SuccessionMessageTests {
    @Test(
        "what is sent is read",
        arguments: [
            "socket-clients 127.0.0.1:0", "socket-control /run/martlet/a socket", "socket-metrics [::]:9901",
            "socket-heartbeats 0.0.0.0:27999", "last-socket", "asks-for-legacy", "legacy", "serves",
            "serves 1.2.3-4", "refuses martlet.yaml:1:1: error: no",
        ])
    func roundTrip(words: String) {
        #expect(SuccessionMessage(words)?.words == words)
    }

    @Test(
        "what a later version may say is nothing", arguments: ["", " ", "socket-x y", "serve", "legacy2", "\u{FFFD}"])
    func unknown(words: String) {
        #expect(SuccessionMessage(words) == nil)
    }
}
