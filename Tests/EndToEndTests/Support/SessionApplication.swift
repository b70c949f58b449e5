import Foundation

/// A member that behaves like an application with sessions: it sets a cookie at `/login` and tells what it was sent.
///
/// `/login?VALUE` sets the session's cookie to VALUE, `/logout` takes it away, `/to?URL` redirects to `#e` there, with
/// a `+` for each `&`; `/public` may be stored by caches; anything else is answered with the member's name, the cookies
/// it has got and the target.
struct SessionApplication {
    /// What its session cookie is called.
    static let cookie = "JSESSIONID"
    let member: RecordingMember

    init(_ name: String, attributes: String = "; Path=/; HttpOnly") throws {
        member = try RecordingMember { connection in
            try connection.answerEach { Self.answer(to: $0, name: name, attributes: attributes) }
        }
    }

    private static func answer(to request: WireMessage, name: String, attributes: String) -> String {
        let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
        let argument = parts.count == 2 ? parts[1] : ""
        switch parts[0] {
        case "/login": return Answer.ok(name, fields: "Set-Cookie: \(cookie)=\(argument)\(attributes)\r\n")
        case "/logout": return Answer.ok(name, fields: "Set-Cookie: \(cookie)=; Path=/; Max-Age=0\r\n")
        case "/set": return Answer.ok(name, fields: "Set-Cookie: \(argument)\r\n")
        case "/public": return Answer.ok(name, fields: "Cache-Control: max-age=60\r\n")
        case "/to":
            let url = argument.replacingOccurrences(of: "+", with: "&")
            return "HTTP/1.1 302 Found\r\nContent-Location: \(url)#e\r\nLocation: \(url)#e\r\n"
                + "Content-Length: 0\r\n\r\n"
        default: return Answer.ok("\(name) \(request["Cookie"] ?? "-") \(request.target)")
        }
    }
}

extension WireMessage {
    /// The value and the attributes of a cookie that an answer sets.
    func cookie(_ name: String = SessionApplication.cookie) -> (value: String, attributes: String)? {
        guard let line = all("Set-Cookie").first(where: { $0.hasPrefix("\(name)=") }) else { return nil }
        let value = line.dropFirst(name.count + 1).prefix { $0 != ";" }
        return (String(value), String(line.dropFirst(name.count + 1 + value.count)))
    }
}
