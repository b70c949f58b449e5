/// The keys of a mapping of the configuration, each of which stands for a property of a value.
///
/// A key is said here and nowhere else: reading and writing a configuration, the JSON Schema, the difference between
/// two configurations and the reference go by it.
public struct Schema<Value: Sendable>: Sendable {
    /// The value that an empty mapping says: all defaults.
    public let blank: Value
    /// What each key stands for, in the order of the table.
    public let fields: [Field<Value>]
    /// The keys, without the values that they stand for.
    public let table: Table

    /// Makes a schema.
    ///
    /// - Parameters:
    ///   - summary: what the mapping is, in one line.
    ///   - blank: the value that an empty mapping says.
    ///   - others: what others call its keys.
    ///   - alone: the key that is meant where the path of a file stands in place of the mapping.
    ///   - fields: the keys in the order in which one writes them.
    public init(
        _ summary: String, of blank: Value, others: Vocabulary = .none, alone: String? = nil, _ fields: [Field<Value>]
    ) {
        self.blank = blank
        self.fields = fields
        table = Table(
            summary: summary,
            keys: fields.map {
                Table.Key(
                    name: $0.name, shape: $0.shape(blank), standard: $0.get(blank, .whole), summary: $0.summary,
                    isRequired: $0.isRequired)
            }, others: others, alone: alone)
    }

    /// Puts a value into data.
    public func datum(of value: Value, _ detail: Detail) -> Datum {
        .mapping(
            fields.compactMap { field in
                guard let datum = field.get(value, detail) ?? field.absence(blank) else { return nil }
                if detail == .declared, !field.isRequired, datum == field.get(blank, detail) { return nil }
                return Datum.Entry(field.name, datum)
            })
    }

    /// Takes a value out of data of these keys.
    public func value(of datum: Datum) -> Value {
        var value = blank
        set(datum, in: &value)
        return value
    }

    /// Takes what is said out of data of these keys.
    public func set(_ datum: Datum, in value: inout Value) {
        for entry in datum.entries { fields.first { $0.name == entry.name }?.set(&value, entry.value) }
    }
}

/// A key and the property that it stands for.
public struct Field<Value: Sendable>: Sendable {
    /// What a key needs to be of any use.
    public struct Need: Sendable {
        /// The key that decides it: while that one cannot be read, nothing is said.
        public let key: String
        /// Whether it is there.
        public let isMet: @Sendable (Value) -> Bool
        /// What is wrong where it is not.
        public let message: String
        /// What to do then beside taking the key away.
        public let cure: String
    }

    /// Lower case, with hyphens.
    public let name: String
    /// What it is for, in one line.
    public private(set) var summary: String
    /// Whether the mapping is wrong without it.
    public let isRequired: Bool
    /// What may stand behind it, given the value that an empty mapping says.
    let shape: @Sendable (Value) -> Shape
    /// Puts its part of a value into data; `nil` where it is as if the key were left out.
    let get: @Sendable (Value, Detail) -> Datum?
    /// Takes its part of a value out of data.
    public let set: @Sendable (inout Value, Datum) -> Void
    /// What it needs to be of any use.
    public private(set) var need: Need?
    /// What says that there is no value, where one holds otherwise.
    private var none: Datum?
    /// The kinds of the value, by the words of the key that says them, that have a use for it; empty: all.
    public private(set) var kinds: [String] = []

    /// What is written of no value; `nil` where none holds anyway.
    func absence(_ blank: Value) -> Datum? { none.flatMap { get(blank, .whole) == nil ? nil : $0 } }

    /// A key for a property that always has a value.
    public init<Part>(
        _ name: String, _ path: any WritableKeyPath<Value, Part> & Sendable, _ codec: Codec<Part>, _ summary: String,
        isRequired: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        shape = { codec.shape($0[keyPath: path]) }
        get = { codec.write($0[keyPath: path], $1) }
        set = { value, datum in if let part = codec.read(datum) { value[keyPath: path] = part } }
    }

    /// A key for a property that may be without a value.
    public init<Part>(
        _ name: String, _ path: any WritableKeyPath<Value, Part?> & Sendable, _ codec: Codec<Part>, _ summary: String,
        isRequired: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        shape = { codec.shape($0[keyPath: path]) }
        get = { value, detail in value[keyPath: path].map { codec.write($0, detail) } }
        set = { value, datum in value[keyPath: path] = codec.read(datum) }
        none = codec.none
    }

    /// A key for a mapping whose keys stand for properties of the same value.
    public init(_ name: String, _ schema: Schema<Value>, _ summary: String) {
        self.name = name
        self.summary = summary
        isRequired = false
        shape = { _ in .table(schema.table) }
        get = { value, detail in
            let datum = schema.datum(of: value, detail)
            return datum.entries.isEmpty ? nil : datum
        }
        set = { value, datum in schema.set(datum, in: &value) }
    }

    /// A key that is read, and gone, before there is a value.
    public init(_ name: String, readAs shape: Shape, _ summary: String) {
        self.init(name, summary, isRequired: false, shape: { _ in shape }, get: { _, _ in nil }, set: { _, _ in })
    }

    private init(
        _ name: String, _ summary: String, isRequired: Bool, shape: @escaping @Sendable (Value) -> Shape,
        get: @escaping @Sendable (Value, Detail) -> Datum?, set: @escaping @Sendable (inout Value, Datum) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        self.shape = shape
        self.get = get
        self.set = set
    }

    /// The same key of a value that this key's value is a part of.
    func within<Whole: Sendable>(_ path: any WritableKeyPath<Whole, Value> & Sendable) -> Field<Whole> {
        var field = Field<Whole>(
            name, summary, isRequired: isRequired, shape: { shape($0[keyPath: path]) },
            get: { get($0[keyPath: path], $1) }, set: { set(&$0[keyPath: path], $1) })
        field.need = need.map { need in
            Field<Whole>.Need(
                key: need.key, isMet: { need.isMet($0[keyPath: path]) }, message: need.message, cure: need.cure)
        }
        field.kinds = kinds
        return field
    }

    /// The same key where something else decides whether it is of any use.
    ///
    /// - Parameters:
    ///   - key: the key that decides.
    ///   - message: what is wrong where it is of none.
    ///   - cure: what to do then.
    ///   - isMet: whether it is of use.
    public func needs(
        _ key: String, _ message: String, cure: String = "take it away", _ isMet: @escaping @Sendable (Value) -> Bool
    ) -> Field {
        var field = self
        field.need = Need(key: key, isMet: isMet, message: message, cure: cure)
        return field
    }

    /// The same key where the value is of kinds, of which some alone have a use for it.
    ///
    /// - Parameter summary: what it is for then.
    public func of(_ kinds: [some RawRepresentable<String>], saying summary: String) -> Field {
        var field = self
        field.kinds = kinds.map(\.rawValue)
        field.summary = summary
        return field
    }

    /// Whether a value of a kind has a use for it.
    public func serves(_ kind: some RawRepresentable<String>) -> Bool {
        kinds.isEmpty || kinds.contains(kind.rawValue)
    }
}
