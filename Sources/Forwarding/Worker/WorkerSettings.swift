import HTTP
import Model

/// What a worker looks up for each message, made of its edge's configuration.
struct WorkerSettings {
    /// What a request's head may measure.
    let requestHeadLimits: HeadLimits
    /// What an answer's head may measure.
    let answerHeadLimits: HeadLimits
    /// How long is waited.
    let timeouts: Timeouts
    /// How fast a request's content has to come.
    let requestPace: Pace.Least
    /// How fast an answer has to be taken.
    let answerPace: Pace.Least
    /// Whether some member may have only so many exchanges under way, so that requests wait for its room.
    let limitsMembers: Bool
    /// Whether a member's connection may read a long answer in large slabs.
    let hasRoomForLargeReads: Bool

    /// Derives the settings.
    init(_ configuration: EdgeConfiguration) {
        requestHeadLimits = HeadLimits(requests: configuration.limits)
        answerHeadLimits = HeadLimits(answers: configuration.limits)
        timeouts = configuration.timeouts
        let (limits, window) = (configuration.limits, configuration.timeouts.pace)
        requestPace = Pace.Least(limits.requestBodyRateLeast, window: window)
        answerPace = Pace.Least(limits.answerBodyRateLeast, window: window)
        limitsMembers = configuration.balancers.contains { $0.members.contains { $0.exchangesMax != nil } }
        hasRoomForLargeReads = configuration.hasRoomForLargeReads
    }
}
