/// How a value of the model is told in a configuration, and what it may be.
public struct Codec<Value: Sendable>: Sendable {
    /// What may stand there, given the value that holds where nothing does.
    let shape: @Sendable (Value?) -> Shape
    /// Puts a value into data.
    let write: @Sendable (Value, Detail) -> Datum
    /// Takes a value out of data of the shape; `nil` for the word that says that there is none.
    let read: @Sendable (Datum) -> Value?
    /// The word that says that there is none.
    private(set) var none: Datum?

    /// Makes a codec of its parts.
    public init(
        shape: @escaping @Sendable (Value?) -> Shape, write: @escaping @Sendable (Value, Detail) -> Datum,
        read: @escaping @Sendable (Datum) -> Value?
    ) {
        self.shape = shape
        self.write = write
        self.read = read
    }
}

extension Codec where Value == Int {
    /// A number of a unit; `or`: a word that says that there is none.
    public static func number(_ unit: Setting.Unit, _ range: ClosedRange<Int>, or word: String? = nil) -> Codec {
        var codec = Codec(
            shape: { .quantity(Setting(unit, range, standard: $0), or: word) },
            write: { number, _ in .number(number, unit) },
            read: { if case .number(let number, _) = $0 { number } else { nil } })
        codec.none = word.map { .text($0) }
        return codec
    }

    /// Milliseconds.
    public static func milliseconds(_ range: ClosedRange<Int>) -> Codec { number(.milliseconds, range) }
    /// Bytes.
    public static func bytes(_ range: ClosedRange<Int>, or word: String? = nil) -> Codec {
        number(.bytes, range, or: word)
    }
    /// Bytes, or `off`, which is as many as there are.
    static func bytesOrAny(_ range: ClosedRange<Int>) -> Codec {
        Codec(
            shape: { _ in .quantity(Setting(.bytes, range), or: "off") },
            write: { number, _ in number == .max ? .text("off") : .number(number, .bytes) },
            read: { if case .number(let number, _) = $0 { number } else { .max } })
    }
    /// Hundredths.
    public static func hundredths(_ range: ClosedRange<Int>) -> Codec { number(.hundredths, range) }
    /// A plain number.
    public static func count(_ range: ClosedRange<Int>) -> Codec { number(.count, range) }
}

extension Codec where Value == Bool {
    /// `true` or `false`.
    ///
    /// - Parameter standard: what holds where nothing stands there and the model has no value for that; `nil`:
    ///   something else decides then.
    public static func boolean(standard: Bool? = false) -> Codec {
        Codec(
            shape: { .boolean(standard: $0 ?? standard) }, write: { value, _ in .boolean(value) },
            read: { $0 == .boolean(true) })
    }

    /// One of two words; the first one is said by default.
    public static func either(_ no: String, _ yes: String) -> Codec {
        Codec(
            shape: { _ in .choice([no, yes], standard: no) }, write: { value, _ in .text(value ? yes : no) },
            read: { $0 == .text(yes) })
    }
}

extension Codec where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of some words.
    ///
    /// - Parameter others: what they are called elsewhere.
    public static func choice(others: Vocabulary = .none) -> Codec {
        Codec(
            shape: { .choice(Value.allCases.map(\.rawValue), standard: $0?.rawValue, others: others) },
            write: { value, _ in .text(value.rawValue) },
            read: { if case .text(let text) = $0 { Value(rawValue: text) } else { nil } })
    }
}

extension Codec where Value: LosslessStringConvertible {
    /// A text.
    public static func text(_ kind: TextKind) -> Codec {
        Codec(
            shape: { _ in .text(kind) }, write: { value, _ in .text(value.description) },
            read: { if case .text(let text) = $0 { Value(text) } else { nil } })
    }
}

extension Codec {
    /// A mapping with the keys of a schema.
    public static func table(_ schema: Schema<Value>) -> Codec {
        Codec(
            shape: { _ in .table(schema.table) }, write: { schema.datum(of: $0, $1) }, read: { schema.value(of: $0) })
    }

    /// A mapping with the keys of a schema, or the value of one of them alone.
    public static func shorthand(_ key: String, _ schema: Schema<Value>) -> Codec {
        Codec(
            shape: { _ in .shorthand(key, schema.table) },
            write: { value, detail in
                let datum = schema.datum(of: value, detail)
                guard detail == .declared, datum.entries.count == 1, datum.entries[0].name == key else { return datum }
                return datum.entries[0].value
            },
            read: { datum in
                if case .mapping = datum { return schema.value(of: datum) }
                return schema.value(of: .mapping([.init(key, datum)]))
            })
    }

    /// Pieces in their order.
    public static func list<Element>(_ element: Codec<Element>, countMin: Int = 1) -> Codec where Value == [Element] {
        Codec(
            shape: { _ in .list(element.shape(nil), countMin: countMin) },
            write: { values, detail in .list(values.map { element.write($0, detail) }) },
            read: { if case .list(let data) = $0 { data.compactMap(element.read) } else { nil } })
    }

    /// Pieces in their order, at least one; one may stand alone.
    public static func oneOrMore<Element>(_ element: Codec<Element>) -> Codec where Value == [Element] {
        Codec(
            shape: { _ in .oneOrMore(element.shape(nil)) },
            write: { values, detail in
                let data = values.map { element.write($0, detail) }
                return data.count == 1 ? data[0] : .list(data)
            },
            read: { datum in
                if case .list(let data) = datum { return data.compactMap(element.read) }
                return element.read(datum).map { [$0] }
            })
    }

    /// Pieces that each have a name of the user's choice.
    ///
    /// - Parameter name: where a piece has it.
    public static func named<Element>(
        _ element: Codec<Element>, _ kind: TextKind, by name: any WritableKeyPath<Element, String> & Sendable
    ) -> Codec where Value == [Element] {
        Codec(
            shape: { _ in .named(element.shape(nil), names: kind) },
            write: { values, detail in
                .mapping(values.map { .init($0[keyPath: name], element.write($0, detail)) })
            },
            read: { datum in
                datum.entries.compactMap { entry in
                    guard var value = element.read(entry.value) else { return nil }
                    value[keyPath: name] = entry.name
                    return value
                }
            })
    }
}

extension Codec where Value == [String: String] {
    /// Texts by names of the user's choice; names that differ in case alone are one.
    public static func texts(_ kind: TextKind) -> Codec {
        texts(named: kind, kind) { $0.lowercased() }
    }

    /// Texts of one kind by names of another.
    ///
    /// - Parameter key: the name in the one form that the model has for it.
    public static func texts(
        named names: TextKind, _ kind: TextKind, by key: @escaping @Sendable (String) -> String = { $0 }
    ) -> Codec {
        Codec(
            shape: { _ in .named(.text(kind), names: names) },
            write: { texts, _ in
                .mapping(texts.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })
            },
            read: { datum in
                let pairs = datum.entries.compactMap { entry -> (String, String)? in
                    if case .text(let text) = entry.value { (key(entry.name), text) } else { nil }
                }
                return Dictionary(pairs) { first, _ in first }
            })
    }
}
