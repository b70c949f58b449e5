/// Why something that was asked of a running edge is not done.
public struct SupervisionError: Error, Equatable {
    /// What kind of fault it is.
    public enum Kind: String, Sendable {
        /// There is no balancer of the name.
        case noSuchBalancer = "no-such-balancer"
        /// The balancer has no member of the name.
        case noSuchMember = "no-such-member"
        /// There is no site of the host.
        case noSuchSite = "no-such-site"
        /// What is declared stands against it.
        case declared
        /// The balancer's sessions are not counted.
        case notCounted = "not-counted"
        /// What was given is malformed.
        case malformed
        /// The process lacks what it takes.
        case exhausted
        /// Something of the kind is under way, or cannot be done where the process runs.
        case impossible
        /// The process ends before it is done.
        case ending
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// What was expected and what was found, for people.
    public let words: String
    /// What may help.
    public let cure: String

    /// Makes an error.
    public init(_ kind: Kind, _ words: String, cure: String) {
        self.kind = kind
        self.words = words
        self.cure = cure
    }
}

extension SupervisionError {
    /// Nothing is done any more for whoever asks.
    static let processEnds = SupervisionError(
        .ending, "the process ends", cure: "ask the one that is started after it")
    /// What would be changed here is not known to the process that serves in a moment.
    static let isHandedOver = SupervisionError(
        .ending, "another process takes the place of this one, and would not know of it",
        cure: "ask again: that one will answer")
}
