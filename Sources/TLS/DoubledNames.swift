/// Names that several identities of the same kind of key have, and who serves them.
struct DoubledNames {
    /// Names that are told of one pair at most; the others are counted.
    private static let toldMax = 5

    /// One warning for each identity that another one stands in for, at the file that does not serve.
    let warnings: [CertificateFault]

    private struct Key: Hashable {
        let name: String
        let algorithm: Identity.Algorithm
    }

    private struct Pair: Hashable {
        let served: Int
        let other: Int
    }

    /// Looks at all identities of a folder.
    ///
    /// - Parameter now: seconds since 1970.
    init(among identities: [Identity], now: Int) {
        var served: [Key: Int] = [:]
        var names: [Pair: [String]] = [:]
        for index in identities.indices {
            let identity = identities[index]
            for name in Set(identity.names) {
                let key = Key(name: name, algorithm: identity.algorithm)
                guard let known = served[key] else {
                    served[key] = index
                    continue
                }
                let takesOver = identity.precedence(over: identities[known], now: now) != nil
                if takesOver { served[key] = index }
                let pair = takesOver ? Pair(served: index, other: known) : Pair(served: known, other: index)
                names[pair, default: []].append(name)
            }
        }
        let pairs = names.keys.sorted { ($0.other, $0.served) < ($1.other, $1.served) }
        warnings = pairs.map { pair in
            Self.warning(identities[pair.other], identities[pair.served], names[pair] ?? [], now: now)
        }
    }

    private static func warning(
        _ other: Identity, _ served: Identity, _ names: [String], now: Int
    ) -> CertificateFault {
        let told = names.sorted().prefix(toldMax).joined(separator: ", ")
        let more = names.count > toldMax ? " and \(names.count - toldMax) more" : ""
        let reason = served.precedence(over: other, now: now)?.rawValue ?? ""
        return CertificateFault(
            path: other.path,
            message: "not served for \(told)\(more): \(served.path) has an \(other.algorithm.rawValue) certificate for "
                + "the same, \(reason); take one of the two away")
    }
}
