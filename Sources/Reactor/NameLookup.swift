import Dispatch
import Synchronization

/// Finds the addresses of many host names at a time, on threads of its own, and within a time.
///
/// getaddrinfo(3) cannot be stopped. A thread that has not come back in time is left to end by itself, and its answer
/// is heard by nobody.
public final class NameLookup: Sendable {
    /// A host with the port that its addresses get.
    public struct Name: Hashable, Sendable {
        /// A DNS name, or an address in digits.
        public let host: String
        /// The port.
        public let port: UInt16

        /// Makes a name of its parts.
        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    /// At least one address, or why there is none.
    public typealias Answer = Result<[SocketAddress], SocketAddress.ResolutionError>

    /// Finds a name's addresses; may block.
    public typealias Resolver = @Sendable (Name) -> Answer

    /// Names that are asked for at a time; twice as many by look-ups of the whole process, those among them that were
    /// given up, so that a resolver that never answers holds no more threads.
    public static let threadsMax = 64
    /// Threads of the process that ask.
    private static let busyCount = Atomic<Int>(0)

    private struct Progress {
        var queue: [Name] = []
        var awaitedCount = 0
        var answers: [Name: Answer] = [:]
        var isAbandoned = false
    }

    private let resolver: Resolver
    private let progress = Mutex(Progress())
    /// Signalled with each answer.
    private let news = DispatchSemaphore(value: 0)

    /// - Parameter resolver: asks for one name.
    public init(resolver: @escaping Resolver = NameLookup.ask) {
        self.resolver = resolver
    }

    /// Asks the system's resolver.
    public static let ask: Resolver = { name in
        do throws(SocketAddress.ResolutionError) {
            return .success(try SocketAddress.resolve(host: name.host, port: name.port))
        } catch {
            return .failure(error)
        }
    }

    /// Begins to ask; to be called once.
    public func begin(_ names: Set<Name>) {
        progress.withLock { progress in
            progress.queue = Array(names)
            progress.awaitedCount = names.count
        }
        // Without a single thread nothing is answered, which whoever waits finds out.
        for _ in 0..<min(names.count, Self.threadsMax) { beginThread() }
    }

    private func beginThread() {
        guard Self.busyCount.wrappingAdd(1, ordering: .relaxed).newValue <= 2 * Self.threadsMax else {
            Self.busyCount.wrappingSubtract(1, ordering: .relaxed)
            return
        }
        do {
            _ = try OperatingSystemThread(name: "names") { [self] in
                work()
                Self.busyCount.wrappingSubtract(1, ordering: .relaxed)
            }
        } catch {
            Self.busyCount.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Waits until everything is answered, the time is over, or somebody gives up.
    ///
    /// - Returns: what was answered.
    public func wait(seconds: Int) -> [Name: Answer] {
        let deadline = DispatchTime.now() + .seconds(seconds)
        while progress.withLock({ $0.awaitedCount > 0 && !$0.isAbandoned }) {
            guard news.wait(timeout: deadline) == .success else { break }
        }
        return progress.withLock { progress in
            // Who is asked for in vain needs no thread any more.
            progress.queue = []
            return progress.answers
        }
    }

    /// Ends ``wait(seconds:)``. Any thread may call it.
    public func abandon() {
        progress.withLock { $0.isAbandoned = true }
        news.signal()
    }

    /// Whether somebody has given up: who is not answered yet may have an address.
    public var isAbandoned: Bool { progress.withLock { $0.isAbandoned } }

    private func work() {
        while let name = progress.withLock({ $0.queue.popLast() }) {
            let answer = resolver(name)
            progress.withLock { progress in
                progress.answers[name] = answer
                progress.awaitedCount -= 1
            }
            news.signal()
        }
    }
}
