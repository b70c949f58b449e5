import Reactor
import Synchronization

/// A name and a password that are to be checked on a thread of their own, for one request.
package final class PasswordJob: Sendable {
    /// What it came to.
    package enum Verdict: Sendable {
        /// The password is the name's.
        case accepted
        /// It is not, or nobody has the name.
        case refused
        /// It was not checked: it was given up, or the process ends.
        case undone
    }

    /// Tells it from others of its worker.
    package let number: Int
    /// Stands for name and password.
    package let mark: UInt128
    /// Whose it is; 0: a client without an address.
    package let address: UInt128
    private let hash: PasswordHash
    private let isKnown: Bool
    private let password: Mutex<[UInt8]>
    private let isGivenUp = Atomic<Bool>(false)

    /// - Parameter isKnown: whether the hash is the name's, and not somebody else's in its place.
    package init(
        number: Int, mark: UInt128, address: UInt128, hash: PasswordHash, isKnown: Bool, password: [UInt8]
    ) {
        self.number = number
        self.mark = mark
        self.address = address
        self.hash = hash
        self.isKnown = isKnown
        self.password = Mutex(password)
    }

    /// Says that nobody waits for it any more. Any thread may call it.
    package func giveUp() {
        isGivenUp.store(true, ordering: .relaxed)
    }

    /// Whether somebody waits for it.
    package var isWanted: Bool { !isGivenUp.load(ordering: .relaxed) }

    /// Checks the password, which takes long.
    package func check() -> Verdict {
        let matches = hash.matches(password.withLock { $0 })
        return matches && isKnown ? .accepted : .refused
    }

    /// Forgets the password, as it is told what it came to.
    package func end() {
        password.withLock { password in
            for index in password.indices { password[index] = 0 }
        }
    }
}
