import Bytes

/// Writes metrics as text: OpenMetrics 1.0, or what Prometheus read before it (version 0.0.4).
///
/// It goes into arrays of bytes that are handed on one after the other, without a string for a sample: a scrape may
/// have a million of them.
public struct Exposition: Sendable {
    /// What those are called together that have no series of their own: no name can be so.
    static let others = "(other)"

    /// How metrics are written.
    public enum Format: Sendable, CaseIterable {
        case prometheus, openMetrics

        /// The media type.
        public var mediaType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }

        /// The one that is asked for, as Prometheus names it in `Accept` (RFC 9110, section 12.5.1).
        public init(accept: String) {
            var (open, plain) = (0.0, 0.0)
            for range in accept.lowercased().split(separator: ",") {
                let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
                switch parts.first {
                case "application/openmetrics-text": open = max(open, weight)
                case "text/plain": plain = max(plain, weight)
                default: break
                }
            }
            self = open > 0 && open >= plain ? .openMetrics : .prometheus
        }
    }

    /// A sample's value.
    package enum Number {
        /// A whole number.
        case whole(UInt64)
        /// Written as seconds.
        case nanoseconds(UInt64)
        /// Written as a decimal number.
        case hundredths(Int)

        /// Bytes of one at most: seconds, with nine digits behind the point.
        fileprivate static let bytesMax = 21

        fileprivate func write(to output: inout OutputSpan<UInt8>) {
            switch self {
            case .whole(let value): Self.write(decimal: value, to: &output)
            case .nanoseconds(let value):
                Self.write(decimal: value / 1_000_000_000, to: &output)
                Self.write(fraction: value % 1_000_000_000, one: 1_000_000_000, to: &output)
            case .hundredths(let value):
                Self.write(decimal: UInt64(value / 100), to: &output)
                Self.write(fraction: UInt64(value % 100), one: 100, to: &output)
            }
        }

        private static func write(decimal value: UInt64, to output: inout OutputSpan<UInt8>) {
            // By a constant alone, which is no division.
            var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
            var (rest, start) = (value, 20)
            repeat {
                start -= 1
                digits[start] += UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            for index in start..<20 { output.append(digits[index]) }
        }

        /// Writes what follows the point, without zeros at the end; nothing for a whole number.
        private static func write(fraction value: UInt64, one: UInt64, to output: inout OutputSpan<UInt8>) {
            guard value > 0 else { return }
            output.append(UInt8(ascii: "."))
            var (rest, unit) = (value, one / 10)
            while rest > 0 {
                output.append(UInt8(ascii: "0") + UInt8(rest / unit))
                rest %= unit
                unit /= 10
            }
        }
    }

    /// What was written and not taken.
    package private(set) var bytes: [UInt8] = []
    private let format: Format
    private let capacity: Int
    private var name: [UInt8] = []

    /// - Parameter capacity: bytes that are expected before they are taken.
    package init(_ format: Format, capacity: Int = 0) {
        self.format = format
        self.capacity = capacity
        bytes.reserveCapacity(capacity)
    }

    /// Hands out what was written since the last time.
    package mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(capacity)
        swap(&taken, &bytes)
        return taken
    }

    /// Begins a family; its samples follow, and none of it later.
    package mutating func begin(_ next: MetricFamily) {
        let entry = next.entry
        let isCounter = entry.kind == .counter
        name = Array((entry.name + (isCounter ? "_total" : "")).utf8)
        // OpenMetrics has a counter's name without what its samples' ends with.
        let told = format == .openMetrics ? entry.name : String(decoding: name, as: UTF8.self)
        put("# HELP \(told) \(entry.words)\n# TYPE \(told) \(entry.kind.rawValue)\n")
        if format == .openMetrics, let unit = entry.unit { put("# UNIT \(told) \(unit)\n") }
    }

    /// Writes a sample of the family.
    ///
    /// - Parameters:
    ///   - labels: as ``labels(_:)`` makes them.
    ///   - more: further ones.
    package mutating func put(_ labels: [UInt8], _ more: [UInt8], _ number: Number) {
        put([], labels, more, number)
    }

    /// The same with no further labels.
    package mutating func put(_ labels: [UInt8], _ number: Number) {
        put(labels, [], number)
    }

    /// The same with no labels.
    package mutating func put(_ number: Number) {
        put([], [], number)
    }

    /// Writes a histogram of the family.
    ///
    /// - Parameter counts: as the columns of ``Durations``.
    package mutating func put(_ labels: [UInt8], histogram counts: Span<UInt64>) {
        var sum: UInt64 = 0
        for bucket in Self.buckets.indices {
            sum += counts[bucket]
            put(Self.bucketSuffix, labels, Self.buckets[bucket], .whole(sum))
        }
        put(Self.sumSuffix, labels, [], .nanoseconds(counts[Self.buckets.count]))
        put(Self.countSuffix, labels, [], .whole(sum))
    }

    /// Ends the text.
    package mutating func end() {
        if format == .openMetrics { put("# EOF\n") }
    }

    private mutating func put(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes a sample of the family with what follows its name. At once: the array is looked at anew for each piece.
    private mutating func put(_ suffix: [UInt8], _ labels: [UInt8], _ more: [UInt8], _ number: Number) {
        let name = name
        let bytesMax = name.count + suffix.count + labels.count + more.count + Number.bytesMax + 5
        bytes.append(addingCapacity: bytesMax) { (output: inout OutputSpan<UInt8>) in
            var fits = output.append(copying: name.span) && output.append(copying: suffix.span)
            if !labels.isEmpty || !more.isEmpty {
                output.append(UInt8(ascii: "{"))
                fits = fits && output.append(copying: labels.span)
                if !labels.isEmpty, !more.isEmpty { output.append(UInt8(ascii: ",")) }
                fits = fits && output.append(copying: more.span)
                output.append(UInt8(ascii: "}"))
            }
            output.append(UInt8(ascii: " "))
            number.write(to: &output)
            output.append(UInt8(ascii: "\n"))
            assert(fits, "a sample is longer than its parts")
        }
    }

    /// Writes labels as they stand in braces, their values escaped.
    package static func labels(_ pairs: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for pair in pairs {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: pair.name.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes.append(UInt8(ascii: "\""))
            for byte in pair.value.utf8 {
                switch byte {
                case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                    bytes.append(UInt8(ascii: "\\"))
                    bytes.append(byte)
                case UInt8(ascii: "\n"):
                    bytes.append(UInt8(ascii: "\\"))
                    bytes.append(UInt8(ascii: "n"))
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        return bytes
    }

    /// A label alone.
    package static func label(_ name: String, _ value: String) -> [UInt8] {
        labels([(name, value)])
    }

    private static let buckets = (Durations.bounds.map(\.description) + ["+Inf"]).map { label("le", $0) }
    private static let bucketSuffix = Array("_bucket".utf8)
    private static let sumSuffix = Array("_sum".utf8)
    private static let countSuffix = Array("_count".utf8)
}
