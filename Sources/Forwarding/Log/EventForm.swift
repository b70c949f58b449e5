import Bytes
import Logging
import Model

/// How a line of the event log looks, and which events get one.
struct EventForm: Sendable {
    /// What matters less is not said.
    let level: Logger.Level
    /// Whether lines are objects for scripts.
    let isJSON: Bool
    private let reader: Reader

    /// Who reads the lines.
    enum Reader {
        /// People, or what keeps standard error.
        case stream
        /// journald, which takes their priority from `<4>` in front of them (sd-daemon(3)).
        case journal
        /// A syslog (``SyslogTarget``), whose messages have the time and, by the same sign, the severity of their own.
        case syslog
    }

    init(_ configuration: EventLogConfiguration, for reader: Reader) {
        level =
            switch configuration.level {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        isJSON = configuration.format == .json
        self.reader = reader
    }

    /// A line with its line feed.
    ///
    /// - Parameters:
    ///   - words: what has happened; cut where it is too long.
    ///   - wall: nanoseconds since 1970.
    func line(_ level: Logger.Level, _ words: some Collection<UInt8>, wall: Int) -> [UInt8] {
        let text = Self.cut(words, to: LogLimits.eventBytesMax)
        return Array(capacity: 6 * text.count + 96) { (output: inout OutputSpan<UInt8>) in
            LineWriter.append(to: &output) { line in write(level, text, wall: wall, to: &line) }
        }
    }

    private func write(_ level: Logger.Level, _ text: [UInt8], wall: Int, to line: inout LineWriter) {
        if reader != .stream { line.put(Self.priority(level)) }
        if isJSON || reader != .syslog {
            line.put(isJSON ? "{\"time\":\"" : "")
            LogTime(wall).writeISO8601(&line)
            line.put(isJSON ? "\",\"level\":\"" : " ")
            line.put(plain: level.rawValue)
            line.put(isJSON ? "\",\"message\":\"" : " ")
        }
        for byte in text {
            if isJSON, byte < 0x80 {
                line.put(escaping: byte)
            } else {
                line.put(escapingControl: byte)
            }
        }
        line.put(isJSON ? "\"}\n" : "\n")
    }

    /// As much of the words as fits, without a part of a character at the end.
    static func cut(_ words: some Collection<UInt8>, to bytesMax: Int) -> [UInt8] {
        var text = Array(words.prefix(bytesMax))
        guard text.count == bytesMax, var start = text.indices.last else { return text }
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        // A character's first byte says how many it has (RFC 3629).
        let count = text[start] < 0xC0 ? 1 : (~text[start]).leadingZeroBitCount
        if text.count - start < count { text.removeSubrange(start...) }
        return text
    }

    private static func priority(_ level: Logger.Level) -> StaticString {
        switch level {
        case .trace, .debug: "<7>"
        case .info: "<6>"
        case .notice: "<5>"
        case .warning: "<4>"
        case .error: "<3>"
        case .critical: "<2>"
        }
    }
}
