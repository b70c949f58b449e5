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
        var sentence = sentence
        for (name, value) in hidden.sorted(by: { ($1.value.utf8.count, $0.key) < ($0.value.utf8.count, $1.key) })
        where value.utf8.count >= lengthMin {
            for form in Set([value, value.shortened, value.lowercased()]) {
                sentence = sentence.replacing(form, with: "${\(name)}")
            }
        }
        return sentence
    }
}

extension Cure {
    /// The same where what is wrong came from the environment: nothing in the file is to be written in its place.
    ///
    /// - Parameters:
    ///   - name: a variable of the value.
    ///   - hidden: what messages do not show.
    static func concealed(_ cure: Cure?, name: String, _ hidden: [String: String]) -> Cure? {
        switch cure?.edit {
        case nil where cure != nil, .takeAway, .add, .rename:
            guard let cure else { return nil }
            return cure.concealed(hidden)
        case .write, nil: return another(name)
        }
    }

    /// Give a variable another value.
    static func another(_ name: String) -> Cure {
        Cure("set \(name) to another value where Martlet is started")
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
