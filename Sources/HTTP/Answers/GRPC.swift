import Bytes

/// What Martlet knows of gRPC: its calls are requests of HTTP/2 that may last, and want their errors in trailers.
public enum GRPC {
    /// Whether a request is a call: `application/grpc`, alone, with a format or with parameters. Not gRPC-Web, which is
    /// ordinary HTTP.
    public static func isCall(_ head: borrowing RequestHead, in source: Span<UInt8>) -> Bool {
        guard let type = head.fields.first(.contentType) else { return false }
        let name: StaticString = "application/grpc"
        let end = type.value.lowerBound + name.utf8CodeUnitCount
        guard end <= type.value.upperBound, source.equals(name, in: type.value.lowerBound..<end) else { return false }
        guard end < type.value.upperBound else { return true }
        return source[end] == UInt8(ascii: "+") || source[end] == UInt8(ascii: ";")
    }

    /// The time that the client gives a call, by `grpc-timeout`: up to eight digits and a unit.
    ///
    /// - Returns: milliseconds, rounded up; `nil` without the field, or when it is malformed.
    public static func timeoutMillis(_ head: borrowing RequestHead, in source: Span<UInt8>) -> Int? {
        for index in 0..<head.fields.count where head.fields[index].name.count == 12 {
            guard source.equals("grpc-timeout", in: head.fields[index].name) else { continue }
            return millis(source.extracting(head.fields[index].value))
        }
        return nil
    }

    static func millis(_ text: Span<UInt8>) -> Int? {
        guard text.count >= 2, text.count <= 9 else { return nil }
        var number = 0
        for offset in 0..<(text.count - 1) {
            guard text[offset].isDigit else { return nil }
            number = number * 10 + Int(text[offset] &- 0x30)
        }
        return switch text[text.count - 1] {
        case UInt8(ascii: "H"): number * 3_600_000
        case UInt8(ascii: "M"): number * 60_000
        case UInt8(ascii: "S"): number * 1000
        case UInt8(ascii: "m"): number
        case UInt8(ascii: "u"): (number + 999) / 1000
        case UInt8(ascii: "n"): (number + 999_999) / 1_000_000
        default: nil
        }
    }

    /// The status that an answer of Martlet's own has for a gRPC client, as its clients map HTTP's themselves.
    ///
    /// - Parameter hasExpired: whether the call's own time has passed.
    static func status(_ httpStatus: Int, hasExpired: Bool) -> UInt64 {
        if hasExpired { return 4 }
        return switch httpStatus {
        case 401: 16
        case 403: 7
        case 404: 12
        case 408: 4
        case 413, 429, 431: 8
        case 502, 503, 504: 14
        default: 13
        }
    }

    /// Writes the field lines of an answer without content (gRPC's "Trailers-Only"), whose status is 200.
    ///
    /// - Parameters:
    ///   - httpStatus: what a client of plain HTTP would get.
    ///   - hasExpired: whether the call's own time has passed.
    ///   - date: the value of `Date`.
    /// - Returns: whether all fitted; 256 bytes of room suffice.
    public static func writeAnswer(
        _ httpStatus: Int, hasExpired: Bool, date: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        var fits = true
        output.put("content-type: application/grpc\r\ngrpc-status: ", &fits)
        fits = output.append(decimal: status(httpStatus, hasExpired: hasExpired)) && fits
        output.put("\r\ngrpc-message: ", &fits)
        output.put(hasExpired ? "deadline exceeded" : Status.reason(httpStatus), &fits)
        output.put("\r\ndate: ", &fits)
        output.put(date, &fits)
        output.put("\r\n", &fits)
        return fits
    }
}
