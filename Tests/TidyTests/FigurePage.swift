import Foundation

/// The page of the repository's figures, counted from its files.
struct FigurePage {
    /// Where something new is said and used, shown by something that is there.
    private struct Place {
        let what: String
        let example: String
        /// The files that it is said in; elsewhere it is used.
        let home: Set<String>
        /// What each line has that names it, as the pattern takes long.
        let word: String
        let pattern: String
    }

    /// Stored properties that a type of Forwarding has at most, but for those in ``Exceptions/largeTypes``.
    static let propertiesMax = 15

    /// Counted once, as it takes seconds.
    static let counted = Result { try FigurePage() }

    /// The page, with a line feed at its end.
    let text: String
    /// Types of Forwarding with more than ``propertiesMax`` stored properties.
    let largeTypes: Set<String>

    init() throws {
        let files = try Repository.swiftFiles(in: "Sources")
        let types = files.flatMap { file in StoredProperties(in: file).types.map { (file: file, type: $0) } }
            .sorted { ($0.type.count, $1.type.name) > ($1.type.count, $0.type.name) }
        largeTypes = Set(
            types.filter { $0.file.room == "Forwarding" && $0.type.count > Self.propertiesMax }.map(\.type.name))
        var lines = [
            "# Figures", "", "How large things are, and how many places a new one touches.", "", "## Overview", "",
            "Counted by `Tests/TidyTests/FigurePage.swift`, written by `MARTLET_RECORD=1 swift test --filter Figure`.",
            "A test compares them with the repository: numbers may have moved by a twentieth.", "",
        ]
        lines += try Self.sizes(files)
        lines += Self.types(types.map(\.type))
        lines += try Self.way()
        lines += Self.places(files)
        text = lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Sizes

    private static func sizes(_ files: [SourceFile]) throws -> [String] {
        let rooms = Dictionary(grouping: files) { $0.room }.sorted { $0.key < $1.key }
        let tests = try Repository.swiftFiles(in: "Tests")
        var lines = [
            "## Sizes", "",
            "Lines of code and lines of comments are those with nothing else on them; of files and functions the",
            "lines, at the median, the 90th percentile and the most.", "",
            "| room | files | code | comments/code | file | function |", "|---|---|---|---|---|---|",
        ]
        lines += rooms.map { row("`\($0.key)`", $0.value) }
        lines += [row("all sources", files), row("tests", tests), ""]
        let code = tests.reduce(0) { $0 + count($1).code }
        let quotient = Double(code) / Double(files.reduce(0) { $0 + count($1).code })
        let declared = tests.reduce(0) { sum, file in
            sum + file.code.count { line in line.drop { $0 == " " }.hasPrefix("@Test") }
        }
        return lines + [
            "Tests have \(number(quotient)) times the code of the sources, scripts not counted, in \(declared) tests,",
            "many of them with a table of cases.", "",
        ]
    }

    private static func row(_ name: String, _ files: [SourceFile]) -> String {
        let counts = files.map(count)
        let (code, comments) = (counts.reduce(0) { $0 + $1.code }, counts.reduce(0) { $0 + $1.comments })
        let functions = files.flatMap { Functions(in: $0).all.map(\.lineCount) }
        let sizes = [files.map { $0.lines.count - 1 }, functions].map { list in
            let sorted = list.sorted()
            guard let most = sorted.last else { return "" }
            return "\(sorted[sorted.count / 2]), \(sorted[sorted.count * 9 / 10]), \(most)"
        }
        let quotient = number(Double(comments) / Double(max(1, code)))
        return "| \(name) | \(files.count) | \(code) | \(quotient) | \(sizes[0]) | \(sizes[1]) |"
    }

    private static func count(_ file: SourceFile) -> (code: Int, comments: Int) {
        let trimmed = file.lines.map { $0.drop { $0 == " " } }
        let comments = trimmed.count { $0.hasPrefix("//") }
        return (trimmed.count { !$0.isEmpty } - comments, comments)
    }

    private static func number(_ value: Double) -> String { String(format: "%.2f", value) }

    // MARK: - Types

    private static func types(_ types: [StoredProperties.TypeCount]) -> [String] {
        let shown = types.filter { $0.count >= propertiesMax }
        return [
            "## Types", "", "Stored properties of the largest types, and how many of them are true or false.", "",
            "| type | stored properties | flags |", "|---|---|---|",
        ] + shown.map { "| `\($0.name)` | \($0.count) | \($0.flags) |" } + [""]
    }

    // MARK: - The way of a request

    private static func way() throws -> [String] {
        let path = "Sources/Forwarding/Forwarding.docc/LifeOfARequest.md"
        let article = try String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)
        let chapters = article.components(separatedBy: "\n## ").filter { chapter in
            ["The connection\n", "The request\n", "The answer\n"].contains { chapter.hasPrefix($0) }
        }
        let named = chapters.flatMap { $0.matches(of: #/`([A-Za-z0-9_+\/]+\.swift)`/#).map { "Sources/\($0.1)" } }
        let files = try Set(named).filter { FileManager.default.fileExists(atPath: Repository.root.path + "/" + $0) }
            .map { try SourceFile(path: $0, root: Repository.root) }
        // What a request passes only if it is coded, hashed, learned, mapped, written into, inflated and so on.
        let special = try Regex(
            "/(?:Affinity|Coding|Hashing|Learning|Census|Sealing|Tokens|Certificates)/|HTTP2|Path(?:Tree|Judge)|WebDAV"
                + "|Destination|Mapping|Heartbeat|Inflat|Continue|AffinityAnswer|Written|SessionWatch|RouteWatch"
                + "|SetCookie|Storing|EncoderPool|Clients\\+Room|RestingList|Handshake|TLSContext|Identity|ServerName"
                + "|TicketKeyRing|Failures|Opening|PlainHTTP")
        let plain = files.filter { $0.path.firstMatch(of: special) == nil }
        return [
            "## The way of a request", "",
            "The files that *The connection*, *The request* and *The answer* of <doc:LifeOfARequest> name:",
            "\(extent(files)). Of these a plain request passes (HTTP/1.1, by route,",
            "nothing coded, mapped or written into): \(extent(plain)).", "",
        ]
    }

    private static func extent(_ files: some Collection<SourceFile>) -> String {
        let lines = files.reduce(0) { $0 + $1.lines.count - 1 }
        return "\(files.count) files, \(lines) lines, \(files.reduce(0) { $0 + count($1).code }) of them code"
    }

    // MARK: - Places

    private static let places = [
        Place(
            what: "a timeout", example: "tunnel", home: ["Sources/Model/Timeouts.swift"], word: "tunnel",
            pattern: #"\bvar tunnel\b|\\\.tunnel\b|timeouts\.tunnel\b"#),
        Place(
            what: "a limit", example: "request-expansion", home: ["Sources/Model/Limits.swift"],
            word: "requestExpansion",
            pattern: #"requestExpansion[A-Z]"#),
        Place(
            what: "a member's key", example: "ping", home: ["Sources/Model/MemberConfiguration.swift"],
            word: "pingMilliseconds",
            pattern: #"\bpingMilliseconds\b"#),
        Place(
            what: "a balancing method", example: "least-connections",
            home: ["Sources/Balancing/Methods/Method.swift", "Sources/Balancing/Methods/LeastConnections.swift"],
            word: "onnections",
            pattern: #"\bleastConnections\b|electByConnections"#),
        Place(
            what: "an affinity mode", example: "learn",
            home: [
                "Sources/Model/Affinity/LearnedConfiguration.swift",
                "Sources/Model/Affinity/AffinityConfiguration.swift",
            ], word: "earn",
            pattern: #"\.learn\b|\bcase .*\blearn\b|\bLearnedConfiguration\b|"learn"|\bmode learn\b"#),
        Place(
            what: "a step", example: "limited", home: ["Sources/Forwarding/Exchange/Step.swift"], word: "limited",
            pattern: #"case limited\b|step = \.limited\b"#),
        Place(
            what: "an outcome", example: "answer-discarded", home: ["Sources/Forwarding/Log/Outcome.swift"],
            word: "answerDiscarded",
            pattern: #"\banswerDiscarded\b"#),
        Place(
            what: "a field of the log", example: "replays", home: ["Sources/Forwarding/Log/LogField.swift"],
            word: "replays",
            pattern: #"\breplays\b"#),
        Place(
            what: "a verb", example: "sessions", home: ["Sources/martlet/Control/SessionsCommand.swift"],
            word: "ession",
            pattern: #"\bSessionsCommand\b|supervisor\.sessions\b|func sessions\(|"/sessions"|SessionReport\b"#),
    ]

    private static func places(_ files: [SourceFile]) -> [String] {
        var lines = [
            "## Places", "",
            "What something new touches, by an example: the lines that name it where it is said, and where it is used.",
            "<doc:Contributing> walks them.", "",
            "| to add | as | said | used |", "|---|---|---|---|",
        ]
        for place in places {
            let found = files.compactMap { file -> (home: Bool, lines: Int)? in
                guard let pattern = try? Regex(place.pattern) else { return nil }
                // Comments are left out, words in quotes are not.
                let count = file.lines.count { line in
                    line.contains(place.word) && !line.drop { $0 == " " }.hasPrefix("//")
                        && line.firstMatch(of: pattern) != nil
                }
                return count == 0 ? nil : (place.home.contains(file.path), count)
            }
            let cells = [true, false].map { isHome in
                let these = found.filter { $0.home == isHome }
                return "\(words(these.reduce(0) { $0 + $1.lines }, "line")), \(words(these.count, "file"))"
            }
            lines.append("| \(place.what) | `\(place.example)` | \(cells[0]) | \(cells[1]) |")
        }
        return lines
    }

    private static func words(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
