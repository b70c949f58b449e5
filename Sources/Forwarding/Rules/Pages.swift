import HTTP
import Model

/// The content of Martlet's own answers, by their status and by what the client reads. Immutable; shared by all
/// workers.
final class Pages: Sendable {
    private struct Choice: Sendable {
        let html: Page?
        let json: Page?
    }

    /// By statuses; those of a class are 4 and 5.
    private let choices: [Int: Choice]

    /// - Parameters:
    ///   - configurations: of different statuses.
    ///   - files: what is in the files that could be read, by their paths; of the others, answers are as without.
    /// - Returns: `nil` where there is no page.
    init?(_ configurations: [PageConfiguration], files: [String: [UInt8]]) {
        var choices: [Int: Choice] = [:]
        for configuration in configurations {
            let html = configuration.htmlPath.flatMap { files[$0] }.map(Page.init(html:))
            let json = configuration.jsonPath.flatMap { files[$0] }.map { Page($0, mediaType: "application/json") }
            let statuses = configuration.statuses
            guard html != nil || json != nil, let status = Int(statuses) ?? statuses.first?.wholeNumberValue else {
                continue
            }
            choices[status] = Choice(html: html, json: json)
        }
        guard !choices.isEmpty else { return nil }
        self.choices = choices
    }

    /// The page for a status.
    ///
    /// Who asks for JSON gets no other, and a browser no JSON; who names neither gets what there is.
    ///
    /// - Returns: `nil`: there is none, and the answer is as without pages.
    func page(_ status: Int, _ kind: PageKind) -> Page? {
        guard let choice = choices[status] ?? choices[status / 100] else { return nil }
        return switch kind {
        case .html: choice.html
        case .json: choice.json
        case .text: choice.html ?? choice.json
        }
    }
}

extension Page {
    /// A page of HTML. What is not UTF-8 says itself what it is.
    fileprivate convenience init(html content: [UInt8]) {
        let isUnicode = String(validating: content, as: UTF8.self) != nil
        self.init(content, mediaType: isUnicode ? "text/html; charset=utf-8" : "text/html")
    }
}

extension OwnAnswer {
    /// Puts on what the client reads best; what a path says itself in an `answer` stays.
    mutating func dress(_ pages: Pages?, for kind: PageKind) {
        self.kind = kind
        if page == nil { page = pages?.page(status, kind) }
    }
}
