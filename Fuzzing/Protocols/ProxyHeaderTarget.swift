import HTTP

/// The PROXY header, as the slow parser reads it, and as long as it says: no shorter, and nothing behind it counts.
enum ProxyHeaderTarget {
    static func take(_ input: [UInt8]) {
        let verdict = ProxyHeader.parse(input.span)
        check(verdict == ReferenceProxyHeader.parse(input), "\(verdict), not as the slow parser")
        let count: Int
        switch verdict {
        case .header(_, _, let bytes), .local(let bytes): count = bytes
        case .more, .none, .malformed: return
        }
        check(count > 0 && count <= input.count, "\(count) bytes of \(input.count)")
        for end in 0..<count {
            check(ProxyHeader.parse(input.span.extracting(0..<end)) == .more, "decided after \(end) of \(count) bytes")
        }
        check(ProxyHeader.parse(input.span.extracting(0..<count)) == verdict, "what follows counts")
        check(ProxyHeader.parse((input + [0xFF]).span) == verdict, "what follows counts")
    }
}
