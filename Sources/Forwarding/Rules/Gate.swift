import Bytes
import HTTP
import Limiting
import Model

/// Who may ask, and how much: what a listener says, or a place with all that it inherits. Immutable but for the tables
/// that it counts in; shared by all workers.
struct Gate: Sendable {
    /// Where it is declared.
    enum Level: Sendable {
        /// At a listener, where nobody inside can widen it.
        case listener
        /// At the top, a site or a path.
        case place
    }

    private let level: Level
    private let addresses: AddressGate?

    /// - Parameter book: knows what stands in files.
    /// - Returns: `nil` where everybody may ask for whatever he likes.
    init?(_ level: Level, _ access: AccessConfiguration, _ book: inout RuleBook) {
        self.level = level
        addresses = AddressGate(access, book.lists)
        guard addresses != nil else { return nil }
    }

    /// Decides whether a request goes on.
    ///
    /// - Returns: `nil`: it does; else what it is answered.
    func judge(_ head: borrowing RequestHead, in bytes: Span<UInt8>, _ asker: borrowing Asker) -> Refusal? {
        guard let reason = addresses?.reason(against: asker.address) else { return nil }
        return Refusal(.deniedAddress, rule: key(of: reason))
    }

    private func key(of reason: AddressGate.Reason) -> StaticString {
        switch (level, reason) {
        case (.listener, .deny): "listener deny"
        case (.listener, .allow): "listener allow"
        case (.place, .deny): "deny"
        case (.place, .allow): "allow"
        }
    }
}
