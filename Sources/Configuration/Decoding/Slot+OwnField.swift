/// Fields by which clients, members and what is between them understand a message.
enum OwnFields {
    /// How the names begin of whole families of them.
    private static let takenFamilies = [
        "accept", "access-control-", "content-", "if-", "proxy-", "sec-", "x-balancer-", "x-forwarded-", "x-martlet-",
    ]
    /// The others.
    private static let taken: Set<String> = [
        "age", "allow", "alt-svc", "authentication-info", "authorization", "cache-control", "clear-site-data",
        "connection", "cookie", "date", "digest", "etag", "expect", "expires", "forwarded", "from", "host",
        "http2-settings", "keep-alive", "last-modified", "link", "location", "max-forwards", "origin", "pragma",
        "prefer", "range", "referer", "refresh", "repr-digest", "retry-after", "server", "server-timing",
        "set-cookie", "strict-transport-security", "te", "trailer", "transfer-encoding", "upgrade",
        "upgrade-insecure-requests", "user-agent", "vary", "via", "www-authenticate", "x-content-type-options",
        "x-frame-options", "x-real-ip", "x-requested-with",
    ]

    /// Whether a name, in lower case, is one of theirs.
    static func isTaken(_ name: String) -> Bool {
        taken.contains(name) || takenFamilies.contains(where: name.hasPrefix)
    }
}

extension Slot {
    /// Reads the name, in lower case, of a field that is to speak of what the declaration is about alone: Martlet takes
    /// it out of what others say.
    ///
    /// - Parameter example: a name to propose.
    func ownField(such example: String) -> String? {
        guard let name = parsed(Words.field) else { return nil }
        if OwnFields.isTaken(name) {
            complain(
                "\(name.quoted) has a meaning of its own",
                cure: Cure("write a name such as \(example)", .write(example)))
        }
        return name
    }
}
