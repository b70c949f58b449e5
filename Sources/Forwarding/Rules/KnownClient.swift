import Bytes

/// What rules have found out of a client's connection, and need not with each of its requests. It is forgotten when
/// another edge is served. Belongs to the connection's worker.
final class KnownClient {
    /// The lines of its last request; `nil`: none were made.
    private(set) var lines: MadeLines?
    /// Who was let in last.
    private(set) var user = KnownUser()

    /// Lines that may be made anew.
    ///
    /// - Returns: `nil`: exchanges use them that are under way, and may still ask for them.
    func linesToMake() -> MadeLines? {
        guard lines != nil else {
            let made = MadeLines()
            lines = made
            return made
        }
        return isKnownUniquelyReferenced(&lines) ? lines : nil
    }

    /// More is known of the connection than its lines say.
    func forgetLines() {
        lines = nil
    }

    /// Notes who was let in; see ``KnownUser/note(_:by:to:until:)``.
    func note(_ name: Span<UInt8>, by value: Span<UInt8>, to file: PasswordFile, until end: Int) {
        // Taken out and put back, as in ``Ruling``.
        var user = KnownUser()
        swap(&user, &self.user)
        user.note(name, by: value, to: file, until: end)
        swap(&user, &self.user)
    }
}
