import Model

/// Names and values of fields that rules set, add and remove.
enum FieldWords {
    /// Why a name is refused.
    private struct Refusal {
        let names: Set<String>
        let words: String
        var cure = Cure.takeAway()
    }

    /// What frames a message, belongs to one connection, or is Martlet's word whatever a rule says.
    private static let always = [
        Refusal(
            names: [
                "connection", "content-length", "http2-settings", "keep-alive", "proxy-authenticate",
                "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
            ], words: "belongs to a connection, and each side has its own"),
        Refusal(
            names: ["date", "via"],
            words: "is said by whoever passes a message on (RFC 9110, sections 6.6.1 and 7.6.3)"),
        Refusal(
            names: ["content-encoding", "content-range"], words: "says what the content is, which no rule changes"),
    ]
    private static let ofRequests = [
        Refusal(
            names: ["host"], words: "is what preserve-host says",
            cure: .takeAway("take it away, or write preserve-host: app.internal beside the path's balancer")),
        Refusal(names: ["expect"], words: "is Martlet's, which asks members as ping says"),
        Refusal(names: ["proxy"], words: "is never passed on, as programs take it for HTTP_PROXY"),
        Refusal(
            names: [
                "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto",
                "x-real-ip",
            ], words: "is told to members as it is, and nobody else can say it"),
    ]
    private static let ofAnswers = [
        Refusal(names: ["host"], words: "is a field of requests"),
        Refusal(names: ["alt-svc"], words: "names other servers than Martlet, which has none for HTTP/3"),
    ]
    /// What would be said twice or wrongly where a rule says it.
    private static let inAnswers = [
        Refusal(
            names: ["strict-transport-security"], words: "is said by hsts", cure: "write hsts: 365d beside fields"),
        Refusal(names: ["location"], words: "is said by redirects", cure: "write redirect: beside the path"),
        Refusal(names: ["etag"], words: "would be one for all that is answered"),
        Refusal(names: ["content-type"], words: "says what the content is, which the member knows"),
    ]

    /// Checks the name of a field.
    ///
    /// - Parameters:
    ///   - kind: of which messages.
    ///   - use: what is done with it.
    static func name(_ text: String, _ kind: FieldEdits.Kind, _ use: TextKind.FieldUse) throws(GrammarError) -> String {
        guard !text.isEmpty else {
            throw GrammarError("is empty: expected \(TextKind.ruledField(kind, use).expected)")
        }
        let lowercased = try Words.field(text)
        let name = FieldEdits.read(lowercased)
        var refusals = always + (kind == .request ? ofRequests : ofAnswers)
        if kind == .answer, use != .remove { refusals += inAnswers }
        for refusal in refusals where refusal.names.contains(name) {
            throw GrammarError(refusal.words, cure: refusal.cure)
        }
        if name.hasPrefix("x-martlet-") || name.hasPrefix("x-balancer-") && kind == .request {
            throw GrammarError("is a field of Martlet's own", cure: .takeAway())
        }
        if name.hasPrefix("sec-websocket-") {
            throw GrammarError("belongs to the handshake of WebSockets", cure: .takeAway())
        }
        if kind == .answer, use == .set, name == "set-cookie" {
            throw GrammarError(
                "would take away the cookies of members, and those of sessions",
                cure: .takeAway("take it away, or write it under add"))
        }
        if kind == .answer, use != .add, name == "vary" {
            throw GrammarError(
                "tells caches what an answer depends on, as compression does",
                cure: .takeAway("take it away, or write it under add"))
        }
        if use == .requestID, OwnFields.isTaken(lowercased) {
            throw GrammarError("has a meaning of its own", meant: "X-Request-ID")
        }
        return text
    }

    /// Checks the value of a field: octets that one may have (RFC 9110, section 5.5), and facts.
    static func value(_ text: String) throws(GrammarError) -> String {
        guard text.utf8.count <= TextKind.fieldValueBytesMax else {
            throw GrammarError("is longer than \(TextKind.fieldValueBytesMax) bytes")
        }
        for scalar in text.unicodeScalars where scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F {
            throw GrammarError("has the character \(String(scalar).quoted), which no field has")
        }
        let isBlank = { (scalar: Unicode.Scalar?) in scalar == " " || scalar == "\t" }
        if isBlank(text.unicodeScalars.first) || isBlank(text.unicodeScalars.last) {
            let trimmed = text.drop { " \t".contains($0) }.reversed().drop { " \t".contains($0) }.reversed()
            throw GrammarError("has blanks around it, which fields lose", meant: String(trimmed))
        }
        if let variable = text.firstMatch(of: /%\[([^\]]*)\]|%\{([^}]*)\}[a-z]?/) {
            throw complaint(
                variable: variable.range, named: String(variable.1 ?? variable.2 ?? "").lowercased(), in: text)
        }
        do throws(FieldTemplate.Fault) {
            _ = try FieldTemplate(text)
        } catch {
            throw complaint(error, in: text)
        }
        return text
    }

    /// A variable as HAProxy and Apache write them, which members would get as it stands.
    private static func complaint(
        variable range: Range<String.Index>, named name: String, in text: String
    ) -> GrammarError {
        let meant = foreign[name].map { "\(text[..<range.lowerBound])$(\($0))\(text[range.upperBound...])" }
        return GrammarError(
            "has \(String(text[range]).shortened), a variable of HAProxy's or Apache's", meant: meant,
            cure: Cure(known))
    }

    private static var known: String { "what is known is $" + FieldFact.allCases.map(\.name).joined(separator: ", $") }

    private static func complaint(_ fault: FieldTemplate.Fault, in text: String) -> GrammarError {
        let bytes = Array(text.utf8)
        switch fault {
        case .nameless(let offset):
            let meant = bytes[..<offset] + "$".utf8 + bytes[offset...]
            return GrammarError(
                "has a dollar that begins no name", meant: String(decoding: meant, as: UTF8.self),
                "; two dollars are one")
        case .unknown(let name, let range):
            let names = FieldFact.allCases.map(\.name)
            let longest = names.filter { name.hasPrefix($0 + "-") }.max { $0.count < $1.count }
            var fact = longest.map { "$(\($0))\(name.dropFirst($0.count))" }
            if fact == nil, !unknown.contains(name.lowercased()),
                let ours = foreign[name.lowercased()] ?? NearestName.nearest(to: name, among: names)
            {
                fact = "$(\(ours))"
            }
            let meant = fact.map { Array(bytes[..<range.lowerBound]) + Array($0.utf8) + bytes[range.upperBound...] }
            return GrammarError(
                "has $\(name.shortened), which is nothing that is known of a request",
                meant: meant.map { String(decoding: $0, as: UTF8.self) },
                cure: Cure(known))
        }
    }

    /// What nginx knows of a request that is near to a name of ours and means something else.
    private static let unknown: Set = ["request_uri", "request", "request_time", "request_method", "https"]

    /// What Apache, nginx, HAProxy and Caddy call it.
    private static let foreign = [
        "remote_addr": "client-address", "remote_host": "client-address", "src": "client-address",
        "remote_port": "client-port", "realip_remote_addr": "peer-address", "server_port": "port",
        "http_host": "host", "server_name": "host", "request_id": "request-id", "ssl_protocol": "tls-version",
        "ssl_cipher": "tls-cipher", "ssl_server_name": "tls-name", "upstream_addr": "member",
        "proxy_host": "balancer", "remote_user": "user", "src_port": "client-port", "dst_port": "port",
        "ssl_fc_protocol": "tls-version", "ssl_fc_cipher": "tls-cipher", "ssl_fc_sni": "tls-name",
        "ssl_tls_sni": "tls-name", "unique-id": "request-id", "unique_id": "request-id", "hdr(host)": "host",
        "req.hdr(host)": "host", "request_scheme": "scheme", "balancer_name": "balancer",
        "balancer_worker_route": "route", "balancer_worker_name": "member",
    ]
}
