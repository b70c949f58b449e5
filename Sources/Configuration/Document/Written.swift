/// What a value said before its variables were replaced, and what they hold.
struct Written: Sendable {
    /// The value as it stands in the file: `127.0.0.1:${PORT}`.
    let text: String
    /// What came from the environment, which no message shows, by the names of the variables: not what stands in the
    /// file as a default.
    let hidden: [String: String]

    /// Characters of a value that are replaced in a sentence: shorter ones are no secret, and parts of many words.
    private static let lengthMin = 3

    /// The value in quotes, as a message shows it.
    var quoted: String { text.quoted }

    /// A sentence about the value without what came from the environment.
    ///
    /// - Parameter replaced: the value that is decoded.
    func conceal(_ sentence: String, of replaced: String) -> String {
        guard !hidden.isEmpty else { return sentence }
        return Self.conceal(sentence.replacing(replaced.quoted, with: quoted), hidden)
    }

    /// A text without values of variables.
    ///
    /// - Parameter hidden: the values by the names of the variables.
    static func conceal(_ sentence: String, _ hidden: [String: String], lengthMin: Int = lengthMin) -> String {
        conceal(sentence, hidden.map { ($0.key, $0.value) }, lengthMin: lengthMin)
    }

    /// The same of variables of which some may have had several values.
    ///
    /// All values are looked for in the text as it is, so that none is found in what stands in place of another one; of
    /// those that overlap nothing is left.
    static func conceal(
        _ sentence: String, _ hidden: [(name: String, value: String)], lengthMin: Int = lengthMin
    ) -> String {
        var found: [(range: Range<String.Index>, name: String)] = []
        for (name, value) in hidden where value.utf8.count >= lengthMin {
            for form in Set([value, value.shortened, value.lowercased()]) {
                found += sentence.ranges(of: form).map { ($0, name) }
            }
        }
        guard !found.isEmpty else { return sentence }
        let shown = hidden.flatMap { sentence.ranges(of: "${\($0.name)") }
        var (concealed, end) = ("", sentence.startIndex)
        // Of those that begin in one place the longest one; of the same text, one of the names.
        found.sort { one, other in
            (one.range.lowerBound, other.range.upperBound, one.name)
                < (other.range.lowerBound, one.range.upperBound, other.name)
        }
        for (range, name) in found where range.upperBound > end {
            // A part of a variable's name as it stands there is no value.
            guard !shown.contains(where: { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound })
            else { continue }
            if range.lowerBound > end { concealed += sentence[end..<range.lowerBound] }
            concealed += "${\(name)}"
            end = range.upperBound
        }
        return concealed + sentence[end...]
    }
}

extension Cure {
    /// The same where what is wrong came from the environment: nothing in the file is to be written in its place.
    ///
    /// - Parameter hidden: what messages do not show: the variables of the value.
    static func concealed(_ cure: Cure?, _ hidden: [String: String]) -> Cure? {
        switch cure?.edit {
        case nil where cure != nil, .takeAway, .add, .rename:
            guard let cure else { return nil }
            return cure.concealed(hidden)
        case .write, nil: return another(hidden)
        }
    }

    /// Give one of the variables of a value, of which there are some, another value; one that is empty, if any is.
    static func another(_ variables: [String: String]) -> Cure {
        let empty = variables.filter(\.value.isEmpty).keys.min()
        let name = empty.map { "\($0), which is empty," } ?? variables.keys.min() ?? ""
        return Cure("set \(name) to another value where Martlet is started")
    }

    /// The same without values of variables.
    func concealed(_ hidden: [String: String], lengthMin: Int = 3) -> Cure {
        guard !hidden.isEmpty else { return self }
        func conceal(_ text: String) -> String { Written.conceal(text, hidden, lengthMin: lengthMin) }
        let edit: Edit? =
            switch edit {
            case .write(let yaml): .write(conceal(yaml))
            case .rename(let yaml): .rename(conceal(yaml))
            case .add(let yaml): .add(conceal(yaml))
            case .takeAway: .takeAway
            case nil: nil
            }
        return Cure(conceal(words), edit)
    }
}
