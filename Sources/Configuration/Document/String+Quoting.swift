extension String {
    /// The text in quotes for a message: control characters as escapes, what is long cut off.
    var quoted: String {
        "\"\(shortened)\""
    }

    /// The text for a message, without quotes.
    var shortened: String {
        let lengthMax = 80
        var result = ""
        var count = 0
        for scalar in unicodeScalars {
            guard count < lengthMax else { return result + "…" }
            count += 1
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                result += scalar.escaped(asASCII: true)
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
