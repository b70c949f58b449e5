import Bytes

/// What kind of page a client reads best, of those that Martlet has for its own answers.
public enum PageKind: UInt8, CaseIterable, Sendable {
    /// `text/plain`, which whoever names none of them gets.
    case text
    /// `text/html`, which browsers ask for.
    case html
    /// `application/json`, also for `application/…+json`.
    case json

    /// Reads all `Accept` fields of a request as one list (RFC 9110, section 12.5.1).
    ///
    /// For each kind the most specific media range counts. The greatest weight wins; of equal ones the more specific
    /// range, then the one that is named first, then `text`. Where nothing is acceptable it is `text` too, as a status
    /// is told anyway. Elements that are malformed, and those behind the sixteenth, are ignored.
    ///
    /// - Parameter source: the bytes that were parsed.
    public init(_ head: borrowing RequestHead, in source: Span<UInt8>) {
        guard head.fields.contains(.accept) else {
            self = .text
            return
        }
        // By raw values.
        var standings = InlineArray<3, Standing>(repeating: Standing())
        var place = 0
        var index = head.fields.index(of: .accept)
        while let found = index {
            let value = head.fields[found].value
            var offset = value.lowerBound
            while place < Limits.acceptedTypesMax,
                let element = source.nextElement(from: &offset, to: value.upperBound)
            {
                place += 1
                guard let range = MediaRange(element, in: source) else { continue }
                for kind in standings.indices {
                    standings[kind].improve(by: Standing(specificity: range.specificities[kind], range.weight, place))
                }
            }
            index = head.fields.index(of: .accept, from: found + 1)
        }
        var best = 0
        for kind in standings.indices where standings[kind].beats(standings[best]) { best = kind }
        self = PageKind(rawValue: UInt8(best)) ?? .text
    }

    /// Looks how the first `Accept` field begins, without weighing anything: browsers that ask for a page name
    /// `text/html` first, and scripts that ask for JSON `application/json`. Whatever begins otherwise is `text`.
    ///
    /// - Parameter source: the bytes that were parsed.
    public init(atAGlanceAt head: borrowing RequestHead, in source: Span<UInt8>) {
        self = .text
        guard let value = head.fields.first(.accept)?.value else { return }
        let (html, json): (StaticString, StaticString) = ("text/html", "application/json")
        let (htmlEnd, jsonEnd) = (value.lowerBound + 9, value.lowerBound + 16)
        if htmlEnd <= value.upperBound, source.equals(html, in: value.lowerBound..<htmlEnd) {
            self = .html
        } else if jsonEnd <= value.upperBound, source.equals(json, in: value.lowerBound..<jsonEnd) {
            self = .json
        }
    }

    /// The value of `Content-Type`.
    public var mediaType: StaticString {
        switch self {
        case .text: "text/plain; charset=utf-8"
        case .html: "text/html; charset=utf-8"
        case .json: "application/json"
        }
    }
}

/// How well a kind of page stands with a client.
private struct Standing {
    /// Of the media range that speaks for it; -1: none does.
    private var specificity = -1
    /// In thousandths.
    private var weight = 0
    private var place = 0

    init() {}

    init(specificity: Int, _ weight: Int, _ place: Int) {
        self.specificity = specificity
        self.weight = weight
        self.place = place
    }

    /// Takes what a further media range says, where that is more specific or likes the kind better.
    mutating func improve(by other: Standing) {
        guard other.specificity >= 0 else { return }
        if (other.specificity, other.weight) > (specificity, weight) { self = other }
    }

    /// Whether the kind is acceptable, and liked better than another.
    func beats(_ other: Standing) -> Bool {
        weight > 0 && (weight, specificity, -place) > (other.weight, other.specificity, -other.place)
    }
}

/// An element of `Accept`: a media range and its weight; other parameters are passed over.
private struct MediaRange {
    let weight: Int
    /// By the kinds' raw values; 2: names the kind, 1: its type, 0: all types, -1: another.
    private(set) var specificities = InlineArray<3, Int>(repeating: -1)

    init?(_ element: Range<Int>, in source: Span<UInt8>) {
        let slash = source.tokenEnd(from: element.lowerBound, to: element.upperBound)
        guard slash > element.lowerBound, slash < element.upperBound, source[slash] == UInt8(ascii: "/") else {
            return nil
        }
        let end = source.tokenEnd(from: slash + 1, to: element.upperBound)
        guard end > slash + 1, let weight = Self.weight(behind: end..<element.upperBound, in: source) else {
            return nil
        }
        self.weight = weight
        read(element.lowerBound..<slash, (slash + 1)..<end, in: source)
    }

    private mutating func read(_ type: Range<Int>, _ subtype: Range<Int>, in source: Span<UInt8>) {
        let isAll = source.equals("*", in: subtype)
        if source.equals("text", in: type) {
            set(.text, isAll ? 1 : source.equals("plain", in: subtype) ? 2 : -1)
            set(.html, isAll ? 1 : source.equals("html", in: subtype) ? 2 : -1)
        } else if source.equals("application", in: type) {
            set(.json, isAll ? 1 : Self.isJSON(subtype, in: source) ? 2 : -1)
        } else if isAll, source.equals("*", in: type) {
            specificities = InlineArray(repeating: 0)
        }
    }

    private mutating func set(_ kind: PageKind, _ specificity: Int) {
        specificities[Int(kind.rawValue)] = specificity
    }

    /// `json` or a name with the suffix `+json` (RFC 6839, section 3.1).
    private static func isJSON(_ subtype: Range<Int>, in source: Span<UInt8>) -> Bool {
        guard subtype.count > 5 else { return source.equals("json", in: subtype) }
        return source.equals("+json", in: (subtype.upperBound - 5)..<subtype.upperBound)
    }

    /// Finds `q` among the parameters behind a media range; 1000 without it.
    ///
    /// - Returns: `nil` when they are malformed.
    private static func weight(behind parameters: Range<Int>, in source: Span<UInt8>) -> Int? {
        let rest = source.trimmed(parameters)
        guard rest.isEmpty || source[rest.lowerBound] == UInt8(ascii: ";") else { return nil }
        var reader = ParameterReader(rest)
        while let parameter = reader.next(in: source) {
            if source.equals("q", in: parameter.name) { return source.weight(in: parameter.value) }
        }
        return reader.isMalformed ? nil : 1000
    }
}
