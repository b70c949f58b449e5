import Forwarding
import Foundation
import Logging
import Reactor
import Testing

/// The event log on a pipe that is not read until the test does it.
@Suite("Event log")
struct EventLogTests {
    @Test(
        "who writes never waits for who reads; what is too much is lost, and how much is said", .timeLimit(.minutes(10))
    )
    func lost() throws {
        let fifo = try Fifo()
        let log = try EventLog(file: AppendOnlyFile(path: fifo.path))
        try log.start()
        let filler = String(repeating: "x", count: 1_000)
        // 4 MB: more than a pipe and the queue hold.
        for number in 0..<4_000 { log.write(.info, "line \(number) \(filler)") }
        #expect(fifo.read(until: " lines lost: "))
        log.finish()
        let lines = fifo.text.split(separator: "\n")
        let written = lines.filter { $0.hasSuffix(filler) }
        // In their order, each whole; where the log's thread has begun late, some are lost before it.
        let numbers = written.compactMap { Int($0.split(separator: " ")[3]) }
        #expect(numbers.count == written.count && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        let said = try #require(lines.first { $0.contains("lines lost: ") })
        #expect(said.hasSuffix(" warning standard error took too little; lines lost: \(4_000 - written.count)"))
        #expect(written.count > 500)
    }

    @Test("what clients choose makes no kinds, and takes no place from what members do")
    func kindsOfClients() throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try EventLog(file: AppendOnlyFile(path: path))
        for number in 0..<1_000 {
            let client = "client 192.0.2.1:\(number): TLS handshake failed: "
            log.report(.information, client + "no certificate for \"x\(number).example\" (SNI)")
        }
        log.report(.warning, "member node1 of shop is in error for 60 s: Connection refused")
        try log.start()
        log.finish()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 7)
        let sum = "client 192.0.2.1:999: TLS handshake failed: no certificate for \"x999.example\" (SNI) (and 995 "
        #expect(lines.contains { $0.contains(sum) })
        #expect(lines.contains { $0.contains("warning member node1 of shop") })
    }

    @Test("a last flush that nobody reads is given up, and one that is read is whole", .timeLimit(.minutes(10)))
    func finish() throws {
        let blocked = try Fifo()
        let log = try EventLog(file: AppendOnlyFile(path: blocked.path))
        try log.start()
        for _ in 0..<200 { log.write(.info, String(repeating: "x", count: 1_000)) }
        let start = Clock.monotonicNanoseconds()
        log.finish()
        #expect(Clock.monotonicNanoseconds() - start < 20_000_000_000)

        let path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let whole = try EventLog(file: AppendOnlyFile(path: path))
        for number in 0..<200 { whole.write(.error, "error: line \(number)\u{1b}[0m\n\"ü\"") }
        try whole.start()
        whole.write(plain: "the end")
        whole.finish()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 201)
        let form = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error line 7\\u001b\[0m\\u000a"ü"/#
        #expect(lines[7].wholeMatch(of: form) != nil, "\(lines[7])")
        #expect(lines[200] == "the end")
    }
}
