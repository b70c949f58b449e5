import Model

/// What the access log writes of an exchange, and of which: made by each worker once for each edge.
final class LogPlan: Sendable {
    /// What is noted while an exchange goes on for fields that say it, and else costs nothing.
    struct Needs: OptionSet, Sendable {
        let rawValue: UInt8

        /// What was agreed on in the handshake, and the name that was asked for.
        static let terms = Needs(rawValue: 1)
        static let serverName = Needs(rawValue: 2)
        /// The member's address.
        static let address = Needs(rawValue: 4)
        /// Members that have failed.
        static let tries = Needs(rawValue: 8)
        /// Bytes of whole messages.
        static let sizes = Needs(rawValue: 16)
    }

    /// What is left out of a query.
    enum HiddenQuery: Sendable {
        case nothing, everything
        /// The values of these parameters.
        case values(of: [[UInt8]])
    }

    /// Whether Apache's fields stand before those of ``form``.
    let isCombined: Bool
    let form: LogForm
    let needs: Needs
    let query: HiddenQuery
    private let hidden: LogFields
    /// Of 2^64: from which roll on an exchange that has gone well is left out; `nil`: none is.
    private let rollMax: UInt64?
    private let slowNanoseconds: Int

    init(_ configuration: AccessLogConfiguration) {
        isCombined = configuration.format == .combined
        let hidden = Set(configuration.hidden)
        form =
            switch configuration.format {
            case .json: .json(hiding: hidden)
            case .combined: .pairs(hiding: hidden)
            case .line(let line): LogForm(line, hiding: hidden)
            }
        self.hidden = LogFields(hidden)
        needs = Self.needs(Set(form.pieces.map(\.field) + (isCombined ? LogField.common : [])).subtracting(hidden))
        query =
            switch configuration.hiddenParameters {
            case []: .nothing
            case [AccessLogConfiguration.hideAll]: .everything
            case let names: .values(of: names.map { Array($0.utf8) })
            }
        let share = UInt64(configuration.share.parts)
        rollMax = configuration.share == .all ? nil : UInt64.max / UInt64(LogShare.whole) * share
        slowNanoseconds = configuration.slowMilliseconds.map { $0 * 1_000_000 } ?? .max
    }

    private static func needs(_ fields: Set<LogField>) -> Needs {
        var needs: Needs = []
        if !fields.isDisjoint(with: [.tls, .cipher, .resumed, .alpn]) { needs.insert(.terms) }
        if fields.contains(.serverName) { needs.insert(.serverName) }
        if fields.contains(.memberAddress) { needs.insert(.address) }
        if fields.contains(.tries) { needs.insert(.tries) }
        if !fields.isDisjoint(with: [.requestSize, .answerSize]) { needs.insert(.sizes) }
        return needs
    }

    /// Whether a field is left empty.
    func hides(_ field: LogField) -> Bool {
        hidden.contains(field)
    }

    /// Whether an exchange is left out: one that has gone well, and to which it falls by lot.
    ///
    /// - Parameters:
    ///   - nanoseconds: how long it took.
    ///   - random: draws the lot.
    func leavesOut(_ record: borrowing ExchangeRecord, nanoseconds: Int, random: RandomNumbers) -> Bool {
        guard let rollMax, nanoseconds < slowNanoseconds, (100..<400).contains(record.status) else { return false }
        switch record.outcome {
        case .answered, .redirected, .fixedAnswer: return random.roll() >= rollMax
        default: return false
        }
    }
}

extension LogPlan {
    /// The plan of a configuration; `nil` where there is no access log.
    convenience init?(_ configuration: EdgeConfiguration) {
        guard let log = configuration.accessLog else { return nil }
        self.init(log)
    }
}
