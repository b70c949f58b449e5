/// What is wrong with a text, by the grammar of what it should be.
struct GrammarError: Error, Equatable {
    /// What is wrong, as the end of a sentence that starts with the text: `has no port`.
    let message: String
    /// What would mend it.
    let cure: String?

    /// Describes what is wrong.
    init(_ message: String, cure: String? = nil) {
        self.message = message
        self.cure = cure
    }
}

extension Slot {
    /// Reads a text by a grammar and adds what is wrong with it to the findings.
    func parsed<Value>(_ parse: (String) throws(GrammarError) -> Value) -> Value? {
        guard let text = text() else { return nil }
        do throws(GrammarError) {
            return try parse(text)
        } catch {
            complain("\(text.quoted) \(error.message)", cure: error.cure)
            return nil
        }
    }
}
