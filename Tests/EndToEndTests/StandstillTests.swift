import Foundation
import Testing

extension EndToEnd {
    /// A worker that does not turn any more.
    @Suite("Standstill")
    struct StandstillTests {
        @Test(
            "the process ends for its supervisor, and says where the worker stands", .timeLimit(.minutes(2)),
            arguments: [("spin", "is busy"), ("wait", "waits")])
        func ends(doing word: String, said words: String) throws {
            let folder = try TemporaryFolder()
            var environment = try Preloaded.environment("standstill", in: folder)
            environment["MARTLET_STANDSTILL"] = folder.path + "/word"
            let member = try RecordingMember(answering: "one")
            let martlet = try MartletProcess.run(
                EdgeText(member.endpoint).text, in: folder, environment: environment)
            #expect(try RawClient(martlet.cleartext).get().text == "one")
            try folder.write(word, to: "word")
            let client = try RawClient(martlet.cleartext)
            #expect(try martlet.process.waitForEnd(seconds: 60) == .exited(70))
            #expect(client.ends())
            #expect(
                martlet.log.contains(#/ critical worker-[01] has not turned for 10 s and [a-z ]+: the process /#))
            #expect(martlet.log.contains(" 10 s and \(words): "), "\(martlet.log)")
            #expect(martlet.log.contains(#/ critical worker-[01] \#\d+ standstill\.so\+0x[0-9a-f]+ stands_still\n/#))
            #expect(martlet.log.contains(#/ critical worker-[01] \#\d+ martlet\+0x[0-9a-f]+/#), "\(martlet.log)")
        }

        @Test("one that a debugger holds stands still for as long as that wants", .timeLimit(.minutes(2)))
        func held() throws {
            let member = try RecordingMember(answering: "one")
            var text = EdgeText(member.endpoint)
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: try TemporaryFolder())
            let debugger = try PythonScript.start("stop_thread.py", ["\(martlet.process.identifier)", "worker-0"])
            try debugger.output.wait(for: "stopped")
            let client = try RawClient(martlet.cleartext)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            // Longer than a worker may take that nobody holds.
            #expect(client.staysSilent(seconds: 14))
            debugger.closeInput()
            #expect(try client.response().text == "one")
            #expect(martlet.process.isRunning)
        }
    }
}
