/// Why the edge cannot begin to serve, or a reload is rejected: one line for each fault.
public struct StartError: Error {
    /// What operators should read, each `place: error: what` or `error: what`.
    public let lines: [String]
}

extension StartError {
    /// The lines of any error.
    static func lines(of error: any Error) -> [String] {
        (error as? StartError)?.lines ?? ["error: \(error)"]
    }
}
