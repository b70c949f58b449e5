/// What there is of a place and of its rules. Each step of a request asks here first: looking for what is not there
/// would count a reference to the place, and one to its rules.
struct PlaceTraits: OptionSet, Sendable {
    let rawValue: UInt16

    // Of the place itself.
    static let own = PlaceTraits(rawValue: 1 << 0)
    static let mapping = PlaceTraits(rawValue: 1 << 1)
    static let cases = PlaceTraits(rawValue: 1 << 2)
    static let buffering = PlaceTraits(rawValue: 1 << 3)
    // Of its rules.
    static let gate = PlaceTraits(rawValue: 1 << 4)
    static let maintenance = PlaceTraits(rawValue: 1 << 5)
    static let users = PlaceTraits(rawValue: 1 << 6)
    static let bounds = PlaceTraits(rawValue: 1 << 7)
    static let requestFields = PlaceTraits(rawValue: 1 << 8)
    /// Of answers.
    static let answerFields = PlaceTraits(rawValue: 1 << 9)
    /// Of all answers alike.
    static let answerLines = PlaceTraits(rawValue: 1 << 10)
    static let cookies = PlaceTraits(rawValue: 1 << 11)
    /// The request's name, or fields that speak of the request.
    static let facts = PlaceTraits(rawValue: 1 << 12)

    /// What decides before the balancer is asked.
    static let verdicts: PlaceTraits = [.own, .gate, .maintenance]
    /// What changes a member's answer.
    static let answers: PlaceTraits = [.answerFields, .answerLines, .cookies]

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Those of a list that are there.
    init(_ list: [(trait: PlaceTraits, isThere: Bool)]) {
        self = list.reduce(into: []) { if $1.isThere { $0.insert($1.trait) } }
    }
}
