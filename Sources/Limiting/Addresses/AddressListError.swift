/// What is wrong with a list of addresses.
public struct AddressListError: Error, Sendable, Hashable {
    /// One thing that is wrong.
    public struct Fault: Sendable, Hashable {
        /// The line, from 1 on.
        public let line: Int
        /// What is wrong there.
        public let problem: Problem

        /// Describes what is wrong.
        public init(line: Int, problem: Problem) {
            self.line = line
            self.problem = problem
        }
    }

    /// What may be wrong with a line.
    public enum Problem: Sendable, Hashable {
        /// It is no address or range.
        case entry(AddressRangeError)
        /// It is one more than there may be; what follows was not read.
        case tooMany(most: Int)
    }

    /// The first faults in the order of their lines, at least one; at most `Limits.listFaultsMax`, and the end of what
    /// was read.
    public let faults: [Fault]
    /// How many there are together.
    public let count: Int

    /// Describes what is wrong.
    public init(faults: [Fault], count: Int) {
        self.faults = faults
        self.count = count
    }
}

extension AddressListError.Fault: CustomStringConvertible {
    /// The line and what is wrong with it: what stands behind a file's name.
    public var description: String {
        switch problem {
        case .entry(let error): "\(line): \(error)"
        case .tooMany(let most): "\(line): more than \(most) addresses and ranges"
        }
    }
}
