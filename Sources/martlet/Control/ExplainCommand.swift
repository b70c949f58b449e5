import ArgumentParser
import Forwarding

/// `martlet explain`: says to whom a running process would give a request, and why; `martlet explain member MEMBER`:
/// says why a member gets requests or none.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show to whom a running process would give a request, and why.",
        discussion: """
            martlet explain --cookie 'JSESSIONID=A1B2.node1' --path /cart --host shop.example.com

            The request goes through the parsers and the balancer that requests go through, and nothing is counted: \
            elections go on as if nobody had asked. Of two-choices the next request may get another member. \
            A password that it shows is taken to be right.

            martlet explain member shop/node2

            What was found and said of the member lately, with its evidence: the last 20 verdicts, of failed requests, \
            checks, ejections, its agent and operators.
            """)

    @Argument(help: "The word member, to have a member explained in place of a request.")
    var subject: String?

    @Argument(help: "The member as BALANCER/MEMBER, or MEMBER alone where one balancer has it.")
    var member: MemberPath?

    @Option(help: "The value of the Cookie field.")
    var cookie: String?

    @Option(help: "The target, such as /cart;jsessionid=A1B2.node1?x=y.")
    var path = "/"

    @Option(help: "The value of the Host field; a host of the first site if left out, and no such field if empty.")
    var host: String?

    @Option(help: "The method.")
    var method = "GET"

    @Flag(name: .customLong("http1.0"), help: "Ask in HTTP/1.0.")
    var isHTTP10 = false

    @Option(help: "One more field as 'Name: value'; may be repeated.")
    var field: [String] = []

    @Option(
        help: "The client's address; if left out 127.0.0.1, and none where the listener is a UNIX-domain socket.")
    var address: String?

    @Option(
        help: "The listener's address, as it is declared; the first with TLS that serves the host if left out.")
    var listener: String?

    @OptionGroup var options: ControlOptions

    func validate() throws {
        if let subject, subject != "member" {
            throw ValidationError("a request is described by options: \(Self.options(for: subject))")
        }
        guard (subject == nil) == (member == nil) else {
            throw ValidationError("say which member: martlet explain member BALANCER/MEMBER")
        }
    }

    func run() throws {
        if let member {
            let member = try member.resolved(by: options)
            let asked = try options.get(member.target + "/history", as: MemberHistory.self)
            return options.show(asked) { $0.text(of: member) }
        }
        let request = ExplainedRequest(
            method: method, path: path, host: host, version: isHTTP10 ? "1.0" : "1.1", cookie: cookie,
            fields: field, address: address, listener: listener)
        options.show(try options.post("/explain", request, as: Explanation.self), Self.text)
    }

    /// What to type for a URL, or for a path.
    private static func options(for subject: String) -> String {
        guard let scheme = subject.firstRange(of: "://") else {
            return "martlet explain --path \(subject.hasPrefix("/") ? subject : "/cart") --host shop.example.com"
        }
        let rest = subject[scheme.upperBound...]
        let host = rest.prefix { !"/?#".contains($0) }
        let path = rest.dropFirst(host.count).prefix { $0 != "#" }
        return "martlet explain --host \(host) --path '\(path.hasPrefix("/") ? "" : "/")\(path)'"
    }

    private static func text(_ explanation: Explanation) -> String {
        var lines = [sentence(explanation)]
        if explanation.rule == "letter-case" {
            lines.append(
                "But for its letters' case this is a guarded path, and some members take it for that: declare it too "
                    + "if it is another one, or say letter-case: exact at the site if no member does.")
        }
        if !explanation.balancer.isEmpty { lines.append("X-Martlet-Route: \(explanation.field)") }
        if let target = explanation.target { lines.append("The member gets \(target).") }
        if let buffered = explanation.buffered { lines.append(words(buffered)) }
        lines += explanation.limits.map { "\($0.rule): \($0.left) of \($0.of) left." }
        lines += explanation.fields
        return lines.joined(separator: "\n")
    }

    private static func sentence(_ explanation: Explanation) -> String {
        if !explanation.file.isEmpty {
            return explanation.status == 301
                ? "Martlet sends to the folder \(explanation.file) itself (301)."
                : "Martlet answers with the file \(explanation.file) (\(explanation.rule))."
        }
        if explanation.answeredBy == "martlet" {
            let limit = explanation.limit > 0 ? ", limit \(explanation.limit)" : ""
            let rule = explanation.rule.isEmpty ? "" : ", by \(explanation.rule)"
            let location = explanation.location.map { ", to \($0)" } ?? ""
            return "Martlet answers \(explanation.status) itself (\(explanation.reason)\(limit)\(rule))"
                + "\(location)\(asking(explanation))."
        }
        return "\(explanation.balancer)/\(explanation.member) gets it: \(why(explanation))."
    }

    /// `Buffered: answers in 1.0 MiB and a file of 1.0 GiB in /var/tmp, requests in 64.0 KiB.`
    private static func words(_ buffered: Explanation.Buffered) -> String {
        func room(_ what: String, _ room: Explanation.Buffered.Room) -> String {
            let memory = "\(what) in \(Words.bytes(UInt64(room.memory)))"
            guard room.file > 0 else { return memory }
            return "\(memory) and a file of \(Words.bytes(UInt64(room.file))) in \(room.folder)"
        }
        let requests = buffered.isForLengthless ? "requests without a length" : "requests"
        let rooms = [buffered.answers.map { room("answers", $0) }, buffered.requests.map { room(requests, $0) }]
        return "Buffered: \(rooms.compactMap { $0 }.joined(separator: ", "))."
    }

    private static func asking(_ explanation: Explanation) -> String {
        explanation.routeAsked.isEmpty
            ? "" : "; the \(explanation.routeSource) asks for \(explanation.routeAsked)"
    }

    private static func why(_ explanation: Explanation) -> String {
        let source = explanation.routeSource
        let asked = "the \(source) asks for \(explanation.routeAsked)"
        return switch explanation.routeReason {
        case "elected": "nothing asks for a member, and it is elected"
        case "sticky": asked
        case "same-route": "\(asked), whose member cannot be used, and it has the same route"
        case "redirected": "\(asked), which cannot be used and redirects to it"
        case "hashed": "the hashed key belongs to it"
        case "displaced": "the hashed key belongs to a member that has its bound under way, and this is the next one"
        case "unknown-route": "\(asked), which is no member's route, and it is elected"
        case "token-invalid": "the session's token does not open, and it is elected"
        case "token-expired": "the session's token has expired, and it is elected"
        case "cookie-expired": "the inserted cookie is older than its limits, and it is elected"
        case "moved": "the hashed key belongs to a member that cannot be used, and this is the next one"
        case "buddy": "\(asked), which cannot be used, and this is the session's next one"
        case "member-busy": "\(asked), which has as much under way as it may have, and it is elected"
        case "member-in-error": "\(asked), which is in error, and it is elected"
        case "member-disabled": "\(asked), which is disabled, and it is elected"
        case "member-tried": "\(asked), which has failed this request already, and it is elected"
        case "recovered": "who is in error is tried, as nobody else is left"
        case "balancer-down": "the path's balancer has nobody left, and \(explanation.balancer) stands in for it"
        // A process of another version may have reasons of its own.
        default: explanation.routeReason
        }
    }
}
