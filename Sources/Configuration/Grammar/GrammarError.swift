import Model

/// What is wrong with a text, by the grammar of what it should be.
struct GrammarError: Error, Equatable {
    /// What is wrong, as the end of a sentence that starts with the text: `has no port`.
    let message: String
    /// The text that was probably meant, as far as this mistake goes: it may have others.
    let meant: String?
    /// What else there is to say of it, behind it.
    let aside: String
    /// What would mend it where that text is not known, or is wrong as well.
    let cure: Cure?

    /// Describes what is wrong.
    init(_ message: String, cure: Cure? = nil) {
        self.init(message, meant: nil, cure: cure)
    }

    /// Describes what is wrong where it can be told what was meant.
    init(_ message: String, meant: String?, _ aside: String = "", cure: Cure? = nil) {
        self.message = message
        self.meant = meant
        self.aside = aside
        self.cure = cure
    }

    /// What would mend it: only what the grammar takes is proposed.
    ///
    /// - Parameters:
    ///   - isKey: whether the text is a key.
    ///   - parse: the grammar.
    func cure<Value>(
        isKey: Bool = false, _ parse: (String) throws(GrammarError) -> Value
    ) -> Cure? {
        let roundsMax = 4
        var text = meant
        var otherwise = cure
        for _ in 0..<roundsMax {
            guard let candidate = text else { break }
            do throws(GrammarError) {
                _ = try parse(candidate)
                guard let yaml = candidate.yaml else { break }
                return isKey ? .rename(yaml, aside) : .write(yaml, aside)
            } catch {
                text = error.meant
                otherwise = otherwise ?? error.cure
            }
        }
        return otherwise
    }

    /// The same of a longer text that has this one in it.
    ///
    /// - Parameter around: makes the longer text.
    func within(_ around: (String) -> String) -> GrammarError {
        GrammarError(message, meant: meant.map(around), aside, cure: cure)
    }
}

extension Slot {
    /// Reads a text by a grammar and adds what is wrong with it to the findings.
    func parsed<Value>(_ parse: (String) throws(GrammarError) -> Value) -> Value? {
        if case .text(let kind) = shape, !kind.isWord, !kind.takesNumbers, case .number(let number) = node.meaning {
            refuse(expected: kind.expected, cure: Self.cure(of: number, parse))
            return nil
        }
        guard let text = numberAsText ?? text() else { return nil }
        do throws(GrammarError) {
            return try parse(text)
        } catch {
            if isFromEnvironment, case .text(let kind) = shape {
                refuse(expected: kind.expected)
            } else {
                complain("\(text.quoted) \(error.message)", cure: error.cure(parse))
            }
            return nil
        }
    }

    /// A number that is meant as it stands, as the text that it was written as.
    private var numberAsText: String? {
        guard case .text(let kind) = shape, kind.takesNumbers else { return nil }
        if case .number(let number) = node.meaning { return number }
        return nil
    }

    /// What would make a text of a number.
    private static func cure<Value>(
        of number: String, _ parse: (String) throws(GrammarError) -> Value
    ) -> Cure? {
        do throws(GrammarError) {
            _ = try parse(number)
            return .quote(number)
        } catch {
            return error.cure(parse)
        }
    }
}
