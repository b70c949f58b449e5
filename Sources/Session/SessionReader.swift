import Bytes

/// Finds out which member's session a request belongs to, as mod_proxy_balancer 2.4 does.
///
/// Made once for a balancer. The target is read before the cookies, because a route in the URL wins over one in a
/// cookie. What differs from Apache: a URL without a route does not hide the cookie; all cookies and parameters of the
/// name are candidates, not just the first; a name is matched whole (`xjsessionid=` is not `jsessionid=`); a path
/// parameter ends at a slash; a comma does not separate cookies (RFC 6265); where what follows the separator is no
/// route, the routes in it are candidates in their order. Allocates nothing; immutable, and a class so that a request's
/// way to it copies nothing.
public final class SessionReader: Sendable {
    private let keys: AffinityKeys
    private let routes: MemberRoutes

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - keys: the names to look for.
    ///   - routes: the members' routes in the order of their indices.
    ///   - formerRoutes: what leads to each member as well, of a session that began before it was renamed.
    public init(keys: AffinityKeys, routes: [String], formerRoutes: [String?] = []) {
        self.keys = keys
        self.routes = MemberRoutes(routes, formerRoutes: formerRoutes)
    }

    /// Adds the routes of the target's path and query parameters.
    ///
    /// - Parameters:
    ///   - target: the request target; the candidates' ranges are offsets into it.
    ///   - candidates: what this request has asked for so far.
    public func read(target: Span<UInt8>, into candidates: inout RouteCandidates) {
        let name = keys.parameter
        guard !name.isEmpty else { return }
        var reader = TargetParameterReader(target, isSemicolonDelimiter: keys.isSemicolonPathDelimiter)
        while !candidates.isFull, let parameter = reader.next(named: name.span, in: target) {
            add(parameter.value, of: target, source: parameter.source, field: 0, to: &candidates)
        }
    }

    /// Adds the routes of one Cookie field; to be called once for each, in their order.
    ///
    /// - Parameters:
    ///   - cookies: the field's value; the candidates' ranges are offsets into it.
    ///   - candidates: what this request has asked for so far.
    public func read(cookies: Span<UInt8>, into candidates: inout RouteCandidates) {
        let name = keys.cookie
        guard !name.isEmpty else { return }
        let field = candidates.takeFieldNumber()
        var reader = CookieReader()
        while !candidates.isFull, let value = reader.next(named: name.span, in: cookies) {
            add(value, of: cookies, source: .cookie, field: field, to: &candidates)
        }
    }

    /// Adds the route of a value, if there is one in it.
    private func add(
        _ value: Range<Int>, of bytes: Span<UInt8>, source: RouteSource, field: Int,
        to candidates: inout RouteCandidates
    ) {
        var session = value
        var route = value
        if let separator = keys.separator {
            guard let length = bytes.extracting(value).firstOffset(of: separator) else {
                if !value.isEmpty { candidates.appendRouteless() }
                return
            }
            session = value.lowerBound..<value.lowerBound + length
            route = session.upperBound + 1..<value.upperBound
        }
        guard !route.isEmpty else {
            if !value.isEmpty { candidates.appendRouteless() }
            return
        }
        let found = routes.member(for: bytes.extracting(route))
        if found == nil, addRanked(route, of: bytes, source: source, field: field, session: session, to: &candidates) {
            return
        }
        candidates.append(
            RouteCandidate(
                source: source, field: field, session: session, route: route, member: found?.member,
                isFormer: found?.isFormer ?? false))
    }

    /// Adds the known ones of several routes with separators between them, the best first: WildFly ranks them so.
    ///
    /// - Returns: whether there is one.
    private func addRanked(
        _ ranking: Range<Int>, of bytes: Span<UInt8>, source: RouteSource, field: Int, session: Range<Int>,
        to candidates: inout RouteCandidates
    ) -> Bool {
        guard let separator = keys.separator else { return false }
        var hasKnown = false
        var start = ranking.lowerBound
        for _ in 0..<Limits.rankedRoutesMax where start < ranking.upperBound {
            let length = bytes.extracting(start..<ranking.upperBound).firstOffset(of: separator)
            let route = start..<(length.map { start + $0 } ?? ranking.upperBound)
            // What is not divided was looked up.
            guard route != ranking else { return false }
            if let found = routes.member(for: bytes.extracting(route)) {
                hasKnown = true
                candidates.append(
                    RouteCandidate(
                        source: source, field: field, session: session, route: route, member: found.member,
                        isFormer: found.isFormer))
            }
            start = route.upperBound + 1
        }
        return hasKnown
    }
}
