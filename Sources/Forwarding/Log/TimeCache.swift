import Bytes

/// The times of the access log's lines: what they have in common within a second is written once.
///
/// A class, as ``DateCache`` is one.
final class TimeCache {
    private var second = -1
    private var iso8601 = InlineArray<20, UInt8>(repeating: 0)
    private var common = InlineArray<26, UInt8>(repeating: 0)

    /// Writes what ``LogTime/writeISO8601(_:)`` does.
    ///
    /// - Parameter wall: nanoseconds since 1970.
    func putISO8601(_ wall: Int, to output: inout LineWriter) {
        renew(wall)
        let text = iso8601
        output.put(text.span)
        output.put(wall / 1_000_000, digits: 3)
        output.put("Z")
    }

    /// Writes what ``LogTime/writeCommon(_:)`` does.
    ///
    /// - Parameter wall: nanoseconds since 1970.
    func putCommon(_ wall: Int, to output: inout LineWriter) {
        renew(wall)
        let text = common
        output.put(text.span)
    }

    private func renew(_ wall: Int) {
        guard wall / 1_000_000_000 != second else { return }
        second = wall / 1_000_000_000
        let time = LogTime(wall)
        let bytes = Array(capacity: 64) { (output: inout OutputSpan<UInt8>) in
            LineWriter.append(to: &output) { line in
                time.writeCommon(&line)
                time.writeISO8601(&line)
            }
        }
        common = InlineArray { bytes[$0] }
        iso8601 = InlineArray { bytes[26 + $0] }
    }
}
