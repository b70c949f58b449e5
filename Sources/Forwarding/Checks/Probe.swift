import Bytes
import Reactor
import TLS

/// One check on its way: a connection of its own, what is said on it, and the result.
///
/// ```
/// connecting ──▶ handshaking ──▶ talking ──▶ ended
/// ```
///
/// Belongs to the prober's thread. It ends once, by a result or by its time, and tells that once.
final class Probe: EventHandler {
    /// Whom it asks, and how long.
    struct Target {
        /// Tried in their order, until one accepts a connection; at least one.
        let addresses: [SocketAddress]
        /// Milliseconds for all of it.
        let timeoutMillis: Int
        /// Makes TLS of it; `nil`: it is asked in cleartext.
        var tls: TLSClientContext?
        /// What the server is to be called then.
        var name = ""
        /// The protocol that it has to choose then; `nil`: any.
        var applicationProtocol: StaticString?
    }

    private enum Phase {
        case connecting, handshaking, talking, ended
    }

    private let target: Target
    /// `nil`: it is over when there is a connection.
    private let dialogue: (any ProbeDialogue)?
    private let loop: EventLoop
    private let buffers: BufferPool
    private let onEnd: (ProbeResult) -> Void
    private let began: Int
    private var phase = Phase.connecting
    private var addressIndex = 0
    private var socket: ProbeSocket?
    private var registration: Registration?
    private var output: Buffer?
    private var receivedCount = 0

    /// - Parameter onEnd: is told what it has come to, not before ``begin()``.
    init(
        _ target: Target, _ dialogue: (any ProbeDialogue)?, loop: EventLoop, buffers: BufferPool,
        onEnd: @escaping (ProbeResult) -> Void
    ) {
        self.target = target
        self.dialogue = dialogue
        self.loop = loop
        self.buffers = buffers
        self.onEnd = onEnd
        began = loop.clock.nowMillis
    }

    /// Begins to connect.
    func begin() {
        connect()
    }

    /// Gives it up without a result.
    func cancel() {
        close()
    }

    private var millisLeft: Int { max(0, target.timeoutMillis - (loop.clock.nowMillis - began)) }

    private func connect() {
        do throws(SystemError) {
            let opened = try Socket(connectingTo: target.addresses[addressIndex])
            guard !opened.isQueueFull else { return connectElsewhere("its queue is full") }
            let socket = ProbeSocket(taking: opened)
            let registration = try loop.register(socket.socket.descriptor, handler: self)
            (self.socket, self.registration) = (socket, registration)
            loop.setDeadline(registration, after: millisLeft)
        } catch {
            // What has run out here says nothing of the member.
            let isOurs = error.isExhaustion || error.isOutOfPorts
            if isOurs { end(.undecided(error.description)) } else { connectElsewhere(error.description) }
        }
    }

    private func connectElsewhere(_ words: String) {
        release()
        addressIndex += 1
        guard addressIndex < target.addresses.count else { return end(.failed(words)) }
        connect()
    }

    // MARK: - Events

    func onReady(_ readiness: Readiness) {
        if phase == .connecting { onConnect(readiness) }
        if phase == .handshaking { shakeHands() }
        if phase == .talking { talk() }
    }

    func onDeadline() {
        let words =
            switch phase {
            case .connecting: "no connection within \(target.timeoutMillis) ms"
            case .handshaking: "no TLS within \(target.timeoutMillis) ms"
            case .talking, .ended: "no answer within \(target.timeoutMillis) ms"
            }
        end(.failed(words))
    }

    private func onConnect(_ readiness: Readiness) {
        guard let socket else { return }
        let code = socket.socket.pendingError()
        guard code == 0 else { return connectElsewhere(SystemError("connect", code: code).description) }
        guard readiness.contains(.writable) else { return }
        guard let context = target.tls else { return beginTalk() }
        do throws(TLSError) {
            try socket.secure(context, name: target.name)
            phase = .handshaking
        } catch {
            end(.failed("TLS: \(error.words)"))
        }
    }

    private func shakeHands() {
        guard let tls = socket?.tls else { return }
        switch tls.handshake() {
        case .done: break
        case .wouldBlock: return
        case .ended: return end(.failed("TLS: closed within the handshake"))
        case .failed(let error): return end(.failed("TLS: \(error.words)"))
        }
        if let name = target.applicationProtocol, !tls.speaks(name) {
            return end(.failed("TLS: the server does not choose \(name) by ALPN"))
        }
        beginTalk()
    }

    private func beginTalk() {
        guard let dialogue else { return end(.passed(target.tls == nil ? "connected" : "TLS handshake done")) }
        phase = .talking
        let output = buffers.small()
        dialogue.begin(to: output)
        self.output = output
        // What has come before the registration told of it has no event of its own any more.
        talk()
    }

    private func talk() {
        guard let dialogue, let socket, let output else { return }
        write(output, to: socket)
        let input = buffers.small()
        defer { buffers.giveBack(input) }
        while phase == .talking {
            switch socket.read(into: input) {
            case .moved(let count):
                receivedCount += count
                let result = input.withReadable { dialogue.receive($0, to: output) }
                input.removeAll()
                if let result { return end(result) }
                guard receivedCount <= CheckLimits.answerBytesMax else {
                    return end(.failed("more than \(CheckLimits.answerBytesMax / 1_024) KiB without an end"))
                }
                write(output, to: socket)
            case .wouldBlock: return
            case .ended: return end(dialogue.end())
            case .failed(let words): return end(.failed(words))
            }
        }
    }

    /// Writes what there is to say, as far as it is taken.
    private func write(_ output: Buffer, to socket: ProbeSocket) {
        while !output.isEmpty {
            switch output.withReadable({ socket.write($0) }) {
            case .moved(let count): output.consume(count)
            case .wouldBlock: return
            // What the member has said before it closed is read first.
            case .ended, .failed: output.removeAll()
            }
        }
    }

    // MARK: - The end

    private func end(_ result: ProbeResult) {
        guard phase != .ended else { return }
        close()
        onEnd(result)
    }

    private func close() {
        phase = .ended
        release()
        if let output = output.take() {
            output.removeAll()
            buffers.giveBack(output)
        }
    }

    private func release() {
        if let registration { loop.deregister(registration) }
        registration = nil
        socket = nil
    }
}

/// A socket, and TLS on it where there is any.
private final class ProbeSocket {
    let socket: Socket
    private(set) var tls: TLSClientConnection?

    init(taking socket: consuming Socket) {
        self.socket = socket
    }

    deinit {
        // It must not outlive the socket's descriptor.
        tls = nil
    }

    func secure(_ context: TLSClientContext, name: String) throws(TLSError) {
        tls = try TLSClientConnection(context: context, descriptor: socket.descriptor.number, name: name)
    }

    /// What reading or writing has come to.
    enum Transfer {
        case moved(Int), wouldBlock, ended
        case failed(String)

        init(_ outcome: TLSConnection.Outcome) {
            self =
                switch outcome {
                case .done(let count): .moved(count)
                case .wouldBlock: .wouldBlock
                case .ended: .ended
                case .failed(let error): .failed("TLS: \(error.words)")
                }
        }

        init(_ result: TransferResult, _ call: StaticString) {
            self =
                switch result {
                case .transferred(let count): .moved(count)
                case .wouldBlock: .wouldBlock
                case .ended: .ended
                case .failed(let code): .failed(SystemError(call, code: code).description)
                }
        }
    }

    func read(into buffer: Buffer) -> Transfer {
        tls.map { Transfer($0.read(into: buffer)) } ?? Transfer(socket.receive(into: buffer), "recv")
    }

    func write(_ bytes: Span<UInt8>) -> Transfer {
        if let tls { return Transfer(tls.write(bytes)) }
        return Transfer(socket.send(bytes), "send")
    }
}
