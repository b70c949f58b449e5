import Logging
import Reactor

extension Sources {
    /// What is to be said of a name that was asked for: that its answers fail from now on, or no longer do. Said once.
    ///
    /// - Parameters:
    ///   - former: what was known before.
    ///   - now: milliseconds of the monotonic clock.
    package func news(
        of name: NameLookup.Name, since former: Sources, at now: Int64
    ) -> (level: Logger.Level, line: String)? {
        let (before, after) = (former.names[name], names[name])
        switch (before?.fault, after?.fault) {
        case (nil, let error?):
            guard let readMillis = after?.readMillis, after?.value != nil else { return nil }
            let age = TimeWords.words(milliseconds: (now - readMillis) / 1_000 * 1_000)
            return (.warning, "\(name.host): \(error.words): its last answer, \(age) old, is used on")
        case (_?, nil):
            guard let records = after?.value else { return nil }
            guard before?.value == nil else { return (.info, "\(name.host) is answered again") }
            let places = records.addresses.map(\.host) + records.services.map { "\($0.target):\($0.port)" }
            return (.info, "\(name.host) has an address now: \(places.joined(separator: ", "))")
        default: return nil
        }
    }
}
