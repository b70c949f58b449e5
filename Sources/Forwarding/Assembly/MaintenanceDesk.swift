/// Who has asked for a site to be closed for maintenance or opened again, and waits until it is so.
///
/// Belongs to the main thread.
package struct MaintenanceDesk {
    /// What somebody has asked for.
    struct Order {
        /// The site's host, as it is declared.
        let site: String
        let isClosed: Bool
        /// Told what has become of it; called on the main thread.
        let answer: ReloadDesk.Answer
    }

    private var next: [Order] = []
    private var current: [Order] = []

    /// Nobody has asked yet.
    package init() {}

    /// Whether there is something to do.
    package var isAsked: Bool { !next.isEmpty }

    /// Takes an order, which is carried out with those that come meanwhile.
    ///
    /// - Parameters:
    ///   - site: the site's host, as it is declared.
    ///   - answer: told what has become of it; called on the main thread.
    package mutating func ask(_ site: String, isClosed: Bool, _ answer: @escaping ReloadDesk.Answer) {
        guard next.count < ReloadDesk.waitingMax else {
            return answer(.failure(SupervisionError(.exhausted, "too many have asked already", cure: "ask again")))
        }
        next.append(Order(site: site, isClosed: isClosed, answer: answer))
    }

    /// Begins what was asked for by now.
    ///
    /// - Parameter sites: the hosts that are closed; of orders for one site the last one counts.
    /// - Returns: those that are to be.
    package mutating func begin(with sites: Set<String>) -> Set<String> {
        current = next
        next = []
        var sites = sites
        for order in current {
            if order.isClosed { sites.insert(order.site) } else { sites.remove(order.site) }
        }
        return sites
    }

    /// Ends what goes on.
    package mutating func end(_ result: Result<Receipt, SupervisionError>) {
        for order in current { order.answer(result) }
        current = []
    }

    /// Tells everybody that the process ends.
    package mutating func close() {
        for order in current + next { order.answer(.failure(.processEnds)) }
        (current, next) = ([], [])
    }
}
