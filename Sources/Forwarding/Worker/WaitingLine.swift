/// Who stands in a ``WaitingLine``.
protocol InLine: AnyObject {
    /// Who came next.
    var later: Self? { get set }
    /// Who came before.
    var earlier: Self? { get set }
    /// Whether it stands there.
    var isInLine: Bool { get set }
}

/// Those who wait, in the order in which they came: a list through themselves, so that each comes and leaves with a few
/// stores, wherever it stands.
final class WaitingLine<Waiter: InLine> {
    private(set) var first: Waiter?
    unowned private var last: Waiter?
    private(set) var count = 0

    /// Puts one behind the others who stands in no line.
    func append(_ waiter: Waiter) {
        waiter.isInLine = true
        if let last {
            last.later = waiter
            waiter.earlier = last
        } else {
            first = waiter
        }
        last = waiter
        count += 1
    }

    /// Takes out one who stands in the line, wherever that is.
    func remove(_ waiter: Waiter) {
        waiter.isInLine = false
        let (earlier, later) = (waiter.earlier, waiter.later)
        waiter.earlier = nil
        waiter.later = nil
        if let later { later.earlier = earlier } else { last = earlier }
        if let earlier { earlier.later = later } else { first = later }
        count -= 1
    }

    /// Takes out who came first.
    func removeFirst() -> Waiter? {
        guard let first else { return nil }
        remove(first)
        return first
    }
}
