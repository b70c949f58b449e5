import Glibc

/// An open file descriptor that is closed when its owner lets it go.
public struct Descriptor: ~Copyable, Sendable {
    /// The kernel's number; valid while this value lives.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(taking number: Int32) {
        precondition(number >= 0, "not a descriptor")
        self.number = number
    }

    deinit {
        // close(2) on Linux releases the number even when it reports an error.
        _ = Glibc.close(number)
    }

    /// Gives the open descriptor to the caller, who must close it.
    public consuming func release() -> Int32 {
        let number = self.number
        discard self
        return number
    }
}
