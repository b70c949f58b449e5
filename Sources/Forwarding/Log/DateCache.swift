import HTTP

/// The date of the current second in the form that HTTP wants, written once a second.
///
/// A class, so that asking it is no access to its owner that spans a call.
final class DateCache {
    private var second = -1
    private var text = HTTPDate.Text(repeating: 0)

    /// - Parameter now: seconds since 1970.
    func value(_ now: Int) -> HTTPDate.Text {
        if now != second {
            second = now
            let bytes = Array(capacity: HTTPDate.bytes) { (output: inout OutputSpan<UInt8>) in
                _ = HTTPDate.write(now, to: &output)
            }
            text = HTTPDate.Text { bytes[$0] }
        }
        return text
    }
}
