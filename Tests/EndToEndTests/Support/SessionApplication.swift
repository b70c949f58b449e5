import Foundation

/// A member that behaves like an application with sessions: it sets a cookie at `/login` and tells what it was sent.
///
/// `/login?VALUE` sets the session cookie to VALUE; anything else is answered with the member's name, the cookies
/// that it has got, and the target.
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
        guard parts[0] == "/login", parts.count == 2 else {
            return Answer.ok("\(name) \(request["Cookie"] ?? "-") \(request.target)")
        }
        return Answer.ok(name, fields: "Set-Cookie: \(cookie)=\(parts[1])\(attributes)\r\n")
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
