/// A histogram of times in columns of a ``CounterTable``: its buckets, each without those before it, and the sum of
/// the times in nanoseconds.
package enum Durations {
    /// Columns that it takes.
    package static let columns = sum + 1

    /// The last of them, where the times are summed up.
    static let sum = bounds.count + 1

    /// The upper ends of its buckets but for the last one, which has none: what OpenTelemetry advises for HTTP. Written
    /// as OpenMetrics writes numbers.
    package static let bounds: [StaticString] = [
        "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0", "7.5", "10.0",
    ]

    /// Counts a time.
    ///
    /// - Parameters:
    ///   - column: the histogram's first one.
    ///   - nanoseconds: 0 or more.
    static func count(_ nanoseconds: Int, in table: CounterTable, at column: Int, worker: Int) {
        table.add(1, to: column + bucket(nanoseconds), worker: worker)
        table.add(nanoseconds, to: column + sum, worker: worker)
    }

    /// The bucket of a time; one that ends at a bound is within.
    package static func bucket(_ nanoseconds: Int) -> Int {
        switch nanoseconds {
        case ...5_000_000: 0
        case ...10_000_000: 1
        case ...25_000_000: 2
        case ...50_000_000: 3
        case ...75_000_000: 4
        case ...100_000_000: 5
        case ...250_000_000: 6
        case ...500_000_000: 7
        case ...750_000_000: 8
        case ...1_000_000_000: 9
        case ...2_500_000_000: 10
        case ...5_000_000_000: 11
        case ...7_500_000_000: 12
        case ...10_000_000_000: 13
        default: 14
        }
    }
}
