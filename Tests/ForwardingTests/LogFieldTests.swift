import Balancing
import Forwarding
import Foundation
import HTTP
import Model
import Testing

/// The fields of the access log: one list, which both forms and the documentation come from.
@Suite("Log fields")
struct LogFieldTests {
    @Test("a JSON line has all fields by their names, in their order")
    func json() throws {
        let stage = try Stage(edge: "log: { access: { format: json } }")
        let client = try stage.get("/a?b")
        stage.last.answer(Answer.whole(content: "hello"))
        #expect(client.outcome == .whole)
        let line = try #require(stage.takeLines().first)
        let names = line.matches(of: #/"([a-z_]+)":/#).map { String($0.1) }
        #expect(names == LogField.allCases.map { "\($0.entry.name)" }.filter { $0 != "time" })
        let object = try JSONSerialization.jsonObject(with: Data("{\(line.dropFirst())".utf8)) as? [String: Any]
        #expect(object?["target"] as? String == "/a?b" && object?["sent_bytes"] as? Int == 5)
        #expect(object?["route_changed"] as? Bool == false && object?["route_reason"] as? String == "elected")
    }

    @Test("a combined line has Apache's fields, and the pairs behind them")
    func combined() throws {
        let stage = try Stage(edge: "log: { access: { format: combined } }")
        _ = try stage.get("/a,b")
        stage.last.answer(Answer.whole(content: "hello"))
        // What stands before the first comma is cut.
        let line = try #require(stage.takeLines().first)
        #expect(line.hasPrefix(",b HTTP/1.1\" 200 5 \"-\" \"-\" host=\""))
        let keys = line.matches(of: #/ ([a-z_]+)=/#).map { String($0.1) }
        #expect(keys == LogField.pairs.map(\.key))
    }

    @Test("each field stands in the combined form once at most")
    func once() {
        let all = LogField.common + LogField.pairs
        #expect(Set(all).count == all.count)
        #expect(Set(LogField.allCases.map { "\($0.entry.name)" }).count == LogField.allCases.count)
    }

    @Test("the reference page says what the list says (MARTLET_RECORD=1 writes it)")
    func page() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Forwarding/Forwarding.docc/LogFields.md")
        if ProcessInfo.processInfo.environment["MARTLET_RECORD"] == "1" {
            try Self.page.write(to: url, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == Self.page)
    }

    private static var page: String {
        let fields = LogField.allCases.map { field in
            let place = LogField.common.contains(field) ? "Apache's" : LogField.pairs.contains(field) ? field.key : ""
            return "| `\(field.entry.name)` | \(place) | \(field.entry.words) |"
        }
        let reasons = ChoiceReason.allCases.map { "| `\($0.name)` | \($0.words) |" }
        let actions = AffinityAction.allCases.dropFirst().map { "| `\($0.name)` | \($0.words) |" }
        let codings = CompressionDecision.allCases.map { "| `\($0.code)` | \($0.words) |" }
        let lines =
            [
                "# Fields of the access log", "", "What each field of a line says, in all formats.", "", "## Overview",
                "",
            ]
            + [
                "A JSON line has all fields, in this order; what is not known is empty or 0. `format: combined` is",
                "Apache's form, with further fields behind it as `key=value`. A line of one's own has those whose",
                "names stand in it in braces. <doc:ReadingTheLog> has lines of all three.", "",
                "| field | in `combined` | what it says |", "|---|---|---|",
            ] + fields
            + [
                "", "The words in `reason` are in <doc:Outcomes>. Those of the others:", "", "## `route_reason`", "",
                "| word | what it means |", "|---|---|",
            ] + reasons
            + ["", "## `affinity`", "", "| word | what it means |", "|---|---|"] + actions
            + [
                "", "## `coding`", "", "`X-Martlet-Coding` says the same to a client that sends this field.", "",
                "| word | what it means |", "|---|---|",
            ] + codings
        return lines.joined(separator: "\n") + "\n"
    }
}
