import Foundation

/// A member with sessions and without routes: `/login` begins one, `/logout` clears its cookie.
enum SessionMember {
    /// Starts a member whose every answer is its name; identifiers begin with it.
    static func start(_ name: String) throws -> RecordingMember {
        let number = Monitor(0)
        return try RecordingMember { connection in
            try connection.answerEach { request in
                switch request.target {
                case "/login":
                    let next = number.withLock { number -> Int in
                        number += 1
                        return number
                    }
                    return Answer.ok(name, fields: "Set-Cookie: SID=\(name)-\(next); Path=/; HttpOnly\r\n")
                case "/logout":
                    return Answer.ok(
                        name, fields: "Set-Cookie: SID=deleted; Expires=Thu, 01-Jan-1970 00:00:01 GMT; Path=/\r\n")
                default:
                    return Answer.ok(name)
                }
            }
        }
    }

    /// The cookie that an answer sets, as a request carries it; empty where it sets none.
    static func cookie(of answer: WireMessage) -> String {
        answer["Set-Cookie"].map { "Cookie: \($0.prefix { $0 != ";" })\r\n" } ?? ""
    }
}
