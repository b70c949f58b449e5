import Foundation

/// A node with faults.
protocol FaultyNode {
    var metrics: Endpoint { get }
    /// The alerts that they fire, each with labels that it has among others.
    var alerts: [(name: String, labels: [String: String])] { get }
    /// Alerts that may come of the same faults.
    var consequences: Set<String> { get }
    /// Lets them begin.
    func begin() throws
}

extension FaultyNode {
    var consequences: Set<String> { [] }
}

/// A node before members that are gone, broken, slow and sick.
final class FailingMembersNode: FaultyNode {
    private static let paths = ["dead", "half", "flapping", "broken", "slow", "sick"]
    let metrics: Endpoint
    private let martlet: MartletProcess
    private let dying: RecordingMember

    init() throws {
        let healthy = try RecordingMember(answering: "hello")
        dying = try RecordingMember(answering: "hello")
        let refusing = try RefusingAddress()
        let broken = try RecordingMember { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        }
        let slow = try RecordingMember { connection in
            try connection.answerEach { _ in
                Clock.wait(until: Clock.now + 2.6)
                return Answer.ok("late")
            }
        }
        let sick = try RecordingMember { connection in
            try connection.answerEach { _ in "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n" }
        }
        martlet = try MartletProcess.run(
            """
            listeners: [ { address: "127.0.0.1:0" } ]
            sites: [ { paths: { \(Self.paths.map { "/\($0): \($0)" }.joined(separator: ", ")) } } ]
            balancers:
              dead: { members: { node1: "\(dying.endpoint.memberURL)" } }
              half: { members: { node1: "\(healthy.endpoint.memberURL)", node2: "\(dying.endpoint.memberURL)" } }
              flapping:
                members:
                  node1: "\(healthy.endpoint.memberURL)"
                  node2: { url: "\(refusing.endpoint.memberURL)", retry: 100ms }
              broken: { members: { node1: "\(broken.endpoint.memberURL)" } }
              slow: { members: { node1: "\(slow.endpoint.memberURL)" } }
              sick: { members: { node1: "\(sick.endpoint.memberURL)" } }
            workers: 2
            metrics: 127.0.0.1:0

            """, in: TemporaryFolder())
        metrics = try MeteredMartlet.metrics(of: martlet)
    }

    var alerts: [(name: String, labels: [String: String])] {
        [
            ("MartletBalancerDown", ["balancer": "dead"]),
            ("MartletMemberDown", ["balancer": "dead", "member": "node1"]),
            ("MartletMemberDown", ["balancer": "half", "member": "node2"]),
            ("MartletMemberFlapping", ["balancer": "flapping", "member": "node2"]),
            ("MartletRetries", ["balancer": "flapping"]),
            ("MartletErrorRatio", ["balancer": "dead"]), ("MartletErrorRatio", ["balancer": "sick"]),
            ("MartletAnswersBroken", ["outcome": "answer-broken", "source": "member"]),
            ("MartletLatencyHigh", ["balancer": "slow"]),
        ]
    }

    func begin() throws {
        dying.stop()
        let endpoint = martlet.cleartext
        for path in Self.paths {
            // Those of the slow member come in turn, so that some end in each range that the alert looks at.
            let isSlow = path == "slow"
            _ = Repeated(threads: isSlow ? 8 : 1, pause: isSlow ? 0 : 0.02, stagger: 0.35) {
                _ = try RawClient(endpoint).get("/\(path)", fields: "Connection: close\r\n")
            }
        }
    }
}

/// A node whose members are busy, and whose clients are nearly as many as it may have.
final class FullNode: FaultyNode {
    let metrics: Endpoint
    private let martlet: MartletProcess
    private let member: RecordingMember
    private let clients = Monitor([Socket]())

    init() throws {
        // Answers nobody.
        member = try RecordingMember { connection in
            while try connection.readRequest() != nil {}
        }
        let busy = "members: { node1: { url: \"\(member.endpoint.memberURL)\", max: 1 } }"
        martlet = try MartletProcess.run(
            """
            listeners: [ { address: "127.0.0.1:0" } ]
            sites: [ { paths: { /patient: patient, /busy: busy } } ]
            balancers:
              patient: { timeout: 1h, \(busy) }
              busy: { timeout: 0s, \(busy) }
            limits: { connections: 10 }
            workers: 1
            metrics: 127.0.0.1:0

            """, in: TemporaryFolder())
        metrics = try MeteredMartlet.metrics(of: martlet)
    }

    var alerts: [(name: String, labels: [String: String])] {
        [("MartletRequestsWaiting", [:]), ("MartletNoRoom", [:]), ("MartletConnectionsNearLimit", [:])]
    }

    var consequences: Set<String> { ["MartletErrorRatio"] }

    func begin() throws {
        for path in Array(repeating: "patient", count: 8) + ["busy"] {
            let client = try Socket(to: martlet.cleartext)
            try client.write("GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            clients.withLock { $0.append(client) }
        }
        guard member.waitForRequests(2) else { throw HarnessError("the member is not busy") }
        let endpoint = martlet.cleartext
        _ = Repeated(pause: 0.1) { _ = try RawClient(endpoint).get("/busy", fields: "Connection: close\r\n") }
    }
}

/// A node that has more clients than it may have, so that those go that are idle.
final class SheddingNode: FaultyNode {
    private static let connectionsMax = 4
    private let node: MeteredMartlet
    private let clients = Monitor([RawClient]())
    var metrics: Endpoint { node.metrics }

    init() throws {
        var text = EdgeText(
            try RecordingMember(answering: "hello").endpoint,
            settings: ["limits: { connections: \(Self.connectionsMax) }"])
        text.workers = 1
        node = try MeteredMartlet(text)
    }

    var alerts: [(name: String, labels: [String: String])] { [("MartletShedding", ["limit": "connections"])] }

    var consequences: Set<String> { ["MartletConnectionsNearLimit"] }

    func begin() {
        let (endpoint, clients) = (node.martlet.cleartext, clients)
        _ = Repeated(pause: 0.1) {
            let client = try RawClient(endpoint)
            _ = try client.get()
            clients.withLock { $0 = $0.suffix(Self.connectionsMax) + [client] }
        }
    }
}

/// A node with two descriptors left: one for the first scrape, and one to count descriptors with.
struct ExhaustedNode: FaultyNode {
    private let node: MeteredMartlet
    var metrics: Endpoint { node.metrics }

    init() throws {
        node = try MeteredMartlet(EdgeText(RecordingMember(answering: "hello").endpoint))
    }

    var alerts: [(name: String, labels: [String: String])] { [("MartletDescriptorsNearLimit", [:])] }

    func begin() throws {
        try node.martlet.limitDescriptors(leaving: 2)
    }
}

/// A node with a certificate that has expired, which clients refuse, and one that does soon.
struct ExpiredNode: FaultyNode {
    private let node: MeteredMartlet
    private let certificates: Certificates
    private let folder: TemporaryFolder
    var metrics: Endpoint { node.metrics }

    init() throws {
        folder = try TemporaryFolder()
        certificates = try Certificates(in: folder)
        try certificates.issue("shop", names: ["shop.example.com"], serial: 1, days: -1)
        try certificates.issue("blog", names: ["blog.example.com"], serial: 2, days: 10)
        node = try MeteredMartlet(
            EdgeText(RecordingMember(answering: "hello").endpoint, listeners: .tls), in: folder)
    }

    var alerts: [(name: String, labels: [String: String])] {
        [
            ("MartletHandshakeFailures", [:]),
            ("MartletCertificateExpired", ["certificate": folder.path + "/certs/shop.pem"]),
            ("MartletCertificateExpiring", ["certificate": folder.path + "/certs/blog.pem"]),
        ]
    }

    func begin() throws {
        let curl = try Curl(to: node.martlet, authority: certificates.authority, keepsCookies: false)
        _ = Repeated(pause: 0.05) { _ = try curl.run("/", []) }
    }
}

/// A node that somebody has drained and forgotten, whose configuration is broken, whose log's disk is full, and that
/// has more members than series.
struct NeglectedNode: FaultyNode {
    let metrics: Endpoint
    private let martlet: MartletProcess

    init() throws {
        let member = try RecordingMember(answering: "hello")
        let members = (1...150).map { "node\($0): \"\(member.endpoint.memberURL)\"" }.joined(separator: ", ")
        martlet = try MartletProcess.run(
            """
            listeners: [ { address: "127.0.0.1:0" } ]
            sites: [ { paths: { /: shop } } ]
            balancers: { shop: { members: { \(members) } } }
            workers: 1
            metrics:
              address: 127.0.0.1:0
              series: 2000
            log: { access: { format: json, path: access.log } }
            control: { socket: control.sock }

            """, in: TemporaryFolder())
        metrics = try MeteredMartlet.metrics(of: martlet)
    }

    var alerts: [(name: String, labels: [String: String])] {
        [
            ("MartletNodeDraining", [:]), ("MartletReloadFailed", [:]), ("MartletLogLinesLost", ["log": "access"]),
            ("MartletSeriesLeftOut", ["kind": "members"]),
        ]
    }

    func begin() throws {
        _ = try MartletProcess.command(
            ["drain", "--node", "--control", martlet.folder.path + "/control.sock"]
        ).succeeded()
        try martlet.writeConfiguration("nonsense: 1\n")
        martlet.process.signal(SIGHUP)
        // A file of 20,000 bytes at most stands for a disk of so many.
        _ = try ChildProcess.run(
            Tool.prlimit.path(), ["--pid", "\(martlet.process.identifier)", "--fsize=20000:"]
        ).succeeded()
        let endpoint = martlet.cleartext
        _ = Repeated(pause: 0.01) { _ = try RawClient(endpoint).get(fields: "Connection: close\r\n") }
    }
}

/// A node that is killed again and again, and started again.
struct CrashingNode: FaultyNode {
    let metrics: Endpoint
    private let folder: TemporaryFolder
    private let text: String
    private let running: Monitor<MartletProcess>

    init() throws {
        metrics = .ipv4(port: try FreePort.choose())
        folder = try TemporaryFolder()
        let member = try RecordingMember(answering: "hello")
        text = EdgeText(member.endpoint, settings: ["metrics: \(metrics)"]).text
        running = Monitor(try MartletProcess.run(text, in: folder))
    }

    var alerts: [(name: String, labels: [String: String])] { [("MartletRestarting", [:])] }

    var consequences: Set<String> { ["MartletDown"] }

    func begin() {
        let (text, folder, running) = (text, folder, running)
        // More than a second: the times of two starts are told apart.
        _ = Repeated(pause: 1.1) {
            let process = running.withLock { $0.process }
            process.signal(SIGKILL)
            _ = try process.waitForEnd()
            let started = try MartletProcess.run(text, in: folder)
            running.withLock { $0 = started }
        }
    }
}

/// A node that is killed.
struct KilledNode: FaultyNode {
    private let node: MeteredMartlet
    var metrics: Endpoint { node.metrics }

    init() throws {
        node = try MeteredMartlet(EdgeText(RecordingMember(answering: "hello").endpoint))
    }

    var alerts: [(name: String, labels: [String: String])] { [("MartletDown", [:])] }

    func begin() throws {
        node.martlet.process.signal(SIGKILL)
        _ = try node.martlet.process.waitForEnd()
    }
}

/// A node one of whose workers hangs.
struct StuckNode: FaultyNode {
    let metrics: Endpoint
    private let martlet: MartletProcess

    init() throws {
        let member = try RecordingMember(answering: "hello")
        // Who may write its core may hold its threads still.
        let shell = "exec \"$0\" run --core-dumps \"$2\""
        martlet = try MartletProcess.run(
            EdgeText(member.endpoint, settings: ["metrics: 127.0.0.1:0"]).text, in: TemporaryFolder(),
            program: ["/bin/sh", "-c", shell, MartletProcess.binary()])
        metrics = try MeteredMartlet.metrics(of: martlet)
    }

    var alerts: [(name: String, labels: [String: String])] { [("MartletWorkerStuck", ["worker": "1"])] }

    func begin() throws {
        let script = try PythonScript.start("stop_thread.py", ["\(martlet.process.identifier)", "worker-1"])
        try script.output.wait(for: "stopped")
    }
}
