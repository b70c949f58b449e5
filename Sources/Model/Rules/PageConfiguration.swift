/// The files whose content Martlet's own answers of a status have.
public struct PageConfiguration: Sendable, Hashable {
    /// A status from 400 on, such as `404`, or a class of them: `4xx` or `5xx`.
    public var statuses: String
    /// The path of the page that all get but those who ask for JSON, as it is to be opened; `nil`: there is none.
    public var htmlPath: String?
    /// The path of what those get, likewise.
    public var jsonPath: String?

    /// Bytes of a page at most: with its head it goes into one slab of 64 KiB.
    public static let bytesMax = 48 * 1_024

    /// - Parameter statuses: see ``statuses``.
    public init(statuses: String, htmlPath: String? = nil, jsonPath: String? = nil) {
        self.statuses = statuses
        self.htmlPath = htmlPath
        self.jsonPath = jsonPath
    }

    /// The files.
    public var paths: [String] { [htmlPath, jsonPath].compactMap { $0 } }

    /// The pages of a level within another one: a status of the inner one is not looked for in the outer one.
    static func inheriting(_ inner: [PageConfiguration], _ outer: [PageConfiguration]) -> [PageConfiguration] {
        inner + outer.filter { page in !inner.contains { $0.covers(page) } }
    }

    private func covers(_ other: PageConfiguration) -> Bool {
        statuses == other.statuses || isOfClass && statuses.first == other.statuses.first
    }

    private var isOfClass: Bool { statuses.hasSuffix("xx") }

    /// The keys of what stands behind a status.
    public static let schema = Schema<PageConfiguration>(
        "The content of Martlet's own answers.", of: PageConfiguration(statuses: ""),
        [
            Field("html", \.htmlPath, .text(.pageFile), "a page for all but those who ask for JSON"),
            Field("json", \.jsonPath, .text(.pageFile), "what those get; a line with status and reason if left out"),
        ])
}
