/// The routes that one request asks for, best first: those of the target, then those of the cookies in their order.
///
/// Holds the first `Limits.candidatesMax` that name different members, and the first that names none. A value of fixed
/// size.
public struct RouteCandidates: Sendable {
    /// How many candidates there are, `0 ... Limits.candidatesMax`.
    public private(set) var count = 0
    /// The first route that no member has, for the log.
    public private(set) var unknown: RouteCandidate?
    /// Whether there was a session without a route.
    public private(set) var hasRouteless = false
    private var kept: InlineArray<8, RouteCandidate>
    private var fieldCount = 0

    /// Makes an empty list.
    public init() {
        kept = InlineArray(repeating: .none)
    }

    /// A candidate whose member is known.
    ///
    /// - Parameter position: `0 ..< count`.
    public subscript(position: Int) -> RouteCandidate {
        precondition(position < count, "there is no such candidate")
        return kept[position]
    }

    /// Whether more candidates would not be kept.
    var isFull: Bool { count == Limits.candidatesMax }

    /// Takes the number of the Cookie field that is read now.
    mutating func takeFieldNumber() -> Int {
        defer { fieldCount += 1 }
        return fieldCount
    }

    /// Takes a value in which there is no route.
    mutating func appendRouteless() { hasRouteless = true }

    /// Keeps a candidate unless its member is there already or nothing more is kept.
    mutating func append(_ candidate: RouteCandidate) {
        guard candidate.member != nil else {
            if unknown == nil { unknown = candidate }
            return
        }
        guard !isFull else { return }
        for position in 0..<count where kept[position].member == candidate.member { return }
        kept[count] = candidate
        count += 1
    }
}
