import CLinux
import Glibc
import Synchronization

/// Asks name servers for what names stand for, with c-ares, on one thread of its own that begins with the first
/// question.
///
/// `/etc/hosts` and `/etc/resolv.conf` are obeyed. A name that neither knows is asked of getaddrinfo(3) once more,
/// which has the other sources of `/etc/nsswitch.conf` (mDNS, containers): each on a thread, as it cannot be stopped.
/// It is not where the machine's name servers are silent, as it would wait for the same ones.
public final class NameResolver: Sendable {
    /// The one of this process.
    public static let shared = NameResolver()

    /// Threads that ask getaddrinfo at most: beyond that, what the name servers have said holds.
    static let systemThreadsMax = 64
    /// Seconds for which what it says may be used: it does not tell them.
    static let systemSeconds = 30

    private struct Question {
        let name: NameLookup.Name
        let servers: NameServers
        let answer: @Sendable (NameLookup.Answer) -> Void
    }

    private struct Desk {
        var questions: [Question] = []
        var isOpen = false
    }

    private let desk = Mutex(Desk())
    private let systemThreads = Atomic<Int>(0)
    /// `nil`: there was no descriptor for one, and nothing can be asked.
    private let waker: Waker?

    private init() {
        waker = try? Waker()
    }

    /// Asks for a name. Any thread may.
    ///
    /// - Parameter answer: told once, on the resolver's thread or another one, perhaps before this returns.
    public func ask(
        _ name: NameLookup.Name, of servers: NameServers,
        _ answer: @escaping @Sendable (NameLookup.Answer) -> Void
    ) {
        if name.kind == .addresses, let address = SocketAddress(host: name.host, port: name.port) {
            return answer(.success(NameLookup.Finding(addresses: [address])))
        }
        guard let waker, begin(waker) else {
            return answer(.failure(SocketAddress.ResolutionError(words: "there is no thread to ask on")))
        }
        let question = Question(name: name, servers: servers) { [self] found in
            guard case .failure(let error) = found, !error.isLate, servers == .system, name.kind == .addresses else {
                return answer(found)
            }
            askSystem(name, else: error, answer)
        }
        desk.withLock { $0.questions.append(question) }
        waker.wake()
    }

    /// Starts the thread, unless it runs.
    private func begin(_ waker: Waker) -> Bool {
        desk.withLock { desk in
            guard !desk.isOpen else { return true }
            desk.isOpen = (try? OperatingSystemThread(name: "resolver") { [self] in run(waker) }) != nil
            return desk.isOpen
        }
    }

    private func run(_ waker: Waker) {
        var channels: [NameServers: NameChannel] = [:]
        while true {
            let questions = desk.withLock { desk in
                defer { desk.questions = [] }
                return desk.questions
            }
            for question in questions {
                let channel = channels[question.servers].flatMap { $0.isCurrent ? $0 : nil }
                guard let channel = channel ?? NameChannel(question.servers) else {
                    question.answer(.failure(SocketAddress.ResolutionError(words: "c-ares cannot be set up")))
                    continue
                }
                channels[question.servers] = channel
                channel.ask(question.name, question.answer)
            }
            let used = Set(questions.map(\.servers))
            // Whoever is not asked any more is let go with the next question to another one.
            if !used.isEmpty { channels = channels.filter { used.contains($0.key) || $0.value.isBusy } }
            NameChannel.wait(for: Array(channels.values), orFor: waker)
        }
    }

    /// Asks getaddrinfo, where there is a thread for that.
    private func askSystem(
        _ name: NameLookup.Name, else error: SocketAddress.ResolutionError,
        _ answer: @escaping @Sendable (NameLookup.Answer) -> Void
    ) {
        guard systemThreads.wrappingAdd(1, ordering: .relaxed).newValue <= Self.systemThreadsMax else {
            systemThreads.wrappingSubtract(1, ordering: .relaxed)
            return answer(.failure(error))
        }
        let thread = try? OperatingSystemThread(name: "names") { [self] in
            do throws(SocketAddress.ResolutionError) {
                let addresses = try SocketAddress.resolve(host: name.host, port: name.port)
                answer(.success(NameLookup.Finding(addresses: addresses, seconds: Self.systemSeconds)))
            } catch {
                answer(.failure(error))
            }
            systemThreads.wrappingSubtract(1, ordering: .relaxed)
        }
        guard thread == nil else { return }
        systemThreads.wrappingSubtract(1, ordering: .relaxed)
        answer(.failure(error))
    }
}
