import Model

/// What `user` holds.
enum UserWords {
    /// Checks the name of a user, with or without a group's.
    static func name(_ text: String) throws(GrammarError) -> String {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            throw GrammarError("has more than one colon", meant: parts[..<2].joined(separator: ":"))
        }
        if parts.count == 2, parts[1].isEmpty {
            throw GrammarError("names no group behind the colon", meant: String(parts[0]))
        }
        guard parts.allSatisfy(isName) else {
            // nginx has the group behind a blank.
            let words = text.split(separator: " ")
            throw GrammarError(
                "is no user's name", meant: words.count == 2 ? words.joined(separator: ":") : nil,
                cure: Cure("write it as `id -un` prints it, such as martlet"))
        }
        return text
    }

    private static func isName(_ part: Substring) -> Bool {
        let letters = part.unicodeScalars
        guard let first = letters.first, isLetter(first) else { return false }
        return (letters.last == "$" ? letters.dropLast() : letters).allSatisfy {
            isLetter($0) || $0 == "." || $0 == "-"
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
    }
}
