import Glibc

/// The identities of one TLS policy, found by the name that a client asks for (SNI, RFC 6066, section 3).
public struct IdentityTable: Sendable, Equatable {
    /// All identities, in the order in which they were given.
    public let identities: [Identity]
    /// Identities that are put on a connection together, one of each kind of key; indices into ``identities``.
    let choices: [[Int]]
    /// What clients without SNI get, and unknown names where a default is declared; an index into ``choices``.
    let fallback: Int?
    /// Whether a name that no identity covers gets the fallback.
    let servesUnknownNames: Bool
    private let byName: [String: Int]

    /// Indexes identities by name.
    ///
    /// Of several with the same kind of key that have a name, the one serves it that is valid now, of these the one
    /// that is valid longest, of these the first by file name; the others serve what other names they have.
    ///
    /// - Parameters:
    ///   - identities: what a certificate folder holds.
    ///   - defaultName: a name of one of them that answers unknown names and clients without SNI; `nil` for none.
    ///   - now: seconds since 1970, by which validity is judged.
    /// - Returns: `nil` when `defaultName` is no identity's name.
    public init?(identities: [Identity], defaultName: String?, now: Int = time(nil)) {
        var allByName: [String: [Int]] = [:]
        for (index, identity) in identities.enumerated() {
            for name in Set(identity.names) { allByName[name, default: []].append(index) }
        }
        var choices = Choices(identities: identities, now: now)
        var byName: [String: Int] = [:]
        // In an order of their own, so that the same identities make the same table.
        for (name, candidates) in allByName.sorted(by: { $0.key < $1.key }) {
            byName[name] = choices.index(of: candidates)
        }
        self.identities = identities
        self.byName = byName
        servesUnknownNames = defaultName != nil
        if let defaultName {
            guard let choice = Self.find(defaultName.lowercased(), in: byName) else { return nil }
            fallback = choice
        } else {
            let isOneName = identities.allSatisfy { Set($0.names) == Set(identities[0].names) }
            fallback = isOneName && !identities.isEmpty ? choices.index(of: Array(identities.indices)) : nil
        }
        self.choices = choices.all
    }

    /// What names have in common that are served by the same identities.
    private struct Choices {
        let identities: [Identity]
        let now: Int
        var all: [[Int]] = []
        private var known: [[Int]: Int] = [:]

        init(identities: [Identity], now: Int) {
            self.identities = identities
            self.now = now
        }

        /// The choice among identities that have the same name.
        mutating func index(of candidates: [Int]) -> Int {
            var served: [Int] = []
            for index in candidates {
                if let place = served.firstIndex(where: { identities[$0].algorithm == identities[index].algorithm }) {
                    let isFirst = identities[index].precedence(over: identities[served[place]], now: now) != nil
                    if isFirst { served[place] = index }
                } else {
                    served.append(index)
                }
            }
            served.sort()
            if let index = known[served] { return index }
            all.append(served)
            known[served] = all.count - 1
            return all.count - 1
        }
    }

    /// Finds the identities for a name: exact first, then the wildcard one label up (RFC 6125, section 6.4.3).
    ///
    /// - Parameter name: as the client sent it, or `nil` without SNI.
    /// - Returns: an index into ``choices``, or `nil` when the client must be refused.
    func find(_ name: String?) -> Int? {
        // A literal address is no host name (RFC 6066, section 3), but some clients send one.
        guard let name, !Self.isAddress(name) else { return fallback }
        // Host names are ASCII; letters that only look alike in Unicode are none of ours.
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return servesUnknownNames ? fallback : nil }
        var lowercased = name.lowercased()
        if lowercased.hasSuffix(".") { lowercased.removeLast() }
        return Self.find(lowercased, in: byName) ?? (servesUnknownNames ? fallback : nil)
    }

    /// Whether a connection that was made with some identities must not carry a request for a host, because others are
    /// there for that (RFC 9110, section 7.4).
    ///
    /// - Parameters:
    ///   - host: a request's host, without port.
    ///   - choice: of the connection, as ``find(_:)`` gave it.
    func isMisdirected(_ host: String, over choice: Int) -> Bool {
        // The root's dot says nothing, here as in SNI.
        let name = host.hasSuffix(".") ? host.dropLast() : host[...]
        guard !Self.isAddress(host), let wanted = Self.find(name.lowercased(), in: byName) else { return false }
        return wanted != choice && Set(choices[wanted]).isDisjoint(with: choices[choice])
    }

    /// What a session must have in common with those that may resume it: the names of the identities.
    ///
    /// A renewed certificate for the same names leaves it as it is.
    func names(of choice: Int) -> String {
        let lists = choices[choice].map { Set(identities[$0].names).sorted().joined(separator: ",") }
        return Set(lists).sorted().joined(separator: ";")
    }

    private static func isAddress(_ name: String) -> Bool {
        name.utf8.contains(UInt8(ascii: ":"))
            || name.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 &- UInt8(ascii: "0") < 10 }
    }

    private static func find(_ name: String, in byName: [String: Int]) -> Int? {
        if let exact = byName[name] { return exact }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
        return byName["*" + name[dot...]]
    }
}
