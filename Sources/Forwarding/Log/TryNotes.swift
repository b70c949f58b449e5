import Bytes

/// The members that a request was given to and that have failed it, for the access log. Pooled with its course.
final class TryNotes {
    private var entries: [Entry] = []
    /// How many there were, more than are kept included.
    private(set) var count = 0

    private struct Entry {
        let member: String
        let code: StaticString
        let micros: Int
    }

    /// Notes a member that has failed.
    ///
    /// - Parameter code: what became of it.
    func add(_ member: String, _ code: StaticString, nanoseconds: Int) {
        count += 1
        guard entries.count < LogLimits.triesMax - 1 else { return }
        entries.append(Entry(member: member, code: code, micros: nanoseconds / 1000))
    }

    /// Writes `node1:connect-timeout:3000120` for each of them.
    func write(to output: inout LineWriter) {
        for (index, entry) in entries.enumerated() {
            if index > 0 { output.put(",") }
            Self.put(entry.member, entry.code, micros: entry.micros, &output)
        }
    }

    static func put(_ member: String, _ code: StaticString, micros: Int, _ output: inout LineWriter) {
        output.put(plain: member)
        output.put(":")
        output.put(code)
        output.put(":")
        output.put(decimal: micros)
    }

    func reset() {
        guard count > 0 else { return }
        count = 0
        entries.removeAll(keepingCapacity: true)
    }
}
