import Foundation
import Reactor

/// What the demo tells its user: lines to copy, each of which works as it stands.
struct DemoGuide {
    /// Where the edge listens.
    let address: SocketAddress
    /// The folder of certificates and the certificate in it.
    let certificate: DevelopmentCertificate
    /// The backends' addresses by name, in their order.
    let backends: [(name: String, address: SocketAddress)]

    /// The whole text, without a line feed at its end.
    var text: String {
        let jar = "/tmp/martlet-demo.\(process).cookies"
        let places = backends.map { "\($0.name) on \($0.address)" }.joined(separator: ", ")
        return """
            Martlet ends HTTPS on \(url) with \(certificate.path)
            in front of two backends: \(places). Copy these lines into another terminal.

            Without a cookie each request begins a session, and the backends take turns:
              for i in 1 2 3 4; do \(curl) \(url) | grep session; done
            Sessions stick: the first answer sets a cookie that ends in its backend's name, curl's jar brings it back:
              for i in 1 2 3 4; do \(curl) -b \(jar) -c \(jar) \(url) | grep session; done
            (Requests of sessions count: the other backend is now given new sessions until it has caught up.)

            Pages are gzipped for clients that ask for it. The bytes without, the bytes with, the fields of the answer:
              \(curl) \(url)list | wc -c
              \(curl) -H 'Accept-Encoding: gzip' \(url)list | wc -c
              \(curl) --compressed -D - -o /dev/null \(url)list

            Certificates rotate on a signal. The serial, a new certificate, the signal, the new serial:
              \(serial)
              \(quoted(executable)) demo --renew --certificates \(quoted(certificate.folder))
              kill -HUP \(process)
              \(serial)

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

    private var serial: String {
        "openssl s_client -connect \(reachable):\(address.port) -servername localhost </dev/null 2>/dev/null"
            + " | openssl x509 -noout -serial"
    }

    private var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The text as one word of a shell's command line.
    private func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            "/._-+=:@".utf8.contains(byte) || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
        }
        return isPlain ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
