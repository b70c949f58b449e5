import Forwarding
import Foundation
import Logging
import Model
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

    @Test("as JSON each line is an object, and a level leaves out what matters less")
    func form() throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try EventLog(file: AppendOnlyFile(path: path))
        log.write(.info, "before")
        var configuration = EventLogConfiguration()
        (configuration.format, configuration.level) = (.json, .warning)
        log.heed(configuration)
        log.write(.info, "not said")
        log.report(.information, "client 192.0.2.1:1: not said either")
        let words = "a \"quoted\" \\ word, a\nline, a tab\t, ü and \u{1F426}"
        log.write(.warning, words)
        // Longer than an event may be, cut within a character.
        log.write(.error, "x" + String(repeating: "ü", count: 5_000))
        log.write(plain: "error: why it ends\nand more")
        try log.start()
        log.finish()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 5 && lines[0].hasSuffix("Z info before"))
        let objects = try lines.dropFirst().map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String]
        }
        #expect(objects.allSatisfy { $0.map { Set($0.keys) == ["time", "level", "message"] } ?? false })
        #expect(objects.map { $0?["level"] } == ["warning", "error", "error", "error"])
        #expect(objects.first??["message"] == words && objects[1]?["message"]?.hasPrefix("xüü") == true)
        #expect(objects.suffix(2).map { $0?["message"] } == ["why it ends", "and more"])
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

    @Test("what the process says before it ends is written line by line; one that is too long is cut, and ends")
    func plain() throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try EventLog(file: AppendOnlyFile(path: path))
        let many = (0..<2_000).map { "error \($0): \(String(repeating: "y", count: 80))" }
        log.write(plain: String(repeating: "ü", count: 40_000))
        log.write(plain: many.joined(separator: "\n"))
        log.write(plain: "the end")
        try log.start()
        log.finish()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 2_002 && text.hasSuffix("\nthe end\n"))
        // As many characters of two bytes as a slab of 64 KiB has room for beside a line feed.
        #expect(lines[0] == String(repeating: "ü", count: 32_767))
        #expect(lines.dropFirst().dropLast() == many[...])
    }

    @Test("a syslog that takes no events costs nobody anything: standard error is told, with their number")
    func syslogAway() throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try EventLog(file: AppendOnlyFile(path: path))
        try log.start()
        log.write(.info, "before")
        var configuration = EventLogConfiguration()
        configuration.syslog = SyslogConfiguration(address: .path(path + ".sock"))
        log.heed(configuration)
        for number in 0..<20 { log.write(.info, "event \(number)") }
        log.write(plain: "the end")
        log.finish()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.first?.hasSuffix("Z info before") == true && lines.contains("the end"))
        #expect(!lines.contains { $0.contains("event ") })
        let failed = " warning events cannot be written to syslog \(path).sock: "
        #expect(lines.count { $0.contains(failed) } == 1)
        let lost = lines.compactMap { $0.firstMatch(of: #/lines lost(?: at the end)?: (\d+)/#).flatMap { Int($0.1) } }
        // What is said at the end is told to the syslog as well.
        #expect(lost.reduce(0, +) == 21 && log.lostTotal == 21)
    }
}
