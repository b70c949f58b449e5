import Limiting

extension Rate {
    /// Reads a rate such as `5/m`.
    static func configured(_ text: String) throws(GrammarError) -> Rate {
        do throws(RateError) {
            return try parse(text)
        } catch {
            throw GrammarError(error.message, meant: error.meant)
        }
    }
}
