/// Who stands in a ``WaitingLine``, which alone calls its verbs.
///
/// They are no properties that can be set: how a protocol sets one spans a call, and every access to it would be
/// checked for exclusivity at run time.
protocol InLine: AnyObject {
    /// Who came next.
    var later: Self? { get }
    /// Who came before.
    var earlier: Self? { get }
    /// Whether it stands there.
    var isInLine: Bool { get }

    /// Says who came next.
    func setLater(_ waiter: Self?)
    /// Says who came before.
    func setEarlier(_ waiter: Self?)
    /// Says whether it stands there.
    func setInLine(_ isInLine: Bool)
}

/// Those who wait, in the order in which they came: a list through themselves, so that each comes and leaves with a few
/// stores, wherever it stands.
final class WaitingLine<Waiter: InLine> {
    private(set) var first: Waiter?
    unowned private var last: Waiter?
    private(set) var count = 0

    /// Puts one behind the others who stands in no line.
    func append(_ waiter: Waiter) {
        waiter.setInLine(true)
        if let last {
            last.setLater(waiter)
            waiter.setEarlier(last)
        } else {
            first = waiter
        }
        last = waiter
        count += 1
    }

    /// Takes out one who stands in the line, wherever that is.
    func remove(_ waiter: Waiter) {
        waiter.setInLine(false)
        let (earlier, later) = (waiter.earlier, waiter.later)
        waiter.setEarlier(nil)
        waiter.setLater(nil)
        if let later { later.setEarlier(earlier) } else { last = earlier }
        if let earlier { earlier.setLater(later) } else { first = later }
        count -= 1
    }

    /// Takes out who came first.
    func removeFirst() -> Waiter? {
        guard let first else { return nil }
        remove(first)
        return first
    }
}
