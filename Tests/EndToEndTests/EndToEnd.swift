import Testing

/// Scenarios that drive the built binary on loopback, with real servers behind it and real clients before it.
///
/// One after the other: they measure memory and CPU time, and each has a time limit that runs while it waits its turn.
@Suite("End to end", .serialized, .endsWhatItStarts)
enum EndToEnd {}
