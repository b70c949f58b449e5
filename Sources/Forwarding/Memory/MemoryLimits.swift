/// Limits of what is done about the process's memory that no configuration key sets.
package enum MemoryLimits {
    /// Milliseconds between two looks at the process's memory.
    static let lookMillis = 1_000
    /// Hundredths of `limits.memory` from which on is let go of.
    package static let tightPercent = 90
    /// Hundredths which that is to lead back to.
    package static let aimPercent = 85
    /// What an idle client gives back, roughly: 13.5 KiB with TLS were measured, with the kernel's part.
    package static let idleClientBytes = 12 << 10
    /// The same of an idle connection to a member.
    package static let idleMemberBytes = 4 << 10
    /// Milliseconds for which a client has been idle at least: a page's next request comes sooner.
    package static let idleMillisLeast = 1_000
    /// Connections that a worker ends in a turn: whoever asks for something does not wait for all of them.
    package static let endsPerTurnMax = 64
    /// Places of the event loop's table that are looked at in a turn for those who take nothing.
    static let placesPerTurnMax = 1_024
    /// Clients of a worker that are remembered from one look to the next: those that hold most.
    package static let slowMax = 256
    /// Idle connections to a member that each worker keeps all the same.
    package static let idleMembersKept = 2
    /// Clients of the process that are let in however short memory is, or one that is too low for the process itself
    /// would let nobody in for ever.
    static let admittedLeast = 64
    /// Looks after which the heap is trimmed again while memory is short and nothing was let go of.
    static let looksPerTrim = 10
    /// Clients by which their number must have fallen for the heap to be trimmed.
    package static let fallenLeast = 256
    /// Hundredths of their number that must have gone, too.
    package static let fallenPercent = 25
    /// Milliseconds for which it must have been so: who goes and comes again finds the memory.
    package static let fallenMillis = 10_000
    /// Milliseconds of a period in which what was refused and let go of is told in one line.
    package static let reportMillis = 10_000
}
