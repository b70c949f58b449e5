/// The numbers with which verbs end, as sysexits has them, and what `martlet --help` says of them.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case usage = 64
    case badData = 65
    case unavailable = 69
    case standstill = 70
    case systemRefuses = 71
    case later = 75
    case badProtocol = 76
    case forbidden = 77
    case badConfiguration = 78

    /// What it means.
    var words: String {
        switch self {
        case .done: "done; a server has drained; a configuration is valid, also with warnings"
        case .usage: "a verb, an option or what stands behind it is wrong"
        case .badData: "there is no such balancer or member; reload: something was kept old, or is unusable"
        case .unavailable:
            "nobody serves the control socket, or the process ends; demo: no openssl, or no folder to write to"
        case .standstill:
            "a worker stands still: the event log says where, and whoever supervises the process starts it anew"
        case .systemRefuses: "the system refuses what the process needs: descriptors, memory"
        case .later: "drain --wait, reload and upgrade: not over within --timeout; no answer in time"
        case .badProtocol: "what serves the control socket is not Martlet, or an older one that does not know the verb"
        case .forbidden: "the control socket is another user's"
        case .badConfiguration:
            "the configuration cannot be served; upgrade: no new process serves; drain --wait: nobody can "
                + "tell, as sessions are not counted"
        }
    }

    /// All of them, a line each.
    static var lines: String {
        allCases.map { status in
            let number = "\(status.rawValue)"
            return number + String(repeating: " ", count: 4 - number.count) + status.words
        }.joined(separator: "\n")
    }
}
