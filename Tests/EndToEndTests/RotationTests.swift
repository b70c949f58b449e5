import Foundation
import Testing

extension EndToEnd {
    /// Certificates change on SIGHUP, and nobody notices but the handshakes that follow.
    @Suite("Rotation")
    struct RotationTests {
        /// How long the load lasts; a shorter one is for trying things out.
        private static let seconds =
            ProcessInfo.processInfo.environment["MARTLET_ROTATION_SECONDS"].flatMap { Double($0) } ?? 60

        private struct Scene {
            let folder: TemporaryFolder
            let certificates: Certificates
            let martlet: MartletProcess

            /// Identities with serials 1001 and 1002 for the same names wait in `a/` and `b/`; the first is in place.
            init() throws {
                folder = try TemporaryFolder()
                certificates = try Certificates(in: folder)
                for (place, serial) in [("a", 1001), ("b", 1002)] {
                    try certificates.issue(
                        "shop", names: ["shop.example.com", "localhost"], serial: serial, into: place)
                }
                try certificates.place("shop", from: "a")
                let nginx = try Nginx.atPort(files: ["index.html": [UInt8](repeating: 0x61, count: 1024)])
                martlet = try MartletProcess.run(EdgeText(nginx.endpoint, listeners: .tls).text, in: folder)
            }

            var client: OpenSSLClient { OpenSSLClient(to: martlet, authority: certificates.authority) }
        }

        private struct Summary: Decodable {
            struct Failure: Decodable {
                let kind: String
                let error: String
                let start: Double
                let end: Double
            }
            struct Wrong: Decodable {
                let expected: Int
                let shown: Int
            }
            let requests: Int
            let checked: Int
            let resumed: Int
            let notResumed: Int
            let closed: Int
            let failures: [Failure]
            let wrong: [Wrong]
        }

        @Test(
            "a reload a second under load: no request fails, every handshake shows the new one", .timeLimit(.minutes(5))
        )
        func underLoad() throws {
            let scene = try Scene()
            let load = try PythonScript.start(
                "load.py",
                ["--connect", "\(scene.martlet.tls)", "--ca", scene.certificates.authority, "--length", "1024"]
                    + ["--keep-alive", "4", "--fresh", "2"])
            try load.output.wait(for: "started")
            let wrk = try ChildProcess(
                Tool.wrk.path(),
                ["-t1", "-c16", "-d\(Int(Self.seconds))s", "--timeout", "20s"]
                    + ["https://localhost:\(scene.martlet.tls.port)/"])

            let start = Clock.now
            var generations: [Int] = []
            var swaps = 0
            while Clock.now < start + Self.seconds {
                swaps += 1
                try command("any", to: load)
                try scene.certificates.place("shop", from: swaps % 2 == 1 ? "b" : "a")
                generations.append(try scene.martlet.reload())
                try command("expect \(swaps % 2 == 1 ? 1002 : 1001)", to: load)
                Clock.wait(until: start + Double(swaps))
            }
            _ = try wrk.waitForEnd(seconds: 60)
            try load.write("stop\n")
            _ = try load.waitForEnd(seconds: 60)

            let summary = try JSONDecoder().decode(Summary.self, from: Data((load.output.lines.last ?? "").utf8))
            #expect(summary.failures.map(\.error) == [])
            #expect(summary.wrong.map(\.shown) == [])
            #expect(summary.closed == 0)
            #expect(summary.checked > swaps)
            #expect(summary.resumed > swaps)
            #expect(summary.notResumed == 0)
            #expect(generations == Array(generations[0]..<generations[0] + swaps))
            // wrk writes these lines only when something failed.
            #expect(!wrk.output.text.contains("Socket errors"), "\(wrk.output.text)")
            #expect(!wrk.output.text.contains("Non-2xx"), "\(wrk.output.text)")
            #expect(wrk.output.text.contains("requests in"))
        }

        private func command(_ text: String, to load: ChildProcess) throws {
            let before = load.output.bytes.count
            try load.write(text + "\n")
            try load.output.wait(for: text, after: before)
        }

        @Test("a session begun before a swap is resumed after it", .timeLimit(.minutes(1)))
        func resumption() throws {
            let scene = try Scene()
            let session = scene.folder.path + "/session"
            #expect(try scene.client.handshake(["-sess_out", session]).serial == 1001)
            try scene.certificates.place("shop", from: "b")
            try scene.martlet.reload()
            #expect(try scene.client.handshake(["-sess_in", session]).isResumed)
            #expect(try scene.client.handshake().serial == 1002)
        }

        @Test("after 100 swaps memory and descriptors are where they were", .timeLimit(.minutes(3)))
        func leavesNothing() throws {
            let scene = try Scene()
            let load = try PythonScript.start(
                "load.py",
                ["--connect", "\(scene.martlet.tls)", "--ca", scene.certificates.authority, "--keep-alive", "1"]
                    + ["--fresh", "1"])
            try load.output.wait(for: "started")
            func swap(_ count: Int) throws {
                for number in 0..<count {
                    try scene.certificates.place("shop", from: number % 2 == 0 ? "b" : "a")
                    try scene.martlet.reload()
                    #expect(try scene.client.handshake().serial == (number % 2 == 0 ? 1002 : 1001))
                }
            }
            try swap(30)
            let before = try scene.martlet.usage()
            try swap(100)
            let after = try scene.martlet.usage()
            #expect(after.threads == before.threads)
            // The two connections of the load come and go while this is read.
            #expect(abs(after.descriptors - before.descriptors) <= 4)
            #expect(after.residentBytes - before.residentBytes < 2 << 20)
            try load.write("stop\n")
            _ = try load.waitForEnd(seconds: 60)
        }

        @Test(
            "a broken certificate keeps the old one, the others are swapped, the log says why", .timeLimit(.minutes(1)))
        func brokenCertificate() throws {
            let scene = try Scene()
            for (place, serial) in [("a", 2001), ("b", 2002)] {
                try scene.certificates.issue("cart", names: ["cart.example.com"], serial: serial, into: place)
            }
            try scene.certificates.place("cart", from: "a")
            try scene.martlet.reload()
            #expect(try scene.client.handshake(name: "cart.example.com").serial == 2001)

            try scene.certificates.place("cart", from: "b")
            try scene.certificates.breakIdentity("shop")
            let before = scene.martlet.log.count
            try scene.martlet.reload()
            #expect(try scene.client.handshake(name: "cart.example.com").serial == 2002)
            #expect(try scene.client.handshake(name: "shop.example.com").serial == 1001)
            let said = scene.martlet.log.dropFirst(before)
            #expect(said.contains("shop.pem"))

            try scene.certificates.place("shop", from: "b")
            try scene.martlet.reload()
            #expect(try scene.client.handshake(name: "shop.example.com").serial == 1002)
        }

        @Test("a key that does not match its certificate is a broken certificate too", .timeLimit(.minutes(1)))
        func mismatchedKey() throws {
            let scene = try Scene()
            let certificate = try scene.folder.read("b/shop.pem").components(separatedBy: "-----BEGIN PRIVATE")[0]
            let key = try scene.folder.read("a/shop.pem").components(separatedBy: "-----BEGIN PRIVATE")[1]
            try scene.folder.write(certificate + "-----BEGIN PRIVATE" + key, to: "certs/shop.pem")
            let before = scene.martlet.log.count
            try scene.martlet.reload()
            #expect(try scene.client.handshake().serial == 1001)
            #expect(scene.martlet.log.dropFirst(before).contains("shop.pem"))
        }

        @Test(
            "a broken configuration is rejected and says where; what renews itself is served", .timeLimit(.minutes(1)))
        func brokenConfiguration() throws {
            let scene = try Scene()
            let good = try scene.folder.read("martlet.yaml")
            try scene.certificates.place("shop", from: "b")
            try scene.martlet.writeConfiguration(good + "nonsense: 1\n")
            let before = scene.martlet.process.errors.bytes.count
            scene.martlet.process.signal(SIGHUP)
            let line = try scene.martlet.process.errors.wait(for: "martlet.yaml:", after: before)
            #expect(line.contains("nonsense"))
            try scene.martlet.process.errors.wait(for: "that were read anew", after: before)
            #expect(try scene.client.handshake().serial == 1002)
            try scene.certificates.place("shop", from: "a")
            try scene.martlet.writeConfiguration(good)
            try scene.martlet.reload()
            #expect(try scene.client.handshake().serial == 1001)
        }

        @Test("a reload changes members, and a request under way keeps its own", .timeLimit(.minutes(1)))
        func changedMembers() throws {
            let folder = try TemporaryFolder()
            let gate = Monitor(false)
            let old = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nold")
                _ = gate.wait(seconds: 20) { $0 ? true : nil }
                try connection.send("old")
                connection.waitForEnd()
            }
            let new = try RecordingMember(answering: "new")
            let martlet = try MartletProcess.run(EdgeText(old.endpoint).text, in: folder)
            let slow = try RawClient(martlet.cleartext)
            try slow.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(old.waitForRequests(1))
            try martlet.writeConfiguration(EdgeText(new.endpoint).text)
            try martlet.reload()
            #expect(try RawClient(martlet.cleartext).get().text == "new")
            gate.withLock { $0 = true }
            #expect(try slow.response().text == "oldold")
            #expect(try slow.get().text == "new")
        }
    }
}
