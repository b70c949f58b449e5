import Foundation
import Testing

extension EndToEnd {
    /// Leaving a node and coming back to it, as those who balance in front see it.
    @Suite("Draining a node")
    struct NodeDrainTests {
        /// Nodes at ports of their own, at which they come back.
        private struct Node {
            let clients: Int
            let metrics: Int
            let member: Endpoint

            init(member: Endpoint) throws {
                clients = try FreePort.choose()
                metrics = try FreePort.choose()
                self.member = member
            }

            func start(in folder: TemporaryFolder) throws -> MartletProcess {
                let text = """
                    listeners:
                      - address: "127.0.0.1:\(clients)"
                    sites:
                      - paths: { /: shop }
                    balancers:
                      shop:
                        members: { node1: "\(member.memberURL("http"))" }
                    workers: 2
                    metrics: 127.0.0.1:\(metrics)
                    control: { socket: control.sock }
                    log: { access: { path: /dev/stdout } }
                    timeouts: { drain-delay: 2s }

                    """
                return try MartletProcess.run(text, in: folder)
            }
        }

        /// An HAProxy that balances nodes, asking each for `/readyz`.
        private func balancer(of nodes: [Node], in folder: TemporaryFolder) throws -> (ChildProcess, Endpoint) {
            let endpoint = Endpoint.ipv4(port: try FreePort.choose())
            let servers = nodes.enumerated().map { index, node in
                "    server n\(index) 127.0.0.1:\(node.clients) check port \(node.metrics) inter 100ms fall 1 rise 1"
            }
            let lines = [
                "defaults", "    mode http", "    timeout client 20s", "    timeout server 20s",
                "    timeout connect 5s", "    timeout check 5s",
                "listen edge", "    bind \(endpoint)", "    option httpchk GET /readyz",
            ]
            let file = try folder.write((lines + servers).joined(separator: "\n") + "\n", to: "haproxy.cfg")
            let process = try ChildProcess(Tool.haproxy.path(), ["-W", "-db", "-f", file])
            try process.errors.wait(for: "Loading success")
            return (process, endpoint)
        }

        @Test(
            "behind HAProxy a node leaves, ends, comes back and leaves by control, under load and without a failure",
            .timeLimit(.minutes(2)))
        func behindHAProxy() throws {
            let member = try RecordingMember(answering: "hello")
            let nodes = try (0..<2).map { _ in try Node(member: member.endpoint) }
            let folders = try (0..<3).map { _ in try TemporaryFolder() }
            let first = try nodes[0].start(in: folders[0])
            let second = try nodes[1].start(in: folders[1])
            let (haproxy, endpoint) = try balancer(of: nodes, in: folders[2])
            defer { haproxy.terminate() }
            let load = try PythonScript.start(
                "load.py", ["--connect", "\(endpoint)", "--keep-alive", "6", "--fresh", "2"])
            // A line of its access log: HAProxy has given it a request.
            try first.process.output.waitForLines(1)
            #expect(try first.terminate() == .exited(0))
            #expect(first.log.contains("ending: /readyz says 503, listeners close in 2 s"))
            let again = try nodes[0].start(in: folders[0])
            try again.process.output.waitForLines(1)
            try drainByControl(nodes[1], socket: folders[1].path + "/control.sock")
            try load.write("stop\n")
            #expect(try load.waitForEnd(seconds: 60) == .exited(0))
            let counts = try JSONLines.object(load.output.lines.last ?? "")
            #expect((counts["failures"] as? [[String: Any]])?.isEmpty == true, "\(counts)")
            #expect(try again.terminate() == .exited(0) && second.terminate() == .exited(0))
        }

        /// Has a node left and brought back while it serves; who asks it, or for its status, is told so.
        private func drainByControl(_ node: Node, socket: String) throws {
            let control = ["--node", "--control", socket]
            func status(_ flags: [String] = []) throws -> String {
                try MartletProcess.command(["status", "--control", socket] + flags).succeeded()
            }
            #expect(!(try status()).contains("not ready"))
            let drained = try MartletProcess.command(["drain"] + control)
            #expect(try drained.succeeded() == "this node is draining: /readyz says 503\n")
            let asked = try MeteredMartlet.get("/readyz", at: .ipv4(port: node.metrics))
            #expect(asked.status == 503 && asked.text == "not ready: draining: asked by control\n")
            #expect(try status().contains("\nnot ready: draining: asked by control\n"))
            let readiness = try JSONLines.object(status(["--json"]))["readiness"] as? [String: Any]
            #expect(readiness?["is_ready"] as? Bool == false)
            #expect(readiness?["words"] as? String == "draining: asked by control")
            let resumed = try MartletProcess.command(["resume"] + control)
            #expect(try resumed.succeeded() == "this node is ready\n")
            #expect(try MeteredMartlet.get("/readyz", at: .ipv4(port: node.metrics)).text == "ready\n")
            let after = try JSONLines.object(status(["--json"]))["readiness"] as? [String: Any]
            #expect(after?["is_ready"] as? Bool == true && after?["words"] as? String == "ready")
        }

        @Test(
            "with a delay, SIGTERM is heard by /readyz first, and clients are served until the listeners close",
            .timeLimit(.minutes(1)))
        func delay() throws {
            let member = try RecordingMember(answering: "hello")
            let node = try Node(member: member.endpoint)
            let martlet = try node.start(in: TemporaryFolder())
            let metrics = Endpoint.ipv4(port: node.metrics)
            let old = try RawClient(martlet.cleartext)
            #expect(try old.get()["Connection"] == nil)
            martlet.process.signal(SIGTERM)
            try martlet.process.errors.wait(for: "ending: /readyz says 503")
            let asked = try MeteredMartlet.get("/readyz", at: metrics)
            #expect(asked.status == 503 && asked.text == "not ready: draining: the process ends\n")
            #expect(try MeteredMartlet.get("/healthz", at: metrics).text == "ok\n")
            let refused = try MartletProcess.command(
                ["resume", "--node", "--control", martlet.folder.path + "/control.sock"])
            #expect(refused.ending == .exited(69))
            // Who is there is answered and told to leave, and so is who comes.
            #expect(try old.get()["Connection"] == "close")
            #expect(try RawClient(martlet.cleartext).get()["Connection"] == "close")
            #expect(try martlet.process.waitForEnd() == .exited(0))
        }

        @Test("/readyz says 503 while no member may be given a request", .timeLimit(.minutes(1)))
        func membersDown() throws {
            let member = try RecordingMember(answering: "hello")
            let node = try MeteredMartlet(EdgeText(member.endpoint))
            #expect(try node.get("/readyz").status == 200)
            member.stop()
            #expect(try RawClient(node.martlet.cleartext).get().status == 503)
            let asked = try node.get("/readyz")
            #expect(asked.status == 503)
            #expect(asked.text == "not ready: no member of any balancer may be given a request\n")
            #expect(try node.get("/healthz").status == 200)
            let samples = try node.samples()
            #expect(samples["martlet_balancer_members_up{balancer=\"shop\"}"] == 0)
            #expect(samples["martlet_request_outcomes_total{outcome=\"no-member\",source=\"member\"}"] == 1)
        }
    }
}
