/// The limits of the balancing room.
public enum Limits {
    /// Members that a balancer holds at most: what a ``MemberSet`` has bits for.
    public static let membersMax = 1_024
    /// The smallest and the greatest load factor, in hundredths: 0.01 and 100, as in Apache.
    public static let loadFactorHundredths = 1...10_000
    /// The numbers of sets (`lbset`), as in Apache.
    public static let sets = 0...99
    /// Members that a session may prefer, in order; what a request asks for beyond these is not looked at.
    public static let preferencesMax = 8
    /// Milliseconds that a failed member is left alone unless something else is declared, as in Apache.
    public static let retryMillisecondsDefault: Int64 = 60_000
    /// Connections in a row that end before the first byte of an answer, after which that is the member's doing: a
    /// request that breaks it is sent to it twice.
    static let dropsMax = 3
    /// Verdicts on its health that are kept of a member.
    public static let verdictsMax = 20
    /// Milliseconds for which a member has to be well that has gone down twice in a short time, before it counts as
    /// recovered; twice as long each time. Longer than checks take that are each second and want to succeed thrice.
    static let flapHoldMilliseconds: Int64 = 10_000
    /// The same at most, and for how long a member is left alone at most after a request's error because it comes and
    /// goes.
    static let flapHoldMillisecondsMax: Int64 = 300_000
    /// Milliseconds for which a member must be up to be forgiven one of the times that it went down.
    static let flapFadeMilliseconds: Int64 = 60_000
    /// Looks, a second apart, by which a member is judged that is to be ejected: it is out before they have passed.
    static let ejectionLooks = 10
    /// Of these, those in which it must have been slow: a pause of some seconds is not enough.
    static let ejectionSlowLooks = 5
    /// Requests in that time below which a member says nothing of the others, and errors below which it is not judged.
    static let ejectionRequestsMin: UInt64 = 5
    /// How many times the others' share of errors a member's must be.
    static let ejectionErrorsTimes = 3.0
    /// By how many standard deviations it must have more errors than the others' share would give it.
    static let ejectionDeviations = 4.0
    /// By how many microseconds its answers must be slower than the others', however many times that is.
    static let ejectionMicrosMin = 5_000.0
    /// For how long a session may count after it was seen, in milliseconds: from a second to 30 days.
    public static let idleMilliseconds: ClosedRange<Int64> = 1_000...2_592_000_000
    /// Sessions that a table of learned ones may be declared for; 24 bytes each.
    public static let learnedSessions: ClosedRange<Int> = 16...10_000_000
    /// The same unless something else is declared: 2.4 MB.
    public static let learnedSessionsDefault = 100_000
    /// Bytes of a heartbeat's message at most: what mod_heartbeat has room for.
    public static let heartbeatBytesMax = 256
    /// Milliseconds for which a heartbeat holds, as in Apache; a heart beats once a second there.
    static let heartbeatMilliseconds: Int64 = 10_000
    /// The load factors of a ring's members together at most, in hundredths: ``membersMax`` times 1. Its points take
    /// 10 MiB then.
    public static let ringHundredthsMax = membersMax * 100
    /// Points that a member has on a ring for each hundredth of its factor.
    static let ringPointsPerHundredth = 10
    /// Points that are passed on a ring in search of a candidate. One that has a hundredth of the ring is not met in
    /// one search of 10^17.
    static let ringSteps = 4_096
    /// Parts of the time that a census keeps apart, four bits each beside the eight of a mark: what 32 bits hold. One
    /// more than the time has, so that a session counts for all of it.
    static let censusEpochs = 6
    /// As how many exchanges under way the sessions weigh at most that a member has more than another: the other one is
    /// not kept busier than by so many more, whatever was counted.
    static let sessionsWeightMax: Int64 = 16
    /// Where a member's load status stops growing either way, in hundredths.
    ///
    /// Requests of sessions count in the election, so a
    /// long stream of them to one member takes it down without end; 2^60 leaves room for any total of factors in 64
    /// bits.
    static let loadStatusMax: Int64 = 1 << 60
    /// Bytes of a regular expression at most.
    public static let expressionBytesMax = 512
    /// Groups of it within one another.
    static let expressionDepthMax = 32
    /// How often a part of it may be repeated, all repetitions around it together.
    static let expressionRepeatsMax = 1_000
    /// Places in it, when its repetitions are written out.
    static let expressionPlacesMax = 2_000
    /// Looks at a byte from a place for which a search is given up: a text of 64 KiB is looked through if an expression
    /// is at some fifteen places at each byte. The same thread makes the checks of all members.
    public static let expressionStepsMax = 1_000_000
}
