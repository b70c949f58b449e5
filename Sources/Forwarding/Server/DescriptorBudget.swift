import Model
import Reactor

/// How many client connections fit the process's descriptors.
///
/// A client whose request is under way needs two: its own, and one to a member. So half of what is left beside the
/// process's own is kept for members, up to a number that few edges have under way at once.
package struct DescriptorBudget {
    /// Descriptors that are kept for members at most.
    static let membersMax = 4096
    /// What a reload takes for a moment: new sockets, files of certificates and names, a log.
    private static let spare = 16
    /// A worker's event loop and its waker.
    private static let eachWorker = 2
    /// The control socket, its server's loop, and its clients; as many where metrics are told.
    private static let control = 40

    private let limit: Int
    private let open: Int
    private let cores: Int

    /// - Parameters:
    ///   - limit: descriptors that the process may have.
    ///   - open: those that it has before it opens what the configuration wants.
    ///   - cores: the number of workers where none is declared.
    package init(limit: Int, open: Int, cores: Int) {
        self.limit = limit
        self.open = open
        self.cores = cores
    }

    /// Fits a configuration to the limit: `limits.connections` is lowered to what there are descriptors for.
    ///
    /// - Returns: the configuration, and what operators should know.
    /// - Throws: ``DescriptorShortage`` where not even one client fits.
    package func fit(
        _ configuration: EdgeConfiguration
    ) throws(DescriptorShortage) -> (configuration: EdgeConfiguration, doubt: DescriptorDoubt?) {
        let own = needed(by: configuration)
        let left = limit - own
        guard left >= 2 else { throw DescriptorShortage(limit: limit, needed: own + 2) }
        let fitting = left - min(left / 2, Self.membersMax)
        let declared = configuration.limits.connectionsMax
        guard declared > fitting else { return (configuration, nil) }
        var fitted = configuration
        fitted.limits.connectionsMax = fitting
        let wanted = own + declared + min(declared, Self.membersMax)
        let doubt = DescriptorDoubt(
            message:
                "limits.connections is \(declared), and \(limit) descriptors are enough for \(fitting): no more are "
                + "taken at a time",
            cure: "allow \(wanted) (LimitNOFILE=\(wanted) in systemd's unit, ulimit -Hn in a shell), or lower "
                + "limits.connections")
        return (fitted, doubt)
    }

    private func needed(by configuration: EdgeConfiguration) -> Int {
        open + (configuration.workers ?? cores) * Self.eachWorker + configuration.listeners.count + 2 + Self.spare
            + (configuration.controlSocketPath == nil ? 0 : Self.control)
            + (configuration.metrics == nil ? 0 : Self.control)
            + (configuration.heartbeatAddress == nil ? 0 : 1) + Self.checks(of: configuration)
    }
}

extension DescriptorBudget {
    /// What checks of members and their agents have open at a time, with their thread's event loop; of members that a
    /// name server or a file tells of, as many as there may be without a reload.
    fileprivate static func checks(of configuration: EdgeConfiguration) -> Int {
        let count = configuration.balancers.reduce(0) { count, balancer in
            count
                + balancer.members.reduce(0) { count, member in
                    let asked =
                        (configuration.check(of: member, in: balancer) == nil ? 0 : 1)
                        + ((member.agent ?? balancer.agent) == nil ? 0 : 1)
                    return count + asked * (balancer.membersPath == nil ? member.expansionMax : CheckLimits.probesMax)
                }
        }
        return count == 0 ? 0 : min(count, CheckLimits.probesMax) + eachWorker
    }
}

/// The process may have fewer descriptors than the configuration wants.
public struct DescriptorDoubt: Sendable, CustomStringConvertible {
    /// What becomes of it.
    public let message: String
    /// What to do.
    public let cure: String

    public var description: String { "\(message); \(cure)" }
}

extension EdgeConfiguration {
    /// Whether `limits.connections` fits the descriptors that this process may have, as one that serves would find it.
    public func descriptorDoubt() -> DescriptorDoubt? {
        let budget = DescriptorBudget(
            limit: ProcessLimits.raiseDescriptors(), open: ProcessLimits.openDescriptorCount(),
            cores: Generations.coreCount)
        do throws(DescriptorShortage) {
            return try budget.fit(self).doubt
        } catch {
            return error.doubt
        }
    }
}

/// The process may not have enough descriptors to serve.
package struct DescriptorShortage: Error, CustomStringConvertible {
    let limit: Int
    let needed: Int

    package var description: String { doubt.description }

    /// The same of a process that does not serve.
    fileprivate var doubt: DescriptorDoubt {
        DescriptorDoubt(
            message: "\(limit) descriptors are too few: \(needed) are the least for these workers and listeners",
            cure: "raise the hard limit (LimitNOFILE= in systemd's unit, ulimit -Hn in a shell)")
    }
}
