import Model
import Testing

/// What modes of affinity say of themselves.
@Suite("Affinity modes")
struct AffinityModeTests {
    /// A mode as it is declared, and what is to follow from it.
    struct Case: CustomTestStringConvertible, Sendable {
        let declared: AffinityDeclaration
        /// The names of the session: cookie, parameter, separator.
        var session = ""
        /// What else it says, in the words of ``AffinityModeTests/traits(of:)``.
        var traits: Set<String> = []
        var sticky: String?

        var testDescription: String { "\(AffinityDeclaration.schema.datum(of: declared, .declared))" }

        init(
            _ mode: AffinityConfiguration.Name?, session: String, _ traits: Set<String>, sticky: String?,
            _ declare: (inout AffinityDeclaration) -> Void
        ) {
            var declared = AffinityDeclaration()
            declared.mode = mode
            declare(&declared)
            self.declared = declared
            (self.session, self.traits, self.sticky) = (session, traits, sticky)
        }
    }

    private static let cases = [
        Case(nil, session: "A b .", ["apart", "asks", "recovery", "ties"], sticky: "A") {
            ($0.cookie, $0.parameter) = ("A", "b")
        },
        Case(nil, session: "- b -", ["asks", "recovery", "ties"], sticky: "b") {
            ($0.parameter, $0.separator, $0.semicolonPathDelimiter) = ("b", .init("off"), true)
        },
        Case(.hash, session: "A - -", ["apart", "bound", "failover", "recovery"], sticky: "A") {
            ($0.cookie, $0.loadBoundHundredths) = ("A", 125)
        },
        Case(.hash, session: "- b -", ["apart", "failover", "recovery"], sticky: "b") { $0.parameter = "b" },
        Case(.hash, session: "- - -", ["failover", "recovery"], sticky: nil) { $0.field = "x-user" },
        Case(.hash, session: "- - -", ["failover", "recovery"], sticky: nil) { $0.place = .path },
        Case(.hash, session: "- - -", ["failover", "recovery"], sticky: nil) { $0.place = .address },
        Case(.learn, session: "A b -", ["apart", "asks", "learns", "proves"], sticky: "A") {
            ($0.cookie, $0.parameter, $0.entries) = ("A", "b", 16)
        },
        Case(.insert, session: "- - -", ["asks", "recovery", "writes"], sticky: "MARTLET_shop") { _ in },
        Case(.insert, session: "F - -", ["apart", "asks", "recovery", "writes"], sticky: "C") {
            ($0.cookie, $0.followed, $0.idle, $0.life) = ("C", "F", 5_000, 6_000)
            ($0.isForwarded, $0.forbidsCaching) = (true, true)
        },
        Case(.prefix, session: "A - -", ["apart", "asks", "recovery", "route", "writes"], sticky: "A") {
            $0.cookie = "A"
        },
        Case(.sealed, session: "A - .", ["apart", "asks", "keys", "proves", "recovery", "writes"], sticky: "A") {
            ($0.cookie, $0.keyPath) = ("A", "k")
        },
        Case(.sealed, session: "- b !", ["apart", "asks", "keys", "proves", "recovery", "writes"], sticky: "b") {
            ($0.parameter, $0.keyPath, $0.life, $0.separator) = ("b", "k", 7_000, .init("!"))
            $0.semicolonPathDelimiter = true
        },
    ]

    @Test("What is declared is said again, and what it means", arguments: cases)
    func mode(_ mode: Case) throws {
        let affinity = try #require(mode.declared.affinity)
        #expect(affinity.name == mode.declared.mode ?? .route)
        #expect(AffinityDeclaration(affinity).affinity == affinity)
        #expect(AffinityDeclaration(affinity) == mode.declared)
        let session = affinity.mode.session
        let separator = session.separator.map { String(UnicodeScalar($0)) }
        let names = [session.cookie, session.parameter, separator].map { $0 ?? "-" }
        #expect(names.joined(separator: " ") == mode.session)
        #expect(session.semicolonPathDelimiter == mode.declared.semicolonPathDelimiter)
        #expect(Self.traits(of: affinity.mode) == mode.traits)
        #expect(affinity.mode.stickyName(balancer: "shop") == mode.sticky)
        #expect(affinity.mode.tiesUncounted == mode.traits.isDisjoint(with: ["apart", "failover"]))
    }

    private static func traits(of mode: any AffinityMode) -> Set<String> {
        var isWritten = false
        if case .written = mode.reading { isWritten = true }
        let traits = [
            "apart": mode.tellsSessionsApart, "asks": mode.asksForMembers, "proves": mode.provesSessions,
            "bound": mode.loadBoundHundredths != nil, "learns": mode.learnedSessions != nil,
            "keys": mode.keyFile != nil, "writes": isWritten, "failover": mode.objection(to: .failover) != nil,
            "recovery": mode.objection(to: .recovery) != nil, "ties": mode.objection(to: .ties) != nil,
            "route": mode.objection(toRoute: "a~b") != nil,
        ]
        return Set(traits.filter(\.value).keys)
    }

    @Test("Each mode has a type of its name, its keys are keys, and each key has a mode")
    func keys() {
        let fields = AffinityDeclaration.schema.fields
        var used: Set = ["mode"]
        for name in AffinityConfiguration.Name.allCases {
            guard let type = name.type else {
                #expect(name == .none)
                continue
            }
            #expect(type.name == name && !type.summary.isEmpty)
            #expect(type.keys.isSubset(of: fields.map(\.name)), "\(name)")
            #expect(Set(fields.filter { $0.kinds.contains(name.rawValue) }.map(\.name)) == type.keys, "\(name)")
            if let need = type.need { #expect(type.keys.contains(need.key)) }
            used.formUnion(type.keys)
        }
        #expect(used == Set(fields.map(\.name)))
        let shown = Set(Self.cases.map { $0.declared.mode ?? .route })
        #expect(shown == Set(AffinityConfiguration.Name.allCases.filter { $0 != .none }))
    }

    @Test("A key of a single mode says so", arguments: [("entries", "learn"), ("of", "hash"), ("key-file", "sealed")])
    func summary(_ key: String, _ mode: String) {
        #expect(AffinityDeclaration.schema.table[key].summary.hasPrefix("mode \(mode): "))
        #expect(AffinityDeclaration.schema.table["cookie"].summary.hasPrefix("the name"))
    }

    @Test(
        "A mode without what it needs is none",
        arguments: [AffinityConfiguration.Name.hash, .learn, .prefix, .sealed, .none])
    func incomplete(_ name: AffinityConfiguration.Name) {
        var declared = AffinityDeclaration()
        declared.mode = name
        #expect(declared.affinity == nil)
    }
}
