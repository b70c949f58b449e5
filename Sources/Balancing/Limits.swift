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
    /// Where a member's load status stops growing either way, in hundredths.
    ///
    /// Requests of sessions count in the election, so a
    /// long stream of them to one member takes it down without end; 2^60 leaves room for any total of factors in 64
    /// bits.
    static let loadStatusMax: Int64 = 1 << 60
}
