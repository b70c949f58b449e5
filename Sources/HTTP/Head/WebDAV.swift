import Bytes

/// What a balancer must know of WebDAV (RFC 4918).
public enum WebDAV {
    /// Where a request copies or moves something to.
    public enum Destination: Equatable, Sendable {
        /// It does neither, or does not say.
        case none
        /// To what the value of its `Destination` names (section 10.3).
        case one(Range<Int>)
        /// It has several, of which members may take any.
        case several
    }

    /// Finds out where a request copies or moves something to.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    public static func destination(of head: borrowing RequestHead, in bytes: Span<UInt8>) -> Destination {
        guard head.method == .other else { return .none }
        let method = bytes.extracting(head.methodRange)
        guard method.equals("COPY") || method.equals("MOVE") else { return .none }
        var destination = Destination.none
        for index in 0..<head.fields.count
        where bytes.extracting(head.fields[index].name).equalsIgnoringCase("destination") {
            guard destination == .none else { return .several }
            destination = .one(head.fields[index].value)
        }
        return destination
    }
}
