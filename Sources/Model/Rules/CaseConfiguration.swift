/// Who answers for some of a path's requests, by what is asked beside host and path.
public struct CaseConfiguration: Sendable, Hashable {
    /// What a request is to be; all of it that is said.
    public struct Condition: Sendable, Hashable {
        /// Methods, one of which it is of; empty: any.
        public var methods: [String] = []
        /// Values by the names of fields in lower case: each field has a line with one of them.
        public var fields: [String: [String]] = [:]
        /// The names of fields, in lower case, that it has, whatever they say.
        public var present: [String] = []

        /// Any request.
        public init() {}

        /// Whether each request that is as another condition says is as this one says too.
        public func covers(_ other: Condition) -> Bool {
            func isNarrower(_ theirs: [String], than ours: [String]) -> Bool {
                ours.isEmpty || !theirs.isEmpty && Set(theirs).isSubset(of: ours)
            }
            return isNarrower(other.methods, than: methods)
                && fields.allSatisfy { isNarrower(other.fields[$0.key] ?? [], than: $0.value) }
                && present.allSatisfy { other.present.contains($0) || other.fields[$0] != nil }
        }

        /// The keys of `when`.
        public static let schema = Schema<Condition>(
            "What a request is to be.", of: Condition(), others: .conditions,
            [
                Field("method", \.methods, .oneOrMore(.text(.method)), "of one of these methods"),
                Field("field", \.fields, .choices, "with these fields, each with one of its values"),
                Field("has", \.present, .oneOrMore(.text(.field)), "with all of these fields, whatever they say"),
            ])
    }

    /// Which requests it is for.
    public var condition = Condition()
    /// Who answers; nothing else of it is asked.
    var path = SiteConfiguration.Path(prefix: "", balancer: "")

    /// For no request in particular.
    public init() {}

    /// Who answers, and with what.
    public var action: SiteConfiguration.Path.Action {
        get { path.action }
        set { path.action = newValue }
    }

    /// The keys that say who answers, one of which a case has.
    public static let actionKeys = ["balancer", "redirect", "answer"]

    /// The keys of a piece of `cases`.
    public static let schema = Schema<CaseConfiguration>(
        "Who answers for some of a path's requests.", of: CaseConfiguration(), others: .cases,
        [Field("when", \.condition, .table(Condition.schema), "which requests it is for", isRequired: true)]
            + SiteConfiguration.Path.actionFields.map { $0.within(\CaseConfiguration.path) })
}

extension Codec where Value == [String: [String]] {
    /// Values by the names of fields.
    fileprivate static var choices: Codec {
        let values = Codec<[String]>.oneOrMore(.text(.fieldValue))
        return Codec(
            shape: { _ in .named(values.shape(nil), names: .field) },
            write: { fields, detail in
                .mapping(fields.sorted { $0.key < $1.key }.map { .init($0.key, values.write($0.value, detail)) })
            },
            read: { datum in
                let pairs = datum.entries.compactMap { entry in
                    values.read(entry.value).map { (entry.name.lowercased(), $0) }
                }
                return Dictionary(pairs) { first, _ in first }
            })
    }
}
