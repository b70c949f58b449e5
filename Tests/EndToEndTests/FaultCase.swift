/// A fault of the member that a request's session belongs to, who asks, and what becomes of the requests.
struct FaultCase: CustomTestStringConvertible, Sendable {
    /// What is to become of requests that come one after the other.
    enum Verdict: Equatable {
        /// Each is answered whole: a replay is allowed (RFC 9110, section 9.2.2), or nothing was sent.
        case saved
        /// The first one is lost, and the log says so by this reason.
        case lost(String)
        /// Whether one is lost hangs on which segment comes first; the log says which.
        case counted
    }

    let fault: Fault
    var method = "GET"
    var isHTTP2 = false
    let verdict: Verdict
    /// Its number, by which it is spoken of.
    var number = 0

    var testDescription: String {
        "\(number): \(fault), \(method) over HTTP/\(isHTTP2 ? "2" : "1.1"): \(verdict)"
    }

    /// All cases, numbered from 1 on.
    static let all: [FaultCase] = {
        var cases = connecting + cutting + late + idle + processes + networks
        for index in cases.indices { cases[index].number = index + 1 }
        return cases
    }()

    /// Both methods over both versions.
    private static func each(_ fault: Fault, get: Verdict, post: Verdict) -> [FaultCase] {
        [false, true].flatMap { isHTTP2 in
            [
                FaultCase(fault: fault, isHTTP2: isHTTP2, verdict: get),
                FaultCase(fault: fault, method: "POST", isHTTP2: isHTTP2, verdict: post),
            ]
        }
    }

    private static let connecting =
        each(.refuses, get: .saved, post: .saved) + each(.takesNoConnection, get: .saved, post: .saved)
        + each(.closesAtOnce, get: .saved, post: .counted)

    private static let cutting: [FaultCase] =
        each(.cutsHead(tenth: 0), get: .saved, post: .lost("answer-broken"))
        + (1...9).flatMap { tenth in
            [
                FaultCase(fault: .cutsHead(tenth: tenth), verdict: .saved),
                FaultCase(fault: .cutsHead(tenth: tenth), method: "POST", verdict: .lost("answer-broken")),
            ]
        }
        + (0...9).flatMap { tenth in
            [
                FaultCase(fault: .cutsBody(tenth: tenth), verdict: .lost("answer-broken")),
                FaultCase(fault: .cutsBody(tenth: tenth), method: "POST", verdict: .lost("answer-broken")),
            ]
        }
        + [5, 9].flatMap { tenth in
            [
                FaultCase(fault: .cutsHead(tenth: tenth), isHTTP2: true, verdict: .saved),
                FaultCase(fault: .cutsBody(tenth: tenth), isHTTP2: true, verdict: .lost("answer-broken")),
            ]
        }
        + each(.resets, get: .saved, post: .lost("answer-broken"))
        + each(.garbage, get: .lost("answer-broken"), post: .lost("answer-broken"))

    private static let late: [FaultCase] =
        each(.silent, get: .saved, post: .lost("answer-timeout"))
        + [
            FaultCase(fault: .answersEarly, method: "POST", verdict: .saved),
            FaultCase(fault: .answersEarly, method: "POST", isHTTP2: true, verdict: .saved),
        ]

    private static let idle: [FaultCase] =
        each(.closesBehindAnswer, get: .saved, post: .counted)
        + each(.closesUnderNextRequest, get: .saved, post: .counted)

    private static let processes: [FaultCase] =
        each(.killed, get: .saved, post: .saved) + each(.stopped, get: .saved, post: .lost("answer-timeout"))

    private static let networks: [FaultCase] = [false, true].flatMap { isWarm in
        [Fault.unplugged(isWarm: isWarm), .dropped(isWarm: isWarm)].flatMap { fault in
            [
                FaultCase(fault: fault, verdict: .saved),
                FaultCase(fault: fault, method: "POST", verdict: isWarm ? .lost("answer-timeout") : .saved),
            ]
        }
    }
}

/// What is wrong with a member.
enum Fault: Sendable {
    /// It refuses connections, or its queue of them is full.
    case refuses, takesNoConnection
    /// It takes connections and closes them before it reads anything.
    case closesAtOnce
    /// It ends the connection when so many tenths of an answer's head, or of its content, have gone out.
    case cutsHead(tenth: Int), cutsBody(tenth: Int)
    /// It resets the connection when it has read the request.
    case resets
    /// What it says is no answer.
    case garbage
    /// It reads requests and says nothing.
    case silent
    /// It answers before it has read the content, which it never does.
    case answersEarly
    /// It says that it keeps connections, and closes each behind the first answer, or under the second request.
    case closesBehindAnswer, closesUnderNextRequest
    /// It is an nginx whose processes get SIGKILL, or SIGSTOP, when it has answered once.
    case killed, stopped
    /// Its link goes down, or what it sends is dropped; `isWarm`: when it has answered once.
    case unplugged(isWarm: Bool), dropped(isWarm: Bool)

    /// Whether the member answers once before it fails.
    var answersFirst: Bool {
        switch self {
        case .killed, .stopped: true
        case .unplugged(let isWarm), .dropped(let isWarm): isWarm
        default: false
        }
    }
}
