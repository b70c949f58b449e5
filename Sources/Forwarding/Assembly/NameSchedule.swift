import Model
import Reactor

/// When which name is asked for again. Knows no clock: time is handed in, in milliseconds of a monotonic one.
///
/// An answer is used for its TTL, within the bounds that are declared; who has none is asked for soon, and less and
/// less often.
package struct NameSchedule {
    private struct Entry {
        /// When it is to be asked for; `nil`: somebody is asking.
        var due: Int64?
        var failureCount = 0
    }

    private var entries: [NameLookup.Name: Entry] = [:]

    /// Nothing is asked for.
    package init() {}

    /// Says which names there are; others are forgotten, and who is new is asked for as after a failure.
    package mutating func watch(_ names: Set<NameLookup.Name>, at now: Int64) {
        entries = entries.filter { names.contains($0.key) }
        for name in names where entries[name] == nil {
            entries[name] = Entry(due: now + Int64(NameLimits.retryMillis))
        }
    }

    /// Takes what somebody was told; of names that are not there, nothing.
    ///
    /// - Parameters:
    ///   - terms: the bounds.
    ///   - release: when something of the name is held no longer, so that it is to be asked for; `nil`: nothing is.
    package mutating func take(
        _ answer: NameLookup.Answer, for name: NameLookup.Name, _ terms: DNSConfiguration, release: Int64?,
        at now: Int64
    ) {
        guard var entry = entries[name] else { return }
        switch answer {
        case .success(let finding):
            let (least, most) = (
                terms.lifeMillisecondsMin, max(terms.lifeMillisecondsMin, terms.lifeMillisecondsMax)
            )
            let life = finding.seconds.map { $0.multipliedReportingOverflow(by: 1_000) }
            let millis = life.map { $0.overflow ? most : $0.partialValue } ?? least
            let due = now + Int64(min(max(millis, least), most))
            entry = Entry(due: release.map { min(max($0, now), due) } ?? due)
        case .failure:
            entry.due = now + NameLimits.retryMillis(afterFailures: entry.failureCount)
            entry.failureCount += 1
        }
        entries[name] = entry
    }

    /// Takes the names whose time has come: they are being asked for from now on.
    package mutating func begin(at now: Int64) -> [NameLookup.Name] {
        let due = entries.filter { $0.value.due.map { $0 <= now } ?? false }.map(\.key)
        for name in due { entries[name]?.due = nil }
        return due
    }

    /// When the next one is to be asked for; `nil`: none is.
    package var next: Int64? { entries.values.compactMap(\.due).min() }
}
