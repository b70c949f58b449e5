/// Tells once a period how many were refused and let go of, and by which limit. Knows no clock.
package struct RefusalReport {
    private var refused: EdgeStatus.Refused
    private var shed: EdgeStatus.Shed
    /// Milliseconds of the clock since when nothing has happened that was not told.
    private var began: Int

    /// Begins where nothing is to be told.
    ///
    /// - Parameter now: milliseconds of the clock.
    package init(_ refused: EdgeStatus.Refused, _ shed: EdgeStatus.Shed, now: Int) {
        (self.refused, self.shed, began) = (refused, shed, now)
    }

    /// What is to be told now.
    ///
    /// - Parameters:
    ///   - refused: what was refused since the start.
    ///   - shed: what was let go of since the start.
    ///   - now: milliseconds of the clock.
    ///   - isEnding: whether there is no further call.
    /// - Returns: `nil`: nothing, or not yet.
    package mutating func line(
        _ refused: EdgeStatus.Refused, _ shed: EdgeStatus.Shed, now: Int, isEnding: Bool = false
    ) -> String? {
        guard refused != self.refused || shed != self.shed else {
            began = now
            return nil
        }
        guard isEnding || now - began >= MemoryLimits.reportMillis else { return nil }
        let parts = [
            Self.list("refused", refused.counts(since: self.refused)),
            Self.list("let go of", shed.counts(since: self.shed)),
        ].compactMap { $0 }
        let seconds = max(1, (now - began + 500) / 1_000)
        (self.refused, self.shed, began) = (refused, shed, now)
        return "in \(seconds) s " + parts.joined(separator: "; ")
    }

    private static func list(_ verb: String, _ counts: [(count: UInt64, what: String, limit: String)]) -> String? {
        let told = counts.filter { $0.count > 0 }.map { "\($0.count) \($0.what) (\($0.limit))" }
        return told.isEmpty ? nil : "\(verb): " + told.joined(separator: ", ")
    }
}

extension EdgeStatus.Refused {
    /// What has come since, by the limits' names.
    fileprivate func counts(since former: EdgeStatus.Refused) -> [(count: UInt64, what: String, limit: String)] {
        [
            (addresses - former.addresses, "requests", "deny, allow"),
            (rates - former.rates, "requests", "rate-limit"),
            (exchanges - former.exchanges, "requests", "limits.exchanges-per-address"),
            (connections - former.connections, "connections", "limits.connections-per-address"),
            (connectionRates - former.connectionRates, "connections", "limits.connection-rate"),
            (streams - former.streams, "streams", "limits.stream-rate"),
        ]
    }
}

extension EdgeStatus.Shed {
    /// What has come since, by the limits' names.
    fileprivate func counts(since former: EdgeStatus.Shed) -> [(count: UInt64, what: String, limit: String)] {
        [
            (idleForConnections - former.idleForConnections, "idle clients", "limits.connections"),
            (idleForDescriptors - former.idleForDescriptors, "idle clients", "descriptors"),
            (idleClients - former.idleClients, "idle clients", "limits.memory"),
            (idleMembers - former.idleMembers, "idle connections to members", "limits.memory"),
            (slowClients - former.slowClients, "clients that took nothing", "limits.memory"),
        ]
    }
}
