import Forwarding
import Testing

/// How metrics are written: OpenMetrics 1.0 and Prometheus' text of version 0.0.4.
@Suite("Exposition of metrics")
struct ExpositionTests {
    private func text(_ format: Exposition.Format, _ write: (inout Exposition) -> Void) -> String {
        var exposition = Exposition(format)
        write(&exposition)
        exposition.end()
        return String(decoding: exposition.bytes, as: UTF8.self)
    }

    @Test("a counter's samples end with _total, and OpenMetrics' family does not")
    func counters() {
        func write(_ exposition: inout Exposition) {
            exposition.begin(.ownAnswers)
            exposition.put(Exposition.label("balancer", "shop"), .whole(12_345))
        }
        #expect(
            text(.prometheus, write)
                == """
                # HELP martlet_own_answers_total Requests that Martlet has answered itself.
                # TYPE martlet_own_answers_total counter
                martlet_own_answers_total{balancer="shop"} 12345

                """)
        #expect(
            text(.openMetrics, write)
                == """
                # HELP martlet_own_answers Requests that Martlet has answered itself.
                # TYPE martlet_own_answers counter
                martlet_own_answers_total{balancer="shop"} 12345
                # EOF

                """)
    }

    @Test("units are named in OpenMetrics, and numbers are decimal with no zeros at their ends")
    func numbers() {
        func write(_ exposition: inout Exposition) {
            exposition.begin(.processTime)
            exposition.put(.nanoseconds(12_030_000_000))
            exposition.put(.nanoseconds(1))
            exposition.put(.nanoseconds(5_000_000_000))
            exposition.put(.hundredths(150))
            exposition.put(.hundredths(7))
            exposition.put(.whole(.max))
            exposition.put(.whole(0))
        }
        let numbers = ["12.03", "0.000000001", "5", "1.5", "0.07", "18446744073709551615", "0"]
        let lines = text(.openMetrics, write).split(separator: "\n")
        #expect(lines[2] == "# UNIT process_cpu_seconds seconds")
        #expect(lines.dropFirst(3).dropLast() == numbers.map { "process_cpu_seconds_total \($0)" }[...])
        #expect(!text(.prometheus, write).contains("UNIT"))
    }

    @Test("what was taken is not there again")
    func pieces() {
        var exposition = Exposition(.prometheus, capacity: 1_000)
        exposition.begin(.ownAnswers)
        let first = exposition.take()
        #expect(first.starts(with: "# HELP".utf8) && exposition.bytes.isEmpty)
        exposition.put(.whole(7))
        #expect(String(decoding: exposition.take(), as: UTF8.self) == "martlet_own_answers_total 7\n")
    }

    @Test("labels escape what would end them")
    func labels() {
        let labels = Exposition.labels([("path", "a\"b\\c\nd"), ("name", "ä")])
        #expect(String(decoding: labels, as: UTF8.self) == #"path="a\"b\\c\nd",name="ä""#)
        let sample = text(.prometheus) { exposition in
            exposition.begin(.certificateEnd)
            exposition.put(labels, Exposition.label("x", "y"), .whole(1))
        }
        #expect(sample.hasSuffix(#"{path="a\"b\\c\nd",name="ä",x="y"} 1"# + "\n"))
    }

    @Test("a histogram's buckets hold those before them, the last one all of them")
    func histogram() {
        var counts = [UInt64](repeating: 0, count: Durations.columns)
        (counts[0], counts[3], counts[14]) = (2, 5, 1)
        counts[15] = 1_500_000_000
        let lines = text(.prometheus) { exposition in
            exposition.begin(.durations)
            let told = counts
            exposition.put(Exposition.label("balancer", "shop"), histogram: told.span)
        }.split(separator: "\n").dropFirst(2)
        let name = "martlet_request_duration_seconds"
        #expect(lines.count == Durations.bounds.count + 3)
        #expect(lines.first == "\(name)_bucket{balancer=\"shop\",le=\"0.005\"} 2")
        #expect(lines.contains("\(name)_bucket{balancer=\"shop\",le=\"0.05\"} 7"))
        #expect(lines.contains("\(name)_bucket{balancer=\"shop\",le=\"10.0\"} 7"))
        #expect(
            lines.suffix(3) == [
                "\(name)_bucket{balancer=\"shop\",le=\"+Inf\"} 8", "\(name)_sum{balancer=\"shop\"} 1.5",
                "\(name)_count{balancer=\"shop\"} 8",
            ])
    }

    @Test("a bucket ends with its bound, which the next nanosecond is beyond")
    func buckets() throws {
        for (index, bound) in Durations.bounds.enumerated() {
            let nanoseconds = Int((try #require(Double(bound.description)) * 1e9).rounded())
            #expect(Durations.bucket(nanoseconds) == index && Durations.bucket(nanoseconds + 1) == index + 1)
        }
        #expect(Durations.bucket(0) == 0 && Durations.bucket(.max) == Durations.bounds.count)
    }

    @Test("names go by the field's conventions, each once")
    func names() {
        let entries = MetricFamily.allCases.map(\.entry)
        #expect(Set(entries.map(\.name)).count == entries.count)
        for entry in entries {
            #expect(entry.name.hasPrefix("martlet_") || entry.name.hasPrefix("process_"), "\(entry.name)")
            #expect(!entry.name.hasSuffix("_total") && !entry.words.contains("\n"), "\(entry.name)")
            #expect(entry.kind != .histogram || entry.unit == "seconds", "\(entry.name)")
        }
    }

    @Test("who asks for OpenMetrics gets it")
    func negotiation() {
        let prometheus =
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        #expect(Exposition.Format(accept: prometheus) == .openMetrics)
        #expect(Exposition.Format(accept: "*/*") == .prometheus && Exposition.Format(accept: "") == .prometheus)
    }

    @Test(
        "the weights of Accept decide",
        arguments: [
            ("application/openmetrics-text;q=0", false),
            ("application/openmetrics-text; q=0.1, text/plain; q=0.9", false),
            ("text/plain;q=0.3, Application/OpenMetrics-Text ; version=1.0.0 ; q=0.4", true),
            ("application/openmetrics-text;q=much", false), (";,=,;q=", false),
        ])
    func weights(accept: String, isOpen: Bool) {
        #expect(Exposition.Format(accept: accept) == (isOpen ? .openMetrics : .prometheus))
    }
}
