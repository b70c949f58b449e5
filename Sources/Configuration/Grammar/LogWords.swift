import Limiting
import Model

/// What the keys of `log` hold.
enum LogWords {
    /// Checks how a line looks: a word, or a line with fields.
    static func format(_ text: String) throws(GrammarError) -> String {
        if LogFormat.words.contains(text) { return text }
        guard text.utf8.count <= LogLine.bytesMax else {
            throw GrammarError("is longer than \(LogLine.bytesMax) bytes", cure: "write less between its fields")
        }
        for scalar in text.unicodeScalars where scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F {
            throw GrammarError(
                "has the character \(String(scalar).quoted), which no line has", cure: "write the line without it")
        }
        do throws(LogLine.Fault) {
            _ = try LogLine(text)
            return text
        } catch {
            throw complaint(error, in: text)
        }
    }

    private static func complaint(_ fault: LogLine.Fault, in text: String) -> GrammarError {
        let meant = mended(text).flatMap(whole)
        switch fault {
        case .empty:
            if let word = presets[text.lowercased()] ?? NearestName.nearest(to: text, among: LogFormat.words) {
                return GrammarError("is no form of a line", meant: word)
            }
            return GrammarError(
                "names no field in braces", cure: "write json, combined, or fields such as \"{client} {status}\"")
        case .doubled(let name, _):
            return GrammarError("names {\(name)} twice", cure: meant ?? "write it once")
        case .unknown(let name, _):
            let message = "names {\(name.shortened)}, which is no field of a line"
            return GrammarError(message, cure: meant ?? cure(for: field(for: name)))
        case .foreign(let range):
            let word = String(decoding: Array(text.utf8)[range], as: UTF8.self)
            let message = "has \(word.shortened), which stands for nothing here"
            return GrammarError(message, cure: meant ?? cure(for: foreign(word)))
        }
    }

    private static func cure(for field: String?) -> Cure {
        if let field { return Cure("write {\(field)} in its place") }
        return Cure("the fields are {" + names.joined(separator: "}, {") + "}")
    }

    private static var names: [String] { LogField.allCases.map { "\($0.entry.name)" } }

    /// The field that was probably meant by a name; `nil`: none is near.
    private static func field(for name: String) -> String? {
        foreign(name) ?? NearestName.nearest(to: name, among: names)
    }

    /// Writes a line in place of another one, if it can be shown.
    private static func whole(_ text: String) -> Cure? {
        guard text.utf8.count <= 240, text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else { return nil }
        return .write("'" + text.replacing("'", with: "''") + "'")
    }

    /// The same line with fields in place of what is wrong in it; `nil` where something stands for none.
    private static func mended(_ text: String) -> String? {
        let roundsMax = 64
        var text = text
        for _ in 0..<roundsMax {
            do throws(LogLine.Fault) {
                _ = try LogLine(text)
                return text
            } catch {
                let bytes = Array(text.utf8)
                let (range, piece): (Range<Int>, String?) =
                    switch error {
                    case .foreign(let range): (range, piece(for: String(decoding: bytes[range], as: UTF8.self)))
                    case .unknown(let name, let range): (range, field(for: name).map { "{\($0)}" })
                    case .doubled(_, let range): (range, "")
                    case .empty: (0..<0, nil)
                    }
                guard let piece else { return nil }
                let next = bytes[..<range.lowerBound] + Array(piece.utf8) + bytes[range.upperBound...]
                text = String(decoding: next, as: UTF8.self)
            }
        }
        return nil
    }

    /// What to write for a word of others.
    private static func piece(for word: String) -> String? {
        // What Apache asks a client's identd for is a hyphen everywhere.
        word == "%l" ? "-" : foreign(word).map { "{\($0)}" }
    }

    /// The field that is called so by Apache, nginx or HAProxy.
    private static func foreign(_ word: String) -> String? {
        let bare = word.drop { "$%<>".contains($0) }
        if LogField(name: String(bare)) != nil { return String(bare) }
        return words[String(bare)] ?? words[bare.lowercased()]
    }

    /// Words by which others call the forms of whole lines.
    private static let presets = [
        "text": "combined", "main": "combined", "common": "combined", "apache": "combined", "httplog": "combined",
        "ncsa": "combined", "default": "json", "logfmt": "json",
    ]

    private static let words = [
        // Apache's mod_log_config.
        "h": "client", "a": "client", "{c}a": "peer", "u": "user", "t": "time", "r": "method} {target} {protocol",
        "s": "status", "b": "sent_bytes", "B": "sent_bytes", "O": "answer_size", "I": "request_size", "D": "total_us",
        "m": "method", "U": "target", "H": "protocol", "v": "host", "V": "host", "L": "request_id",
        "{Referer}i": "referer", "{User-agent}i": "user_agent", "{User-Agent}i": "user_agent", "{Host}i": "host",
        "{us}T": "total_us", "{remote}p": "client_port", "{SSL_PROTOCOL}x": "tls", "{SSL_CIPHER}x": "cipher",
        "{BALANCER_WORKER_NAME}e": "member", "{BALANCER_WORKER_ROUTE}e": "route_asked",
        // nginx's variables.
        "remote_addr": "client", "realip_remote_addr": "peer", "remote_port": "client_port", "remote_user": "user",
        "time_local": "time", "time_iso8601": "time", "msec": "time", "request_method": "method",
        "request_uri": "target", "request": "method} {target} {protocol", "server_protocol": "protocol",
        "body_bytes_sent": "sent_bytes", "bytes_sent": "answer_size", "request_length": "request_size",
        "request_time": "total_us", "http_referer": "referer", "http_user_agent": "user_agent", "http_host": "host",
        "upstream_addr": "member_address", "upstream_connect_time": "connect_us",
        "upstream_header_time": "first_byte_us", "upstream_response_time": "first_byte_us", "proxy_host": "balancer",
        "ssl_protocol": "tls", "ssl_cipher": "cipher", "ssl_server_name": "server_name",
        "ssl_session_reused": "resumed", "ssl_alpn_protocol": "alpn", "request_id": "request_id",
        // HAProxy's, of more than one letter.
        "ci": "client", "cp": "client_port", "tr": "time", "hm": "method", "hu": "target", "hp": "target",
        "hv": "protocol", "st": "status", "ta": "total_us", "tc": "connect_us", "tw": "waited_us",
        "be": "balancer", "bi": "peer", "si": "member_address", "sslv": "tls", "sslc": "cipher", "rc": "attempts",
        "[src]": "client", "[ssl_fc_sni]": "server_name", "[ssl_fc_protocol]": "tls", "[ssl_fc_cipher]": "cipher",
        "[ssl_fc_alpn]": "alpn", "[unique-id]": "request_id", "id": "request_id",
    ]

    /// Checks the name of a field.
    static func field(_ text: String) throws(GrammarError) -> String {
        if LogField(name: text) != nil { return text }
        let bare = text.hasPrefix("{") && text.hasSuffix("}") ? String(text.dropFirst().dropLast()) : text
        let meant = names.contains(bare) ? bare : field(for: bare)
        throw GrammarError(
            "is no field of a line", meant: meant.flatMap { names.contains($0) ? $0 : nil }, cure: cure(for: nil))
    }

    /// Reads where a syslog is.
    static func syslog(_ text: String, from folder: BaseFolder) throws(GrammarError) -> String {
        guard let end = text.firstRange(of: "://") else {
            if text.hasPrefix("unix:") { throw GrammarError("has a scheme", meant: String(text.dropFirst(5))) }
            if ["journal", "journald", "systemd"].contains(text.lowercased()) {
                throw GrammarError("is no address: journald takes syslog's messages at its own", meant: "/dev/log")
            }
            if text.contains(":") { throw GrammarError("has no scheme", meant: "udp://\(text)") }
            return try UnixPath.parse(bare: text, from: folder)
        }
        let scheme = text[..<end.lowerBound].lowercased()
        let rest = text[end.upperBound...]
        guard scheme == "udp" || scheme == "tcp" else {
            let isPath = scheme == "unix" || scheme == "unixgram"
            throw GrammarError(
                "has a scheme that no syslog has", meant: isPath ? String(rest) : "udp://\(rest)",
                cure: "write udp:// or tcp:// in front of it")
        }
        do throws(GrammarError) {
            let (address, port) = try address(String(rest), port: scheme == "udp" ? 514 : 601)
            let isIPv6 = !address.isIPv4
            return "\(scheme)://" + (isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)")
        } catch {
            throw error.within { "\(scheme)://\($0)" }
        }
    }

    private static func address(
        _ text: String, port standard: Int
    ) throws(GrammarError) -> (address: IPAddress, port: Int) {
        let (host, port) = try HostAndPort.split(text.hasSuffix("/") ? String(text.dropLast()) : text)
        guard let address = IPAddress(host) else {
            throw GrammarError(
                "names no IP address, and names are not looked up for the log",
                meant: host.lowercased() == "localhost" ? "127.0.0.1:\(port ?? "\(standard)")" : nil,
                cure: "write its address in digits")
        }
        guard let port else { throw GrammarError("has no port", meant: "\(text):\(standard)") }
        return (address, try Port.parse(port, in: 1...65_535))
    }

    /// Reads a share.
    ///
    /// - Parameter nothing: how one says that it is nothing.
    static func share(_ text: String, leaving nothing: String) throws(GrammarError) -> String {
        if let share = LogShare(text) { return share.description }
        let number = text.replacing(" ", with: "")
        let percent = Double(number.hasSuffix("%") ? String(number.dropLast()) : number) ?? -1
        if LogShare(number) != nil { throw GrammarError("has a blank in it", meant: number) }
        // Others write a part of one.
        if percent > 0, percent < 1, !number.hasSuffix("%") {
            let parts = Int((percent * Double(LogShare.whole)).rounded())
            throw GrammarError("has no %", meant: parts > 0 ? LogShare(parts: parts).description : nil)
        }
        if percent >= 1, percent <= 100, !number.hasSuffix("%") { throw GrammarError("has no %", meant: "\(number)%") }
        if percent == 0 {
            throw GrammarError(
                "is nothing", cure: .takeAway("\(nothing), or write 0.01%"))
        }
        throw GrammarError(
            "is no share", cure: "write one from 0.01% to 100%, in steps of a hundredth of a percent")
    }
}
