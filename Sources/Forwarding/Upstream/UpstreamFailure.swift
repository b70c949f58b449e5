import Reactor

/// How a connection to a member failed.
enum UpstreamFailure {
    /// It could not be made.
    case connect(SystemError)
    /// It was not made in time.
    case connectTimeout
    /// The answer did not begin in time.
    case answerTimeout
    /// It broke or brought something that is not an answer.
    case broken(String)

    /// What the event log says.
    func words(_ address: SocketAddress?) -> String {
        let place = address.map { "\($0): " } ?? ""
        return switch self {
        case .connect(let error): place + error.description
        case .connectTimeout: place + "no connection in time"
        case .answerTimeout: place + "no answer in time"
        case .broken(let words): place + words
        }
    }
}
