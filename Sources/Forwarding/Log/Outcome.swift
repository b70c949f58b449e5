import HTTP
import Reactor

/// What became of a request: every answer that Martlet gives itself, every failure and every end is one of these. The
/// access log, events and the documentation say what stands in ``Entry``.
package enum Outcome: Hashable, Sendable {
    /// The member's answer went out whole.
    case answered
    /// The request's head, or its content, cannot be taken.
    case head(HeadRefusal), content(ContentError.Reason)
    case plainHTTP, headTimeout, bodyTimeout, bodyTooSlow, requestBody, requestExpansion, contentCodingBroken
    case connectMethod, traceMethod
    case memberHeadTooLarge, lengthUnknown, noScript
    case fixedAnswer, redirected, redirectTooLong
    case noFile, fileHidden, fileOutside, fileUnreadable, fileBroken, filesBusy, methodNotAllowed, range
    case noSite, noPath, pathAmbiguous, misdirected, destinationElsewhere
    case noMember, sessionMemberUnavailable, memberBusy, membersBusy, queueFull, paced, noDescriptor, noPort
    case connectTimeout, answerTimeout, grpcTimeout, retryBudget
    case answerBroken, answerDiscarded, answerHeadTooLarge, answerUnsealed, answerCookies
    case switchUnasked, switchRefused, switchUnproven, switchUnsupported
    case clientGone, drainTimeout, tunnelTimeout, answerTooSlow, memoryShort
    case maintenance
    case deniedAddress, rateLimit, exchangesLimit
    case deniedUser, usersBusy

    /// At whom the cause lies.
    package enum Source: String, Sendable {
        case client, member, martlet
    }

    /// What is known of an outcome.
    package struct Entry: Sendable {
        /// What the client is answered with; 0: nothing of Martlet's.
        package let status: Int
        /// The name in logs; it never changes.
        package let code: StaticString
        /// At whom the cause lies.
        package let source: Source
        /// Whether the same request may succeed when it is sent again.
        package let mayRepeat: Bool
        /// What has happened.
        package let words: String

        init(_ status: Int, _ code: StaticString, _ source: Source, repeats: Bool = false, _ words: String) {
            self.status = status
            self.code = code
            self.source = source
            mayRepeat = repeats
            self.words = words
        }
    }

    /// All but those of malformed messages, in the order of the documentation: each is said here, and nowhere else.
    private static let own: [(Outcome, Entry)] = [
        (.answered, Entry(0, "", .member, "the member's answer went out whole")),

        (.plainHTTP, Entry(400, "plain-http", .client, "a request in cleartext came to a port of TLS")),
        (.fixedAnswer, Entry(200, "fixed-answer", .martlet, "the path has an `answer`, with a status of its own")),
        (
            .redirected,
            Entry(308, "redirected", .martlet, "a `redirect` sends the client elsewhere, with a status of its own")
        ),
        (.redirectTooLong, Entry(414, "redirect-too-long", .client, "the URL of a `redirect` would be too long")),
        (
            .deniedAddress,
            Entry(403, "denied-address", .client, "`deny` names the client's address, or `allow` does not")
        ),
        (
            .rateLimit,
            Entry(429, "rate-limit", .client, repeats: true, "more requests than a `rate-limit` lets through")
        ),
        (
            .exchangesLimit,
            Entry(
                429, "exchanges-limit", .client, repeats: true,
                "the address has as many exchanges under way as `limits.exchanges-per-address` allows")
        ),
        (
            .deniedUser,
            Entry(401, "denied-user", .client, "the place is for `users`, and name and password are none of theirs")
        ),
        (
            .usersBusy,
            Entry(
                503, "users-busy", .martlet, repeats: true,
                "too many passwords are to be checked, or of one client more than two")
        ),
        (.noSite, Entry(404, "no-site", .client, "no site has the host")),
        (.noPath, Entry(404, "no-path", .client, "the site has no path for the target")),
        (
            .pathAmbiguous,
            Entry(400, "path-ambiguous", .client, "some member may read the path as one of another place")
        ),
        (
            .misdirected,
            Entry(421, "misdirected", .client, "over HTTP/2: another certificate than the connection's is for the host")
        ),
        (.noFile, Entry(404, "no-file", .client, "the folder of `files` has no such file")),
        (
            .fileHidden,
            Entry(404, "file-hidden", .client, "a dot file, or one whose name ends as `hide` says, is never sent")
        ),
        (
            .fileOutside,
            Entry(404, "file-outside", .martlet, "a link leads out of the folder of `files`, or cannot be followed")
        ),
        (.fileUnreadable, Entry(403, "file-unreadable", .martlet, "the process may not open the file, or cannot")),
        (
            .fileBroken,
            Entry(500, "file-broken", .martlet, "the file became shorter while it was sent, or could not be read")
        ),
        (
            .filesBusy,
            Entry(503, "files-busy", .martlet, repeats: true, "too much waits for the disk already")
        ),
        (
            .methodNotAllowed,
            Entry(405, "method-not-allowed", .client, "files are asked for by GET and HEAD")
        ),
        (.range, Entry(416, "range", .client, "the file has no such bytes")),
        (.connectMethod, Entry(405, "connect-method", .client, "CONNECT, which asks for a tunnel to anywhere")),
        (.traceMethod, Entry(405, "trace-method", .client, "TRACE, which tells what members are sent")),
        (.headTimeout, Entry(408, "head-timeout", .client, "the head was not whole within `timeouts.head`")),
        (
            .bodyTimeout,
            Entry(408, "body-timeout", .client, "the next byte of content did not come within `timeouts.body`")
        ),
        (
            .bodyTooSlow,
            Entry(408, "body-too-slow", .client, "content came more slowly than `limits.request-body-rate`")
        ),
        (.requestBody, Entry(413, "request-body", .client, "the content is larger than `limits.request-body`")),
        (
            .requestExpansion,
            Entry(413, "request-expansion", .client, "gzip content expands more than `limits.request-expansion`")
        ),
        (
            .contentCodingBroken,
            Entry(400, "content-coding-broken", .client, "gzip to be inflated is broken, cut off or followed by more")
        ),
        (
            .memberHeadTooLarge,
            Entry(
                431, "member-head-too-large", .client,
                "the head is larger than a packet of AJP (`packet-size`), or a field larger than a record of FastCGI")
        ),
        (
            .lengthUnknown,
            Entry(
                411, "length-required", .client,
                "content without a length that is more than `buffering` holds, and members of FastCGI need to know it")
        ),
        (.noScript, Entry(404, "no-script", .client, "`fastcgi` has no script for the path, and no `front`")),
        (
            .destinationElsewhere,
            Entry(502, "destination-elsewhere", .client, "WebDAV's `Destination` leads to another balancer or server")
        ),

        (.maintenance, Entry(503, "maintenance", .martlet, repeats: true, "the place is closed by `maintenance`")),
        (.noMember, Entry(503, "no-member", .member, repeats: true, "no member could be reached")),
        (
            .sessionMemberUnavailable,
            Entry(
                503, "session-member-unavailable", .member, repeats: true,
                "the session's member cannot answer, and `no-failover` is on")
        ),
        (
            .memberBusy,
            Entry(503, "member-busy", .member, repeats: true, "the session's member had no room within its `acquire`")
        ),
        (.membersBusy, Entry(503, "members-busy", .member, repeats: true, "no member had room in time")),
        (
            .queueFull,
            Entry(
                503, "queue-full", .member, repeats: true,
                "no member had room, and as many requests wait for one as the balancer's `queue` lets")
        ),
        (
            .paced,
            Entry(
                503, "paced", .member, repeats: true,
                "the session's member has failed, and its turn to move has not come (`failover-rate`)")
        ),
        (
            .noDescriptor,
            Entry(
                503, "no-descriptor", .martlet, repeats: true,
                "no descriptor or memory is left for a connection to a member")
        ),
        (
            .noPort,
            Entry(
                503, "no-port", .martlet, repeats: true,
                "no local port or address is left here for it: widen `net.ipv4.ip_local_port_range`, or raise `ttl`"
            )
        ),
        (
            .connectTimeout,
            Entry(504, "connect-timeout", .member, repeats: true, "no member accepted the connection in time")
        ),
        (.answerTimeout, Entry(504, "answer-timeout", .member, "the answer did not begin in time")),
        (.grpcTimeout, Entry(504, "grpc-timeout", .member, "the call's own `grpc-timeout` has passed")),
        (
            .retryBudget,
            Entry(
                503, "retry-budget", .member, repeats: true,
                "the member has failed it, and as many were sent anew already as `retry-budget` allows")
        ),
        (.answerBroken, Entry(502, "answer-broken", .member, "the answer broke off, or is malformed")),
        (
            .answerDiscarded,
            Entry(
                502, "answer-discarded", .member, repeats: true,
                "the member that got the request by `retry-on`, or `refused-by`, has failed it as well")
        ),
        (
            .answerHeadTooLarge,
            Entry(
                502, "answer-head-too-large", .member,
                "the answer's head is larger than `limits.answer-head`, or has more fields than `field-count`")
        ),
        (.answerUnsealed, Entry(502, "answer-unsealed", .martlet, "a route in the answer could not be sealed")),
        (
            .answerCookies,
            Entry(502, "answer-cookies", .member, "the answer has more cookies than `cookies` can be held to")
        ),
        (
            .switchUnasked,
            Entry(502, "switch-unasked", .member, "the answer switches to a protocol that nobody asked for")
        ),
        (
            .switchRefused,
            Entry(502, "switch-refused", .member, "a WebSocket was asked for, and answered 2xx without a switch")
        ),
        (
            .switchUnproven,
            Entry(502, "switch-unproven", .member, "`Sec-WebSocket-Accept` is not the answer to the key")
        ),
        (
            .switchUnsupported,
            Entry(502, "switch-unsupported", .member, "a WebSocket is asked for, and the member takes none")
        ),

        (.clientGone, Entry(0, "client-gone", .client, "the client left before it had its answer")),
        (.drainTimeout, Entry(0, "drain-timeout", .martlet, "cut at the end of `timeouts.drain`")),
        (.tunnelTimeout, Entry(0, "tunnel-timeout", .client, "nothing passed a tunnel for `timeouts.tunnel`")),
        (
            .answerTooSlow,
            Entry(0, "answer-too-slow", .client, "the client took it more slowly than `limits.answer-body-rate`")
        ),
        (
            .memoryShort,
            Entry(0, "memory-short", .martlet, "the client took nothing of it while `limits.memory` was nearly reached")
        ),
    ]

    /// What can be wrong with a request's head: status lines are members'.
    private static let headRefusals = HeadRefusal.allCases.filter { $0 != .statusLineMalformed }

    private static let entries: [Entry] =
        own.map(\.1)
        + headRefusals.map { Entry($0.status, $0.code, .client, words(of: $0)) }
        + ContentError.Reason.allCases.map {
            Entry($0.status, $0.code, .client, "the content is malformed, or its trailers are too large")
        }

    private static func words(of refusal: HeadRefusal) -> String {
        switch refusal {
        case .proxyHeader: "the PROXY protocol's header comes to a listener without `proxy-protocol`"
        case .emptyLine: "empty lines come before the head, as at the start of a PROXY header of version 2"
        default: "the head is malformed, or larger than `limits` allow"
        }
    }

    private static let indices = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

    /// Its place in ``allCases``.
    var index: Int {
        guard let index = Self.indices[self] else { preconditionFailure("the list of outcomes lacks \(self)") }
        return index
    }

    /// What this machine lacks for a connection, which is no fault of the member's; `nil`: it lacks nothing.
    init?(lackBehind error: SystemError) {
        if error.isExhaustion {
            self = .noDescriptor
        } else if error.isOutOfPorts {
            self = .noPort
        } else {
            return nil
        }
    }

    /// What is known of it.
    package var entry: Entry { Self.entries[index] }

    /// The name in logs; empty where the member's answer went out whole.
    package var code: StaticString {
        // Spares the look-up, as nearly every request ends so.
        self == .answered ? "" : entry.code
    }
}

extension Outcome: CaseIterable {
    /// All outcomes, in the order of the documentation.
    package static let allCases: [Outcome] =
        own.map(\.0) + headRefusals.map(Outcome.head) + ContentError.Reason.allCases.map(Outcome.content)
}
