/// An answer's head that another protocol brings, laid down as the text of HTTP/1.1, so that one parser decides what it
/// means.
public protocol AnswerText: AnyObject {
    /// The status; 0 before it is known.
    var status: Int { get }

    /// Ends the head.
    ///
    /// - Parameter following: what follows it, as far as that is known.
    /// - Throws: the first thing that was wrong with it.
    func finish(_ following: AnswerFollowing) throws(HeadError)

    /// Hands the text to `body`; after ``finish(_:)`` it is a whole head.
    func withText<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure) -> Result

    /// Gives the memory back that the text is in.
    func giveBack()
}

/// What follows an answer's head.
public enum AnswerFollowing: Sendable {
    /// Nothing, and nothing could: an interim answer, one to HEAD, 204, 304, or trailers.
    case nothing
    /// Content, or trailers.
    case content
    /// No content, though the answer might have some.
    case end
}
