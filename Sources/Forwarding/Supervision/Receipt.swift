/// What has become of a reload: who has asked for it, and what changed, name by name.
public struct Receipt: Codable, Sendable, Equatable {
    /// Whether the configuration was taken.
    public enum Outcome: String, Codable, Sendable {
        /// Every worker serves it.
        case accepted
        /// The one before it goes on; the certificates, keys and addresses that it stands on were read anew.
        case rejected
    }

    /// Who may ask for a reload.
    public enum Asker: String, Codable, Sendable, CaseIterable {
        /// SIGHUP.
        case signal
        /// Somebody at the control socket.
        case control
    }

    /// Something that changed, or that stays against what was asked for.
    public struct Change: Codable, Sendable, Hashable {
        /// What kind of thing it is.
        public enum Kind: String, Codable, Sendable, CaseIterable {
            /// A key of the configuration, by its path.
            case key
            /// A member, as `BALANCER/MEMBER`.
            case member
            /// A certificate, by its file.
            case certificate
            /// A file of keys that routes are sealed with, or of a member's secret.
            case keyFile = "key-file"
            /// A file of a page.
            case page
            /// A site that control closes for maintenance, and opens again.
            case site
            /// A file of addresses that `allow` or `deny` names.
            case addressList = "address-list"
            /// A file of users with the hashes of their passwords.
            case usersFile = "users-file"
            /// A folder that files are sent of.
            case folder
            /// An address that clients connect to.
            case listener
            /// A host name of members.
            case name
        }

        /// What has happened to it.
        public enum Event: String, Codable, Sendable, CaseIterable {
            /// It was not there before.
            case added
            /// It is no longer there.
            case gone
            /// It is declared otherwise.
            case changed
            /// It was known by another name before.
            case renamed
            /// Its name stands for other addresses.
            case resolved
            /// Its file holds another one.
            case rotated
            /// Clients may connect to it from now on, or are served there again.
            case opened
            /// Clients may no longer connect to it, or are answered 503 there.
            case closed
            /// It could not be read, so that what was read before goes on.
            case kept
            /// It could not be read, and nothing was read before.
            case unusable
            /// It has no address, and had none before: its members are in error until it has one.
            case unresolved
        }

        /// What kind of thing it is.
        public var kind: Kind
        /// What it is called.
        public var name: String
        /// What has happened to it.
        public var event: Event
        /// What it was: a key's value, a member's addresses or name, a certificate's serial number; `nil`: there was
        /// nothing.
        public var before: String?
        /// What it is now, likewise.
        public var after: String?
        /// Why it was kept or cannot be used; `nil` for what changed as it was asked for.
        public var reason: String?

        /// Describes a change.
        package init(
            kind: Kind, name: String, event: Event, before: String? = nil, after: String? = nil, reason: String? = nil
        ) {
            self.kind = kind
            self.name = name
            self.event = event
            self.before = before
            self.after = after
            self.reason = reason
        }
    }

    /// Whether the configuration was taken.
    public var outcome: Outcome
    /// Who has asked for it; several, where they asked while the one before it went on.
    public var askedBy: [Asker]
    /// Seconds since 1970 when every worker served it.
    public var time: Int
    /// The generation that is served since.
    public var generation: Int
    /// The first fault: why it was rejected; or what of an accepted one could not be read, such as a certificate,
    /// so that the old one goes on.
    public var error: String?
    /// Why the configuration was rejected, a line for each fault, as `check` says it.
    public var faults: [String]
    /// What is served as it stands and is most likely not what was meant, likewise.
    public var warnings: [String]
    /// How many files the configuration was read from; `nil`: it was rejected, or stands on no file.
    public var fileCount: Int?
    /// What changed, in a line: `2 keys changed, 1 member added`.
    public var summary: String
    /// What changed, that which was kept first.
    public var changes: [Change]
    /// How many changes there are that are not listed.
    public var changesLeftOut: Int

    /// Whether something was not taken, so that what was read before goes on.
    public var keepsSomethingOld: Bool {
        changes.contains(where: \.keepsSomethingOld)
    }
}

extension Receipt.Change {
    fileprivate var keepsSomethingOld: Bool { event == .kept || event == .unusable }
}

extension Receipt {
    /// Writes a receipt; what is long is shortened.
    ///
    /// - Parameters:
    ///   - notes: what of an accepted configuration could not be read.
    ///   - fileCount: how many files it was read from.
    package init(
        _ outcome: Outcome, askedBy: Set<Asker>, time: Int, generation: Int, faults: [String] = [],
        warnings: [String] = [], notes: [String] = [], changes: [Change], fileCount: Int = 0
    ) {
        self.outcome = outcome
        self.askedBy = Asker.allCases.filter(askedBy.contains)
        self.time = time
        self.generation = generation
        self.faults = Self.bounded(faults)
        self.warnings = Self.bounded(warnings)
        error = (faults.first ?? notes.first)?.shortened(to: ReceiptLimits.lineMax)
        self.fileCount = fileCount > 0 ? fileCount : nil
        summary = Self.summary(of: changes)
        // However much else there is, that something was not taken is seen.
        let ordered = changes.filter(\.keepsSomethingOld) + changes.filter { !$0.keepsSomethingOld }
        self.changes = ordered.prefix(ReceiptLimits.changesMax).map { change in
            Change(
                kind: change.kind, name: change.name.shortened(to: ReceiptLimits.textMax), event: change.event,
                before: change.before?.shortened(to: ReceiptLimits.textMax),
                after: change.after?.shortened(to: ReceiptLimits.textMax),
                reason: change.reason?.shortened(to: ReceiptLimits.lineMax))
        }
        changesLeftOut = max(0, changes.count - ReceiptLimits.changesMax)
    }

    /// From how many files it was read, behind a verb; nothing for one.
    public var origin: String {
        guard let fileCount, fileCount > 1 else { return "" }
        return " from \(fileCount) files"
    }

    private static func bounded(_ lines: [String]) -> [String] {
        let listed = lines.prefix(ReceiptLimits.linesMax).map { $0.shortened(to: ReceiptLimits.lineMax) }
        let rest = lines.count - listed.count
        return rest > 0 ? listed + ["and \(rest) more"] : listed
    }

    /// How many of a kind have met with what, in words.
    private static func summary(of changes: [Change]) -> String {
        var counts: [Change.Kind: [Change.Event: Int]] = [:]
        for change in changes { counts[change.kind, default: [:]][change.event, default: 0] += 1 }
        let words = Change.Kind.allCases.flatMap { kind in
            Change.Event.allCases.compactMap { event in
                counts[kind]?[event].map { "\($0) \(kind.noun)\($0 == 1 ? "" : "s") \(event.words)" }
            }
        }
        return words.isEmpty ? "nothing changed" : words.joined(separator: ", ")
    }
}

extension Receipt {
    /// The first changes name by name, for a line of the log; empty where there are none.
    var details: String {
        guard !changes.isEmpty else { return "" }
        let listed = changes.prefix(ReceiptLimits.detailsMax).map(\.line)
        let rest = changes.count + changesLeftOut - listed.count
        return " (\((rest > 0 ? listed + ["and \(rest) more"] : listed).joined(separator: "; ")))"
    }
}

extension Receipt.Change {
    /// What it was and what it is now, as far as people read it in one line: of a whole mapping the beginning.
    public var glance: (before: String?, after: String?) {
        (before?.shortened(to: ReceiptLimits.glanceMax), after?.shortened(to: ReceiptLimits.glanceMax))
    }

    /// `key timeouts.body: 30s -> 9s`, `listener [::]:443 opened`.
    fileprivate var line: String {
        let name = "\(kind.noun) \(self.name)"
        let cause = reason.map { ": \($0)" } ?? ""
        switch glance {
        case (nil, nil): return "\(name) \(event.words)\(cause)"
        case (nil, let after?): return "\(name) \(event.words): \(after)\(cause)"
        case (let before?, nil): return "\(name) \(event.words), was \(before)\(cause)"
        case (let before?, let after?): return "\(name): \(before) -> \(after)\(cause)"
        }
    }
}

extension Receipt.Change.Kind {
    /// What one of it is called.
    public var noun: String {
        switch self {
        case .keyFile: "key file"
        case .addressList: "address list"
        case .usersFile: "users file"
        default: rawValue
        }
    }
}

extension Receipt.Change.Event {
    /// What has happened, for people.
    public var words: String {
        switch self {
        case .kept: "kept old"
        case .unresolved: "without an address"
        default: rawValue
        }
    }
}

/// Limits of what is said of a reload.
package enum ReceiptLimits {
    /// Changes that are listed, of as many as there are members and keys: with their texts ≤ 4 Mi characters.
    package static let changesMax = 500
    /// Changes of which the log has the names and values: with their texts a line of the log holds them, or is cut.
    package static let detailsMax = 8
    /// Lines of faults and of warnings that are listed: as many as somebody may mend in one go.
    package static let linesMax = 200
    /// Characters of a name or a value, which may be that of a whole mapping.
    package static let textMax = 500
    /// Characters of a value in a table or in a line of the log.
    package static let glanceMax = 120
    /// Characters of a line: a fault with what was found and its cure.
    package static let lineMax = 4_000
}

extension String {
    /// As much of it as a receipt has room for.
    fileprivate func shortened(to countMax: Int) -> String {
        guard utf8.count > countMax else { return self }
        let head = prefix(countMax)
        return head.endIndex == endIndex ? self : head + "…"
    }
}
