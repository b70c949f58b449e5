import Bytes

/// How a backend is, in the words of Apache's mod_heartbeat: `v=1&ready=75&busy=3`, of Tomcat's HeartbeatListener with
/// `&port=8080` behind it.
public struct HeartbeatMessage: Sendable, Equatable {
    /// Exchanges that it could take beside those that it has, `0 ... 999,999,999`.
    public private(set) var ready = 0
    /// Exchanges that it has.
    public private(set) var busy = 0
    /// The port that it serves, `1 ... 65,535`; `nil`: it does not say.
    public private(set) var port: Int?

    /// Reads a message.
    ///
    /// What it has beside the names above is left alone, as Apache does.
    ///
    /// - Parameter text: at most ``Limits/heartbeatBytesMax``.
    /// - Returns: `nil` where the version is not 1, `ready` or `busy` is not there or is no number, or one of them is
    ///   there twice.
    public init?(_ text: Span<UInt8>) {
        guard text.count <= Limits.heartbeatBytesMax else { return nil }
        var (version, ready, busy): (Int?, Int?, Int?)
        var start = 0
        while start < text.count {
            let end = text.firstOffset(of: UInt8(ascii: "&"), from: start) ?? text.count
            let pair = text.extracting(start..<end)
            start = end + 1
            guard let equals = pair.firstOffset(of: UInt8(ascii: "=")) else { continue }
            let name = pair.extracting(0..<equals)
            let value = pair.extracting(equals + 1..<pair.count)
            var isRight = true
            if name.equals("v") {
                isRight = Self.set(&version, value)
            } else if name.equals("ready") {
                isRight = Self.set(&ready, value)
            } else if name.equals("busy") {
                isRight = Self.set(&busy, value)
            } else if name.equals("port") {
                isRight = Self.set(&port, value)
            }
            guard isRight else { return nil }
        }
        guard version == 1, let ready, let busy, (1...65_535).contains(port ?? 1) else { return nil }
        self.ready = ready
        self.busy = busy
    }

    /// Sets a value that is not there yet.
    ///
    /// - Returns: `false` where it is, or where the text is no number.
    private static func set(_ value: inout Int?, _ text: Span<UInt8>) -> Bool {
        guard value == nil, (1...9).contains(text.count) else { return false }
        var number = 0
        for offset in text.indices {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[offset]) else { return false }
            number = number * 10 + Int(text[offset] - UInt8(ascii: "0"))
        }
        value = number
        return true
    }
}
