import Glibc

/// What is left of files that are closed, to be made into others: while there is some, opening one allocates nothing.
/// Belongs to one thread.
public final class SpareFiles {
    private let countMax: Int
    private var first: OpenFile?
    private var count = 0

    /// - Parameter countMax: how many are kept at most.
    public init(countMax: Int) {
        self.countMax = countMax
    }

    deinit {
        // One by one: letting the first go would let each go in the one before.
        while let file = first { first = file.next.take() }
    }

    /// How many are kept.
    public var keptCount: Int { count }

    /// Lets go of a file: closes it where nobody else has it.
    ///
    /// - Parameter file: `nil` afterwards.
    public func letGo(_ file: inout OpenFile?) {
        // Who is the only one to refer to it hands it to nobody meanwhile: no other thread can come to it.
        guard count < countMax, isKnownUniquelyReferenced(&file), let closed = file.take() else {
            file = nil
            return
        }
        closed.close()
        closed.next = first.take()
        first = closed
        count += 1
    }

    /// An open file.
    func make(_ descriptor: consuming Descriptor, _ status: stat, isInMemory: Bool) -> OpenFile {
        guard let file = first.take() else { return OpenFile(taking: descriptor, status, isInMemory: isInMemory) }
        first = file.next.take()
        count -= 1
        file.become(descriptor, status, isInMemory: isInMemory)
        return file
    }
}
