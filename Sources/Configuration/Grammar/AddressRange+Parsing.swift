import Limiting

extension AddressRange {
    /// Reads an IP address, or a range such as `10.0.0.0/8`.
    static func configured(_ text: String) throws(GrammarError) -> AddressRange {
        do throws(AddressRangeError) {
            return try parse(text)
        } catch {
            switch error {
            case .noAddress: throw GrammarError(error.message, cure: "write one in digits, such as 10.0.0.0/8")
            case .prefixLength, .bitsBehindPrefix: throw GrammarError(error.message, meant: error.meant)
            }
        }
    }
}
