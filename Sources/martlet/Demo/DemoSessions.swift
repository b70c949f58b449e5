/// The sessions of the demo's backends: how often each was asked for.
///
/// Confined to the backends' thread.
struct DemoSessions {
    /// Sessions that are remembered at most; at that point all are forgotten, and clients begin new ones.
    private static let countMax = 10_000

    /// A request's session.
    struct Visit {
        /// What the cookie holds: 32 random hexadecimal digits, a dot and the route of the backend that answers.
        let identifier: String
        /// The request's number in the session, from 1.
        let count: Int
    }

    /// By the digits.
    private var counts: [String: Int] = [:]

    /// Counts a request.
    ///
    /// - Parameters:
    ///   - identifier: the cookie that came with it; one that is not known here begins a new session, as in any servlet
    ///     container, so that a client cannot choose its session's name.
    ///   - route: the backend that answers; a session that was another one's is its own from now on.
    mutating func visit(_ identifier: String?, at route: String) -> Visit {
        guard let digits = identifier?.split(separator: ".").first.map(String.init), let count = counts[digits] else {
            return begin(at: route)
        }
        counts[digits] = count + 1
        return Visit(identifier: "\(digits).\(route)", count: count + 1)
    }

    private mutating func begin(at route: String) -> Visit {
        if counts.count == Self.countMax { counts = [:] }
        let random = UInt128.random(in: 0 ... .max)
        let digits = String(random, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 32 - digits.count) + digits
        counts[padded] = 1
        return Visit(identifier: "\(padded).\(route)", count: 1)
    }
}
