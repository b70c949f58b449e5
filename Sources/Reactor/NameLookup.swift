import Dispatch
import Synchronization

/// Waits for the addresses of many host names at a time, and for no longer than a time.
///
/// A name that is not answered in time is left alone; its answer is heard by nobody.
public final class NameLookup: Sendable {
    /// What is asked for.
    public struct Name: Hashable, Sendable {
        /// What kind of records it has.
        public enum Kind: Hashable, Sendable {
            /// Addresses (A and AAAA), which get the name's port.
            case addresses
            /// Services (SRV, RFC 2782), which say their ports themselves.
            case services
        }

        /// A DNS name, or an address in digits.
        public let host: String
        /// The port; 0 for services.
        public let port: UInt16
        /// What kind of records it has.
        public let kind: Kind

        /// Makes a host's name of its parts.
        public init(host: String, port: UInt16) {
            (self.host, self.port, kind) = (host, port, .addresses)
        }

        /// Makes a service's name.
        public init(service: String) {
            (host, port, kind) = (service, 0, .services)
        }
    }

    /// What a name stands for.
    public struct Finding: Hashable, Sendable {
        /// A place where a service is.
        public struct Service: Hashable, Sendable {
            /// The host that has it, without a dot at its end.
            public var target: String
            /// Its port there.
            public var port: UInt16
            /// Those of the lowest number go first.
            public var priority: UInt16
            /// Its share among those of one priority.
            public var weight: UInt16
            /// Where the host is, at the port; empty: nobody has told that this time.
            public var addresses: [SocketAddress]

            /// Describes a service.
            public init(
                target: String, port: UInt16, priority: UInt16, weight: UInt16, addresses: [SocketAddress]
            ) {
                self.target = target
                self.port = port
                self.priority = priority
                self.weight = weight
                self.addresses = addresses
            }
        }

        /// A host's addresses, in the order in which they should be tried (RFC 6724); none for services.
        public var addresses: [SocketAddress] = []
        /// A service's places, in no order, one of which has an address at least; none for hosts.
        public var services: [Service] = []
        /// Seconds for which the answer may be used; `nil`: nobody has said.
        public var seconds: Int?

        /// Describes what a host's name stands for.
        public init(addresses: [SocketAddress], seconds: Int? = nil) {
            self.addresses = addresses
            self.seconds = seconds
        }

        /// Describes what a service's name stands for.
        public init(services: [Service], seconds: Int? = nil) {
            self.services = services
            self.seconds = seconds
        }
    }

    /// At least one address or service, or why there is none.
    public typealias Answer = Result<Finding, SocketAddress.ResolutionError>

    /// Asks for a name, and has the answer told once, on any thread, before it returns or later.
    public typealias Asker = @Sendable (Name, _ answer: @escaping @Sendable (Answer) -> Void) -> Void

    private struct Progress {
        var awaited: Set<Name> = []
        var answers: [Name: Answer] = [:]
        var isAbandoned = false
    }

    private let asker: Asker
    private let progress = Mutex(Progress())
    /// Signalled with each answer.
    private let news = DispatchSemaphore(value: 0)

    /// - Parameter asker: asks for one name.
    public init(asker: @escaping Asker) {
        self.asker = asker
    }

    /// Asks name servers.
    public convenience init(_ servers: NameServers = .system) {
        self.init { name, answer in NameResolver.shared.ask(name, of: servers, answer) }
    }

    /// Begins to ask; to be called once.
    public func begin(_ names: Set<Name>) {
        progress.withLock { $0.awaited = names }
        for name in names {
            asker(name) { [self] answer in
                progress.withLock { progress in
                    guard progress.awaited.remove(name) != nil else { return }
                    progress.answers[name] = answer
                }
                news.signal()
            }
        }
    }

    /// Waits until everything is answered, the time is over, or somebody gives up.
    ///
    /// - Returns: what was answered.
    public func wait(seconds: Int) -> [Name: Answer] {
        let deadline = DispatchTime.now() + .seconds(seconds)
        while progress.withLock({ !$0.awaited.isEmpty && !$0.isAbandoned }) {
            guard news.wait(timeout: deadline) == .success else { break }
        }
        return progress.withLock { $0.answers }
    }

    /// Ends ``wait(seconds:)``. Any thread may call it.
    public func abandon() {
        progress.withLock { $0.isAbandoned = true }
        news.signal()
    }

    /// Whether somebody has given up: who is not answered yet may have an address.
    public var isAbandoned: Bool { progress.withLock { $0.isAbandoned } }
}
