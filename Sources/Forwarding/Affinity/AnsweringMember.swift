/// Who has answered, as far as what is written into cookies goes by it.
struct AnsweringMember {
    /// Its index.
    let index: Int
    /// Whether clients may be tied to it.
    let ties: Bool
    /// Whether it is whom the request has asked for first.
    let isHome: Bool
    /// Whether the client has come over TLS.
    let isSecure: Bool
}
