/// Writes metrics as text: OpenMetrics 1.0, or what Prometheus read before it (version 0.0.4).
///
/// All of it goes into one array of bytes, without a string for a sample: a scrape may have a million of them.
public struct Exposition {
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

        /// The one that is asked for, as Prometheus names it in `Accept`.
        public init(accept: String) {
            self = accept.lowercased().contains("application/openmetrics-text") ? .openMetrics : .prometheus
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
    }

    /// What was written.
    package private(set) var bytes: [UInt8] = []
    private let format: Format
    private var family = MetricFamily.buildInformation
    private var name: [UInt8] = []

    /// - Parameter capacity: bytes that are expected.
    package init(_ format: Format, capacity: Int = 0) {
        self.format = format
        bytes.reserveCapacity(capacity)
    }

    /// Begins a family; its samples follow, and none of it later.
    package mutating func begin(_ next: MetricFamily) {
        let entry = next.entry
        family = next
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
        bytes.append(contentsOf: name)
        putLabels(labels, more)
        putValue(number)
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
    package mutating func put(_ labels: [UInt8], histogram counts: ArraySlice<UInt64>) {
        var sum: UInt64 = 0
        let first = counts.startIndex
        for bucket in Self.buckets.indices {
            sum += counts[first + bucket]
            bytes.append(contentsOf: name)
            bytes.append(contentsOf: Self.bucketSuffix)
            putLabels(labels, Self.buckets[bucket])
            putValue(.whole(sum))
        }
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: Self.sumSuffix)
        putLabels(labels, [])
        putValue(.nanoseconds(counts[first + Self.buckets.count]))
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: Self.countSuffix)
        putLabels(labels, [])
        putValue(.whole(sum))
    }

    /// Ends the text.
    package mutating func end() {
        if format == .openMetrics { put("# EOF\n") }
    }

    private mutating func put(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func putLabels(_ labels: [UInt8], _ more: [UInt8]) {
        if !labels.isEmpty || !more.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: labels)
            if !labels.isEmpty, !more.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: more)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
    }

    private mutating func putValue(_ number: Number) {
        switch number {
        case .whole(let value): put(decimal: value)
        case .nanoseconds(let value):
            put(decimal: value / 1_000_000_000)
            put(fraction: value % 1_000_000_000, one: 1_000_000_000)
        case .hundredths(let value):
            put(decimal: UInt64(value / 100))
            put(fraction: UInt64(value % 100), one: 100)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func put(decimal value: UInt64) {
        var unit: UInt64 = 1
        while value / unit >= 10 { unit *= 10 }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
            unit /= 10
        }
    }

    /// Writes what follows the point, without zeros at the end; nothing for a whole number.
    private mutating func put(fraction value: UInt64, one: UInt64) {
        guard value > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var (rest, unit) = (value, one / 10)
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
            rest %= unit
            unit /= 10
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
