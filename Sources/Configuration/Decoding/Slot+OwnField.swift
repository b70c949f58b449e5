extension Slot {
    /// Fields by which clients, members and what is between them understand a message.
    private static let taken: Set<String> = [
        "host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "keep-alive",
        "proxy-connection", "expect", "cookie", "set-cookie", "via", "forwarded", "x-forwarded-for",
        "x-forwarded-host", "x-forwarded-proto", "content-encoding", "content-type", "location", "date", "etag",
        "vary", "cache-control",
    ]

    /// Reads the name, in lower case, of a field that is to speak of what the declaration is about alone.
    ///
    /// - Parameter example: a name to propose.
    func ownField(such example: String) -> String? {
        guard let name = parsed(Words.field) else { return nil }
        if Self.taken.contains(name) {
            complain("\(name.quoted) has a meaning of its own", cure: "write a name such as \(example)")
        }
        return name
    }
}
