/// The steps of an exchange, in their order. A request goes through all of them but for those that it is spared; where
/// a member fails it, it is ``rebuilt`` again, and somebody else is looked for.
///
/// What a feature does to a request or an answer, it does at one of them.
enum Step: UInt8, Comparable {
    /// The head was parsed, and who sends it is known.
    case admitted
    /// The site and the path are found, and by them the balancer.
    case located
    /// It is not larger than it may be.
    case limited
    /// Which session it belongs to is read.
    case tied
    /// The head for the member is written: somebody is looked for who takes it, or waited for; so is the end of the
    /// back-off between two members.
    case rebuilt
    /// Its content is there, where that is waited for before a member is asked.
    case gathered
    /// A member is chosen, and a connection to it is there or being made.
    case chosen
    /// The member can be sent the request.
    case connected
    /// It has been sent all of it.
    case sent
    /// The head of the answer has come.
    case answered
    /// The head was changed as it has to be, and handed to the client: content follows through the filters.
    case filtered
    /// The answer is whole; what is left of it goes out.
    case ended

    static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
}
