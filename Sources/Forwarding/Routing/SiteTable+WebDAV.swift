import Bytes
import HTTP

/// Where WebDAV copies and moves to (RFC 4918, section 10.3).
extension SiteTable {
    /// Makes the `Destination` of a request lead to where its target does. Where answers are mapped, it names the
    /// member as that knows itself, since mod_dav refuses another scheme and a path alone; where each member gets its
    /// own host, it is a path alone, as which member it will be is not known yet.
    ///
    /// - Parameters:
    ///   - authority: what the client has named the site by.
    ///   - isSecure: whether the client speaks TLS, to Martlet or to a trusted proxy.
    ///   - balancer: who answers for the target.
    ///   - place: where the target leads.
    ///   - edits: what is replaced in the head.
    /// - Returns: whether it may be passed on: not when it leads to another balancer or out of the mapping.
    func mapDestination(
        of head: borrowing RequestHead, in source: Span<UInt8>, authority: Range<Int>, isSecure: Bool,
        to balancer: Balancer, at place: Place?, _ edits: inout Splices
    ) -> Bool {
        let field: Range<Int>
        switch WebDAV.destination(of: head, in: source) {
        case .none: return true
        case .several: return false
        case .one(let value): field = value
        }
        let isJudged = hasSeveralPlaces(source.extracting(head.hostRange))
        guard let destination = DestinationReference(source, in: field) else { return !isJudged }
        let path = destination.path
        guard !isJudged || leads(path, of: head, in: source, to: balancer, place) else { return false }
        guard let mapping = place?.mapping, mapping.target != nil || mapping.mapsAnswers else { return true }
        if let named = destination.authority {
            let isOurs = source.extracting(named).withoutDefaultPort(isSecure: destination.isSecure)
                .equalsIgnoringCase(source.extracting(authority).withoutDefaultPort(isSecure: isSecure))
            guard isOurs else { return mapping.target == nil }
            if mapping.mapsAnswers {
                let start = mapping.membersOrigin(for: head, in: source)
                guard edits.replace(field.lowerBound..<path.lowerBound, with: start.span) else { return false }
            }
        }
        return mapping.mapPath(path, in: source, &edits)
    }
}

extension PathMapping {
    /// What members call themselves by; empty where each has its own name.
    fileprivate func membersOrigin(for head: borrowing RequestHead, in source: Span<UInt8>) -> [UInt8] {
        if let host { return Array("http://".utf8) + host.authority }
        guard preservesHost, !head.authorityRange.isEmpty else { return [] }
        var origin = Array("http://".utf8)
        for offset in head.authorityRange { origin.append(source[offset]) }
        return origin
    }
}
