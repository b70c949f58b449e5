import Foundation
import Reactor

/// What the demo tells its user: lines to copy, each of which works as it stands.
struct DemoGuide {
    /// Where the edge listens.
    let address: SocketAddress
    /// The folder of certificates and the certificate in it.
    let certificate: DevelopmentCertificate
    /// Where the demo's sockets and cookies are.
    let folder: DemoFolder
    /// The backends' addresses by name, in their order.
    let backends: [(name: String, address: SocketAddress)]

    /// The whole text, without a line feed at its end.
    var text: String {
        let places = backends.map { "\($0.name) on \($0.address)" }.joined(separator: ", ")
        return """
            Martlet ends HTTPS on \(url) with \(certificate.path)
            in front of two backends: \(places). Copy these lines into another terminal.

            A session sticks: the first answer sets a cookie that ends in its backend's name, curl's jar brings it back.
            Without it each request begins a session, at the other backend until that has had as many requests:
              for i in 1 2 3 4; do \(curlWithJar) \(url) | grep session; done
              for i in 1 2 3 4; do \(curl) \(url) | grep session; done

            Ask who gets the session's next request, and why:
              \(martlet) explain --control \(control) --cookie "JSESSIONID=$(\(session))"

            A backend dies. The session's own is taken away, as if its process had ended; the same client is answered
            by the other one, and its session goes on, as the backends share theirs. Look who is in error, and bring
            it back:
              \(backendSwitch)/stop/$(\(session) | cut -d . -f 2)
              \(curlWithJar) \(url) | grep session
              \(martlet) status --control \(control)
              \(backendSwitch)/start

            Pages are gzipped for clients that ask for it. The bytes without, the bytes with, the fields of the answer:
              \(curl) \(url)list | wc -c
              \(curl) -H 'Accept-Encoding: gzip' \(url)list | wc -c
              \(curl) --compressed -D - -o /dev/null \(url)list

            Certificates rotate on a signal. The serial, a new certificate, the signal, the new serial:
              \(serial)
              \(martlet) demo --renew --certificates \(quoted(certificate.folder))
              kill -HUP \(process)
              \(serial)

            Before a deploy: how many sessions a drain would move, the drain, its end:
              \(martlet) whatif --control \(control) --drain \(backends[0].name)
              \(martlet) drain --control \(control) \(backends[0].name)
              \(martlet) resume --control \(control) \(backends[0].name)

            Ctrl-C ends the demo. What follows is Martlet's log.
            """
    }

    private var process: Int32 { ProcessInfo.processInfo.processIdentifier }

    private var url: String { "https://localhost:\(address.port)/" }

    /// Where the edge is reached from this machine.
    private var reachable: String {
        switch address.host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "[::1]"
        default: address.family == AF_INET6 ? "[\(address.host)]" : address.host
        }
    }

    private var curl: String {
        let isLocalhost = ["127.0.0.1", "[::1]"].contains(reachable)
        return "curl -s --cacert \(quoted(certificate.path))"
            + (isLocalhost ? "" : " --resolve localhost:\(address.port):\(reachable)")
    }

    private var curlWithJar: String { "\(curl) -b \(quoted(folder.cookies)) -c \(quoted(folder.cookies))" }

    /// The session's identifier, as it stands in curl's jar.
    private var session: String { "cut -sf 7 \(quoted(folder.cookies))" }

    private var backendSwitch: String { "curl -s --unix-socket \(quoted(folder.backends)) http://localhost" }

    private var control: String { quoted(folder.control) }

    private var serial: String {
        "openssl s_client -connect \(reachable):\(address.port) -servername localhost </dev/null 2>/dev/null"
            + " | openssl x509 -noout -serial"
    }

    private var martlet: String {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return quoted(path ?? CommandLine.arguments[0])
    }

    /// The text as one word of a shell's command line.
    private func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            "/._-+=:@".utf8.contains(byte) || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
        }
        return isPlain ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
