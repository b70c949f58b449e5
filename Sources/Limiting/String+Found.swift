extension String {
    /// As much of a text as an error repeats of what was found.
    init(found text: some StringProtocol) {
        let most = Limits.foundCharactersMax
        self = text.count > most ? text.prefix(most - 1) + "…" : String(text)
    }
}
