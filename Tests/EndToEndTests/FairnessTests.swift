import Testing

extension EndToEnd {
    /// Clients that never stop, before the one worker that there is: the others are served all the same.
    @Suite("Fairness")
    struct FairnessTests {
        /// A member that keeps up with whatever is sent, and a Martlet before it that answers for `/app` alone.
        private struct Stage {
            let member: ChildProcess
            let martlet: MartletProcess

            init() throws {
                member = try PythonScript.start("hog.py", ["member"])
                let line = try member.output.wait(for: "port ")
                let port = try #require(Int(line.split(separator: " ").last ?? ""))
                var text = EdgeText(.ipv4(port: port), listeners: .prior)
                text.paths = "/hello: shop, /upload: shop, /download: shop, /tunnel: shop"
                text.workers = 1
                martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            }

            /// Lets an innocent client ask, on new connections and on one that it keeps.
            func serveOthers() throws {
                let kept = try RawClient(martlet.cleartext)
                for _ in 0..<20 {
                    #expect(try kept.get("/hello").text == "hello")
                    #expect(try RawClient(martlet.cleartext).get("/hello").text == "hello")
                }
            }
        }

        @Test(
            "who never stops lets others be served", .timeLimit(.minutes(2)),
            arguments: ["pipelined 405", "pipelined 404", "upload", "download", "tunnel"])
        func endless(kind: String) throws {
            let stage = try Stage()
            let hogs = try (0..<4).map { _ in
                try PythonScript.start("hog.py", ["--connect", "\(stage.martlet.cleartext)", kind])
            }
            for hog in hogs { try hog.output.wait(for: "busy", seconds: 60) }
            try stage.serveOthers()
            for hog in hogs { #expect(hog.isRunning, "\(kind): \(hog.errors.text) \(stage.martlet.log)") }
            // Deadlines pass and signals are heard as ever.
            for hog in hogs { hog.terminate() }
            #expect(try stage.martlet.terminate() == .exited(0))
        }

        @Test(
            "frames that cost their sender nothing: others are served, and the connections end",
            .timeLimit(.minutes(2)),
            arguments: [
                "frames of unknown types", "acknowledgements of PINGs that nobody has sent",
                "large windows for nothing", "windows of a stream that is over", "empty DATA behind an early answer",
            ])
        func frames(kind: String) throws {
            let stage = try Stage()
            let floods = try (0..<4).map { _ in
                try PythonScript.start("http2_abuse.py", ["--connect", "\(stage.martlet.cleartext)", kind])
            }
            try stage.serveOthers()
            for flood in floods {
                let told = try flood.output.wait(seconds: 60) { $0.first { !$0.isEmpty } }
                #expect(told.hasPrefix("ended 11 "), "\(told): \(flood.errors.text) \(stage.martlet.log)")
            }
            try stage.serveOthers()
        }
    }
}
