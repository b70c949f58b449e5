import Bytes
import Glibc
import Model
import Reactor
import Synchronization

/// A syslog that each line is sent to as a message of RFC 5424: a datagram, or over TCP with its length in front
/// (RFC 6587, section 3.4.1).
///
/// Connects by itself, and anew after a failure. What a kernel has taken and the other end has not read when it goes is
/// lost without a word; of TCP, the line whose message was cut is counted.
package final class SyslogTarget: LogTarget {
    /// RFC 5424, section 6.2.1: that of lines which do not say theirs, informational.
    private static let severity = 6

    /// How messages call it.
    package let name: String
    private let address: SocketAddress
    private let isStream: Bool
    /// Of its priorities, what the severity is added to.
    private let facilityBits: Int
    /// Whether each line begins with its severity, as `<4>`.
    private let hasSeverities: Bool
    /// What stands behind the time.
    private let header: [UInt8]
    private let state = Mutex(State())

    private struct State: ~Copyable {
        var socket: MessageSocket?
        /// What is left of the message of the line that is next, where a stream has the beginning of it.
        var rest: [UInt8] = []
        /// Why there is no socket, and milliseconds of the monotonic clock before which none is made.
        var failure: SystemError?
        var nextTry = 0
        var message: [UInt8] = []
    }

    /// - Parameters:
    ///   - message: what kind of line it is: the messages' MSGID.
    ///   - hasSeverities: whether each line begins with its severity, as `<4>`, which is then no part of it.
    ///   - host: the machine's name.
    package init(
        _ configuration: SyslogConfiguration, message: StaticString, hasSeverities: Bool = false,
        host: String? = MessageSocket.hostName
    ) {
        name = "syslog \(configuration.address)"
        (address, isStream) =
            switch configuration.address {
            case .path(let path): (SocketAddress(unixPath: path) ?? Self.nowhere, false)
            case .udp(let host, let port): (SocketAddress(host: host, port: UInt16(port)) ?? Self.nowhere, false)
            case .tcp(let host, let port): (SocketAddress(host: host, port: UInt16(port)) ?? Self.nowhere, true)
            }
        facilityBits = configuration.facility.code << 3
        self.hasSeverities = hasSeverities
        let host = Self.word(host ?? "", bytesMax: 255)
        let program = Self.word(configuration.program, bytesMax: 48)
        header = Array(" \(host) \(program) \(getpid()) \(message) - ".utf8)
    }

    /// The loader has seen to it that there is an address.
    private static var nowhere: SocketAddress { preconditionFailure("the address of a syslog is not one") }

    /// A word of a header: printable, and a hyphen where there is none.
    private static func word(_ text: String, bytesMax: Int) -> String {
        let bytes = text.utf8.filter { 0x21...0x7E ~= $0 }.prefix(bytesMax)
        return bytes.isEmpty ? "-" : String(decoding: Array(bytes), as: UTF8.self)
    }

    /// Sends the line that the bytes begin with, or as many of them as there is room for.
    package func write(_ bytes: Span<UInt8>, lost: inout Int) throws(SystemError) -> Int {
        let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: 0) ?? bytes.count
        var line: [UInt8] = []
        line.reserveCapacity(end)
        for offset in 0..<end { line.append(bytes[offset]) }
        let outcome = state.withLock { write(line, &$0) }
        lost += outcome.lost
        if let failure = outcome.failure { throw failure }
        return outcome.isTaken ? min(end + 1, bytes.count) : 0
    }

    private struct Outcome {
        var isTaken = false
        var lost = 0
        var failure: SystemError?
    }

    private func write(_ line: [UInt8], _ state: inout State) -> Outcome {
        var outcome = Outcome()
        do throws(SystemError) {
            try connect(&state)
            if state.rest.isEmpty {
                put(line, into: &state.message)
                let message = state.message
                let count = try send(message, &state, &outcome)
                guard count > 0 else { return outcome }
                state.rest = Array(message[count...])
            }
            // A line that is not wholly sent is not taken: who has nothing more to write must not leave it so.
            outcome.isTaken = try sendRest(&state)
        } catch {
            // Of the message that was cut nothing is left but what the other end throws away.
            state.rest = []
            state.socket = nil
            if state.failure == nil { state.nextTry = Self.nowMillis + LogLimits.connectPauseMillis }
            state.failure = error
            outcome.failure = error
        }
        return outcome
    }

    /// Connects where there is no socket, and not more often than is of use.
    private func connect(_ state: inout State) throws(SystemError) {
        if let failure = state.failure {
            guard Self.nowMillis >= state.nextTry else { throw failure }
            state.failure = nil
        }
        if state.socket == nil { state.socket = try MessageSocket(connectingTo: address, isStream: isStream) }
        try state.socket?.checkEnd()
    }

    private func sendRest(_ state: inout State) throws(SystemError) -> Bool {
        while !state.rest.isEmpty {
            let rest = state.rest
            let count = try state.socket?.send(rest.span) ?? 0
            guard count > 0 else { return false }
            state.rest.removeFirst(count)
        }
        return true
    }

    private func send(_ message: [UInt8], _ state: inout State, _ outcome: inout Outcome) throws(SystemError) -> Int {
        do throws(SystemError) {
            return try state.socket?.send(message.span) ?? 0
        } catch {
            // Of UDP that is what became of an earlier message, which the kernel tells in place of taking this one.
            guard error.code == ECONNREFUSED, !isStream, !address.isUnix else { throw error }
            outcome.lost += 1
            return try state.socket?.send(message.span) ?? 0
        }
    }

    private func put(_ line: [UInt8], into message: inout [UInt8]) {
        let (severity, text) = hasSeverities ? Self.split(line) : (Self.severity, line[...])
        let start = Array(capacity: 48) { (output: inout OutputSpan<UInt8>) in
            LineWriter.append(to: &output) { line in
                line.put("<")
                line.put(decimal: facilityBits | severity)
                line.put(">1 ")
                LogTime(Clock.wallNanoseconds()).writeISO8601(&line)
            }
        }
        let count = start.count + header.count + text.count
        message.removeAll(keepingCapacity: true)
        if isStream { message += Array("\(count) ".utf8) }
        message += start
        message += header
        message += text
    }

    /// The severity in front of a line, and the rest of it.
    private static func split(_ line: [UInt8]) -> (severity: Int, text: ArraySlice<UInt8>) {
        guard line.count >= 3, line[0] == UInt8(ascii: "<"), line[2] == UInt8(ascii: ">"),
            UInt8(ascii: "0")...UInt8(ascii: "7") ~= line[1]
        else { return (severity, line[...]) }
        return (Int(line[1] - UInt8(ascii: "0")), line[3...])
    }

    /// Waits until there is room, the waker is woken, or the time is over.
    package func waitForRoom(orWakeOf waker: Waker, millis: Int) {
        // The thread alone that waits here changes what is under the lock.
        state.withLock { state in
            if state.socket == nil {
                waker.wait(millis: millis)
            } else {
                state.socket?.waitForRoom(orWakeOf: waker, millis: millis)
            }
        }
    }

    /// Never: a line is one message.
    package func isSame(as other: any LogTarget) -> Bool { false }

    private static var nowMillis: Int { Clock.monotonicNanoseconds() / 1_000_000 }
}
