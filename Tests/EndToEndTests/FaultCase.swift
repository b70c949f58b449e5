import Testing

/// A fault of the member that a request's session belongs to, who asks, and what becomes of the requests.
struct FaultCase: CustomTestStringConvertible, Sendable {
    /// What is to become of requests that come one after the other.
    enum Verdict: Equatable {
        /// Each is answered whole, by the member that the session belongs to.
        case kept
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
        var cases = connecting + cutting + late + idle + processes + networks + names
        for index in cases.indices { cases[index].number = index + 1 }
        return cases
    }()

    /// Both methods over both versions.
    private static func each(_ fault: Fault, get: Verdict, post: Verdict) -> [FaultCase] {
        var cases: [FaultCase] = []
        for isHTTP2 in [false, true] {
            cases.append(FaultCase(fault: fault, isHTTP2: isHTTP2, verdict: get))
            cases.append(FaultCase(fault: fault, method: "POST", isHTTP2: isHTTP2, verdict: post))
        }
        return cases
    }

    private static let broken = Verdict.lost("answer-broken")

    private static var connecting: [FaultCase] {
        var cases = each(.refuses, get: .saved, post: .saved)
        cases += each(.takesNoConnection, get: .saved, post: .saved)
        cases += each(.closesAtOnce, get: .saved, post: .counted)
        return cases
    }

    private static var cutting: [FaultCase] {
        var cases = each(.cutsHead(tenth: 0), get: .saved, post: broken)
        for tenth in 1...9 {
            cases.append(FaultCase(fault: .cutsHead(tenth: tenth), verdict: .saved))
            cases.append(FaultCase(fault: .cutsHead(tenth: tenth), method: "POST", verdict: broken))
        }
        for tenth in 0...9 {
            cases.append(FaultCase(fault: .cutsBody(tenth: tenth), verdict: broken))
            cases.append(FaultCase(fault: .cutsBody(tenth: tenth), method: "POST", verdict: broken))
        }
        for tenth in [5, 9] {
            cases.append(FaultCase(fault: .cutsHead(tenth: tenth), isHTTP2: true, verdict: .saved))
            cases.append(FaultCase(fault: .cutsBody(tenth: tenth), isHTTP2: true, verdict: broken))
        }
        cases += each(.resets, get: .saved, post: broken)
        cases += each(.garbage, get: broken, post: broken)
        return cases
    }

    private static var late: [FaultCase] {
        var cases = each(.silent, get: .saved, post: .lost("answer-timeout"))
        for isHTTP2 in [false, true] {
            cases.append(FaultCase(fault: .answersEarly, method: "POST", isHTTP2: isHTTP2, verdict: .saved))
        }
        return cases
    }

    private static var idle: [FaultCase] {
        each(.closesBehindAnswer, get: .saved, post: .counted)
            + each(.closesUnderNextRequest, get: .saved, post: .counted)
            + each(.closesAtRandom, get: .saved, post: .counted)
    }

    private static var processes: [FaultCase] {
        each(.killed, get: .saved, post: .saved) + each(.stopped, get: .saved, post: .lost("answer-timeout"))
    }

    private static var networks: [FaultCase] {
        var cases: [FaultCase] = []
        for isWarm in [false, true] {
            let post: Verdict = isWarm ? .lost("answer-timeout") : .saved
            for fault in [Fault.unplugged(isWarm: isWarm), Fault.dropped(isWarm: isWarm)] {
                cases.append(FaultCase(fault: fault, verdict: .saved))
                cases.append(FaultCase(fault: fault, method: "POST", verdict: post))
            }
        }
        return cases
    }

    private static var names: [FaultCase] {
        Fault.Naming.allCases.flatMap { way in
            let verdict: Verdict = way == .astray ? .saved : .kept
            return each(.nameless(way), get: verdict, post: verdict)
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
    /// It closes each connection within some milliseconds of its answer, whether the next request comes by then or not.
    case closesAtRandom
    /// It is an nginx whose processes get SIGKILL, or SIGSTOP, when it has answered once.
    case killed, stopped
    /// Its link goes down, or what it sends is dropped; `isWarm`: when it has answered once.
    case unplugged(isWarm: Bool), dropped(isWarm: Bool)
    /// It is known by a name, of which the name server tells no more, or something else.
    case nameless(Naming)

    /// What becomes of a name.
    enum Naming: CaseIterable {
        /// The name server is gone, or says that there is no such name.
        case silent, unknown
        /// The name leads to where nobody is, or there and back again and again.
        case astray, flapping
    }

    /// How many requests come while it fails: enough that closing meets them at several moments.
    var requestCount: Int {
        if case .closesAtRandom = self { 30 } else { 3 }
    }

    /// Whether the member answers once before it fails.
    var answersFirst: Bool {
        switch self {
        case .killed, .stopped, .nameless: true
        case .unplugged(let isWarm), .dropped(let isWarm): isWarm
        default: false
        }
    }
}
