/// What is wrong with a text that should be an IP address or a range of them.
public enum AddressRangeError: Error, Sendable, Hashable {
    /// It does not begin with an address in digits.
    case noAddress(found: String)
    /// What stands behind the slash is no number from 0 to `most`, which is 32 or 128. `meant` is the text with the
    /// length that a netmask says, where there is one.
    case prefixLength(found: String, length: String, most: Int, meant: String?)
    /// Bits are set behind the prefix; `network` is the range that the address lies in.
    case bitsBehindPrefix(found: String, network: String)

    /// The text as it was found, of at most `Limits.foundCharactersMax` characters.
    public var found: String {
        switch self {
        case .noAddress(let found), .prefixLength(let found, _, _, _), .bitsBehindPrefix(let found, _): found
        }
    }

    /// What is wrong, as the end of a sentence that starts with the text.
    public var message: String {
        switch self {
        case .noAddress: "is no IP address or range"
        case .prefixLength(_, let length, let most, _):
            "has the prefix length \(length.debugDescription): expected a number from 0 to \(most)"
        case .bitsBehindPrefix: "has bits behind its prefix"
        }
    }

    /// The text that was probably meant; `nil`: nobody knows.
    public var meant: String? {
        switch self {
        case .noAddress: nil
        case .prefixLength(_, _, _, let meant): meant
        case .bitsBehindPrefix(_, let network): network
        }
    }
}

extension AddressRangeError: CustomStringConvertible {
    /// Found, wrong and expected in one sentence, with what is not printable escaped.
    public var description: String {
        "\(found.debugDescription) \(message); write \(meant ?? "one as 10.0.0.0/8 or fd00::/8")"
    }
}
