import Model

/// Some of the log's fields, of which there are fewer than 64.
struct LogFields: ExpressibleByArrayLiteral {
    private var bits: UInt64 = 0

    init(_ fields: some Sequence<LogField>) {
        for field in fields { insert(field, if: true) }
    }

    init(arrayLiteral fields: LogField...) {
        self.init(fields)
    }

    /// Adds a field, or leaves all as it is, without a branch.
    mutating func insert(_ field: LogField, if isIn: Bool) {
        bits |= (isIn ? 1 : 0) &<< UInt64(field.rawValue)
    }

    func contains(_ field: LogField) -> Bool {
        bits &>> UInt64(field.rawValue) & 1 != 0
    }
}
