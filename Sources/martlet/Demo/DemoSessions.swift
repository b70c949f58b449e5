/// The sessions of one demo backend: how often each was asked for.
///
/// Confined to the backend's thread.
struct DemoSessions {
    /// Sessions that are remembered at most; at that point all are forgotten, and clients begin new ones.
    private static let countMax = 10_000

    /// A request's session.
    struct Visit {
        /// What the cookie holds: 32 random hexadecimal digits, a dot and the backend's route.
        let identifier: String
        /// The request's number in the session, from 1.
        let count: Int
    }

    private let route: String
    private var counts: [String: Int] = [:]

    init(route: String) {
        self.route = route
    }

    /// Counts a request.
    ///
    /// - Parameter identifier: the cookie that came with it; one that is not known here begins a new session, as in any
    ///   servlet container, so that a client cannot choose its session's name.
    mutating func visit(_ identifier: String?) -> Visit {
        guard let identifier, let count = counts[identifier] else { return begin() }
        counts[identifier] = count + 1
        return Visit(identifier: identifier, count: count + 1)
    }

    private mutating func begin() -> Visit {
        if counts.count == Self.countMax { counts = [:] }
        let random = UInt128.random(in: 0 ... .max)
        let digits = String(random, radix: 16, uppercase: true)
        let identifier = String(repeating: "0", count: 32 - digits.count) + digits + "." + route
        counts[identifier] = 1
        return Visit(identifier: identifier, count: 1)
    }
}
