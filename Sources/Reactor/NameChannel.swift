import CCares
import CLinux
import Glibc

/// Questions to one choice of name servers, with c-ares; belongs to one thread.
///
/// c-ares obeys `/etc/hosts`, `/etc/resolv.conf` and the order of both in `/etc/nsswitch.conf`, asks by UDP, and by TCP
/// where an answer is too long for that.
@safe
package final class NameChannel {
    /// Milliseconds for which a server is waited for the first time, and twice that the second time: three servers are
    /// each asked once within 6 s, and one that is silent is known to be so then.
    private static let timeoutMillis: Int32 = 2_000
    /// How often each server is asked.
    private static let tries: Int32 = 2
    /// Places of a service that are looked up at most: as many as a balancer may have members.
    private static let servicesMax = 1_024
    /// Whom the machine asks.
    private static let path = "/etc/resolv.conf"

    /// What a question needs until it is answered.
    private final class Question {
        let name: NameLookup.Name
        let channel: NameChannel
        let answer: (NameLookup.Answer) -> Void
        var addresses: [SocketAddress] = []
        var seconds: Int?

        init(_ name: NameLookup.Name, _ channel: NameChannel, _ answer: @escaping (NameLookup.Answer) -> Void) {
            self.name = name
            self.channel = channel
            self.answer = answer
        }
    }

    /// c-ares' own, until this is let go: nobody waits for an answer then, as questions hold it.
    private let channel: UnsafeMutableRawPointer
    /// What is asked and not answered.
    private var pendingCount = 0
    /// `/etc/resolv.conf` as it was read; `nil`: servers are declared.
    private let origin: FileStamp?

    /// Makes a channel; `nil` where c-ares has no memory, or cannot use the servers.
    init?(_ servers: NameServers) {
        let isSystem = servers == .system
        origin = isSystem ? FileStamp(path: Self.path) : nil
        let list = servers.addresses.map(\.description).joined(separator: ",")
        let made =
            unsafe isSystem
            ? ccares_open(nil, Self.timeoutMillis, Self.tries) : ccares_open(list, Self.timeoutMillis, Self.tries)
        guard let made = unsafe made else { return nil }
        unsafe channel = made
    }

    deinit {
        unsafe ccares_close(channel)
    }

    /// Whether something is asked and not answered.
    var isBusy: Bool { pendingCount > 0 }

    /// Whether it asks those whom a new one would ask, or has to end first.
    var isCurrent: Bool { isBusy || origin == nil || origin == FileStamp(path: Self.path) }

    /// Asks for a name.
    ///
    /// - Parameter answer: told once, from within this or ``wait(for:orFor:)``.
    func ask(_ name: NameLookup.Name, _ answer: @escaping (NameLookup.Answer) -> Void) {
        switch name.kind {
        case .addresses: askAddresses(name, answer)
        case .services: askServices(name, answer)
        }
    }

    // MARK: - Addresses

    /// - Parameter isWhole: whether the domains of `/etc/resolv.conf` (`search`) are not put behind the name.
    private func askAddresses(
        _ name: NameLookup.Name, isWhole: Bool = false, _ answer: @escaping (NameLookup.Answer) -> Void
    ) {
        guard let family = LocalFamilies.wanted() else {
            return answer(.failure(SocketAddress.ResolutionError(words: "this machine has no address itself")))
        }
        pendingCount += 1
        let question = unsafe Unmanaged.passRetained(Question(name, self, answer))
        unsafe ccares_ask_addresses(
            channel, isWhole ? name.host + "." : name.host, family,
            { argument, address, count, seconds in
                guard let argument = unsafe argument else { return }
                let question = unsafe Unmanaged<Question>.fromOpaque(argument).takeUnretainedValue()
                question.seconds = min(question.seconds ?? .max, max(0, Int(seconds)))
                guard let address = unsafe address else { return }
                let bytes = unsafe UnsafeRawBufferPointer(start: address, count: count)
                let found = unsafe NameChannel.address(bytes, port: question.name.port)
                if let found, !question.addresses.contains(found) { question.addresses.append(found) }
            },
            { argument, code in
                guard let argument = unsafe argument else { return }
                let question = unsafe Unmanaged<Question>.fromOpaque(argument).takeRetainedValue()
                question.channel.pendingCount -= 1
                let finding = NameLookup.Finding(addresses: question.addresses, seconds: question.seconds)
                let isAnswer = code == 0 && !finding.addresses.isEmpty
                question.answer(
                    isAnswer
                        ? .success(finding)
                        : .failure(NameChannel.error(code == 0 ? Int32(CCARES_NO_DATA) : code)))
            }, question.toOpaque())
    }

    /// c-ares tells no port where it was not asked for a service.
    private static func address(_ bytes: UnsafeRawBufferPointer, port: UInt16) -> SocketAddress? {
        var storage = sockaddr_storage()
        guard bytes.count <= MemoryLayout<sockaddr_storage>.size else { return nil }
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe target.copyMemory(from: bytes)
            // The port stands at the same place in both families.
            unsafe target.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
        }
        let length: Int
        switch Int32(storage.ss_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        guard bytes.count >= length else { return nil }
        return SocketAddress(storage: storage, length: socklen_t(length))
    }

    // MARK: - Services

    private func askServices(_ name: NameLookup.Name, _ answer: @escaping (NameLookup.Answer) -> Void) {
        pendingCount += 1
        let question = unsafe Unmanaged.passRetained(Question(name, self, answer))
        unsafe ccares_ask_services(
            channel, name.host,
            { argument, code, bytes, count in
                guard let argument = unsafe argument else { return }
                let question = unsafe Unmanaged<Question>.fromOpaque(argument).takeRetainedValue()
                question.channel.pendingCount -= 1
                guard code == 0 else { return question.answer(.failure(NameChannel.error(code))) }
                let message = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
                question.channel.findTargets(of: message, question.answer)
            }, question.toOpaque())
    }

    /// Looks up where the hosts are that an answer names.
    private func findTargets(of message: [UInt8], _ answer: @escaping (NameLookup.Answer) -> Void) {
        let services: [NameLookup.Finding.Service]
        do throws(SocketAddress.ResolutionError) {
            services = try Self.services(in: message)
        } catch {
            return answer(.failure(error))
        }
        let seconds = DNSMessage.leastSeconds(in: message)
        let targets = Set(services.map { NameLookup.Name(host: $0.target, port: $0.port) })
        var left = targets.count
        var found: [NameLookup.Name: NameLookup.Answer] = [:]
        for target in targets {
            // A record names its host as a whole (RFC 2782): with `ndots:5`, as in Kubernetes, it would be looked for
            // in each domain first, and believed there. Names without a dot may stand in /etc/hosts alone.
            askAddresses(target, isWhole: target.host.contains(".")) { result in
                found[target] = result
                left -= 1
                guard left == 0 else { return }
                answer(Self.answer(services, seconds: seconds, found))
            }
        }
    }

    /// Whose address nobody has told is there without one, and is asked for again soon; where nobody has one, somebody
    /// of them says why.
    package static func answer(
        _ services: [NameLookup.Finding.Service], seconds: Int?, _ found: [NameLookup.Name: NameLookup.Answer]
    ) -> NameLookup.Answer {
        var finding = NameLookup.Finding(services: [], seconds: seconds)
        var failure = error(Int32(CCARES_NO_DATA))
        for var service in services {
            switch found[NameLookup.Name(host: service.target, port: service.port)] {
            case .success(let target)?:
                service.addresses = target.addresses
                finding.services.append(service)
                finding.seconds = [finding.seconds, target.seconds].compactMap { $0 }.min()
            case .failure(let error)?:
                failure = SocketAddress.ResolutionError(words: "\(service.target): \(error.words)")
                finding.services.append(service)
                finding.seconds = 0
            case nil: break
            }
        }
        return finding.services.allSatisfy(\.addresses.isEmpty) ? .failure(failure) : .success(finding)
    }

    /// The places that an answer names in a stated order, their addresses left open.
    package static func services(
        in message: [UInt8]
    ) throws(SocketAddress.ResolutionError) -> [NameLookup.Finding.Service] {
        var services: Set<NameLookup.Finding.Service> = []
        let code = unsafe withUnsafeMutablePointer(to: &services) { services in
            unsafe ccares_read_services(
                message, message.count,
                { argument, host, port, priority, weight in
                    guard let argument = unsafe argument, let host = unsafe host else { return }
                    let services = unsafe argument.assumingMemoryBound(to: Set<NameLookup.Finding.Service>.self)
                    let target = unsafe String(cString: host).lowercased()
                    // A dot alone says that there is no such service (RFC 2782).
                    guard !target.isEmpty, target != ".", port > 0 else { return }
                    guard unsafe services.pointee.count < NameChannel.servicesMax else { return }
                    unsafe services.pointee.insert(
                        NameLookup.Finding.Service(
                            target: target, port: port, priority: priority, weight: weight, addresses: []))
                }, services)
        }
        guard code == 0 else { throw error(code) }
        guard !services.isEmpty else {
            throw SocketAddress.ResolutionError(words: "it is said that there is no such service")
        }
        return services.sorted { ($0.target, $0.port, $0.priority) < ($1.target, $1.port, $1.priority) }
    }

    private static func error(_ code: Int32) -> SocketAddress.ResolutionError {
        SocketAddress.ResolutionError(
            words: unsafe String(cString: ccares_words(code)), isLate: code == Int32(CCARES_LATE))
    }

    // MARK: - Waiting

    /// Waits until one of them gets an answer or has waited long enough for one, or somebody has a question.
    static func wait(for channels: [NameChannel], orFor waker: Waker) {
        var items = [pollfd(fd: waker.number, events: Int16(POLLIN), revents: 0)]
        var owners: [NameChannel] = []
        var millis: Int32 = -1
        for channel in channels {
            let sockets = channel.sockets()
            items += sockets
            owners += sockets.map { _ in channel }
            if let limit = channel.patienceMillis { millis = millis < 0 ? limit : min(millis, limit) }
        }
        _ = unsafe poll(&items, nfds_t(items.count), millis)
        if items[0].revents != 0 { waker.clear() }
        for (item, channel) in zip(items.dropFirst(), owners) where item.revents != 0 {
            let isReadable = item.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0
            let isWritable = item.revents & Int16(POLLOUT) != 0
            unsafe ccares_process(channel.channel, isReadable ? item.fd : -1, isWritable ? item.fd : -1)
        }
        // Whose time is over is told so, whoever has got something.
        for channel in channels where channel.isBusy { unsafe ccares_process(channel.channel, -1, -1) }
    }

    private func sockets() -> [pollfd] {
        let countMax = Int(CCARES_SOCKETS_MAX)
        var numbers = [Int32](repeating: -1, count: countMax)
        let bits = unsafe ccares_sockets(channel, &numbers)
        return numbers.enumerated().compactMap { index, number in
            let isRead = bits & (1 << UInt32(index)) != 0
            let isWritten = bits & (1 << UInt32(index + countMax)) != 0
            guard isRead || isWritten else { return nil }
            return pollfd(
                fd: number, events: Int16(isRead ? POLLIN : 0) | Int16(isWritten ? POLLOUT : 0), revents: 0)
        }
    }

    /// Milliseconds until the next server has been waited for long enough; `nil`: none is.
    private var patienceMillis: Int32? {
        guard isBusy else { return nil }
        let millis = unsafe ccares_patience_millis(channel)
        return millis < 0 ? nil : millis
    }
}

/// What tells a file from what stands in its place later.
private struct FileStamp: Equatable {
    private let device: UInt
    private let file: UInt
    private let bytes: Int
    private let seconds: Int
    private let nanoseconds: Int

    /// Of a file that is not there, all is 0.
    init(path: String) {
        var status = stat()
        let isThere = unsafe stat(path, &status) == 0
        device = isThere ? UInt(status.st_dev) : 0
        file = isThere ? UInt(status.st_ino) : 0
        bytes = isThere ? status.st_size : 0
        seconds = isThere ? status.st_mtim.tv_sec : 0
        nanoseconds = isThere ? status.st_mtim.tv_nsec : 0
    }
}

/// Which addresses this machine has itself: others of that family lead nowhere (AI_ADDRCONFIG, RFC 3493).
private enum LocalFamilies {
    /// What to ask for; `nil`: there are no interfaces.
    ///
    /// The loopback's addresses do not count, unless there are no others.
    static func wanted() -> Int32? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return AF_UNSPEC }
        defer { unsafe freeifaddrs(list) }
        var families: Set<Int32> = []
        var loopback: Set<Int32> = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ifa_addr {
                let family = unsafe Int32(address.pointee.sa_family)
                let isLoopback = unsafe entry.pointee.ifa_flags & UInt32(IFF_LOOPBACK) != 0
                if isLoopback { loopback.insert(family) } else { families.insert(family) }
            }
            unsafe next = unsafe entry.pointee.ifa_next
        }
        let known = families.isDisjoint(with: [AF_INET, AF_INET6]) ? loopback : families
        switch (known.contains(AF_INET), known.contains(AF_INET6)) {
        case (true, false): return AF_INET
        case (false, true): return AF_INET6
        case (true, true): return AF_UNSPEC
        case (false, false): return nil
        }
    }
}
