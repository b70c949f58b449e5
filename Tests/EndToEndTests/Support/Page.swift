import Foundation

/// A page of the documentation, as far as it can be run: its fenced blocks, and what must be there before.
struct Page: Sendable {
    /// What a fenced block is for, by the words behind its fence.
    enum Block: Sendable, Equatable {
        /// `sh`: commands that are typed; with the output that must come, where a block of `text` follows.
        case commands(String, output: String?)
        /// `sh server`: a command that goes on, in a terminal of its own; what it writes at its start.
        case server(String, output: String)
        /// `text server`: what the last server writes next.
        case events(String)
        /// A language and a file's name: the file. A configuration is checked, unless `refused` or `included`
        /// follows.
        case file(String, name: String, isChecked: Bool)
        /// `yaml` and the place of a piece in a configuration.
        case piece(String, place: String)
        /// A comment `<!-- stop 8082 -->`, where the page says that a member ends; `start`: that it is back.
        case member(port: String, runs: Bool)
    }

    /// Of a comment `<!-- before: tomcat 8081 8082; certificates shop.example.com -->`.
    struct Part: Sendable, Equatable {
        let kind: String
        let words: [String]
    }

    let name: String
    let before: [Part]
    let blocks: [Block]

    /// Whether there is anything to run.
    var isRunnable: Bool { !blocks.isEmpty }

    /// The numbers that the page uses as ports, behind an address.
    var ports: Set<String> {
        let all = blocks.map { block in
            switch block {
            case .commands(let text, let output): text + (output ?? "")
            case .server(let text, let output): text + output
            case .events(let text), .file(let text, _, _), .piece(let text, _): text
            case .member: ""
            }
        }
        let pattern = #/(?:127\.0\.0\.1|localhost|\[::\]|\[::1\]|example\.com):(\d{2,5})\b/#
        return Set(all.joined(separator: "\n").matches(of: pattern).map { String($0.1) })
    }

    /// - Throws: where a block is of no known kind.
    init(name: String, text: String) throws {
        self.name = name
        before = Self.parts(of: text)
        var blocks: [Block] = []
        var lines = text.components(separatedBy: "\n")[...]
        while let line = lines.popFirst() {
            if let found = line.wholeMatch(of: #/<!-- (stop|start) (\d+) -->/#) {
                blocks.append(.member(port: String(found.2), runs: found.1 == "start"))
            }
            guard line.hasPrefix("```") else { continue }
            let words = line.dropFirst(3).split(separator: " ").map(String.init)
            let content = lines.prefix { $0 != "```" }
            lines = lines.dropFirst(content.count + 1)
            try Self.add(content.map { $0 + "\n" }.joined(), words, to: &blocks, of: name)
        }
        self.blocks = blocks
    }

    private static func parts(of text: String) -> [Part] {
        guard let found = text.firstMatch(of: #/<!-- before: ([^>]*) -->/#) else { return [] }
        return found.1.split(separator: ";").map { part in
            let words = part.split(separator: " ").map(String.init)
            return Part(kind: words[0], words: Array(words.dropFirst()))
        }
    }

    private static func add(_ text: String, _ words: [String], to blocks: inout [Block], of page: String) throws {
        switch (words.first, words.dropFirst().first) {
        case ("sh", nil): blocks.append(.commands(text, output: nil))
        case ("sh", "server"?): blocks.append(.server(text, output: ""))
        case ("text", "server"?): blocks.append(.events(text))
        case ("text", nil):
            switch blocks.popLast() {
            case .commands(let command, nil)?: blocks.append(.commands(command, output: text))
            case .server(let command, "")?: blocks.append(.server(command, output: text))
            default: throw HarnessError("\(page): an output stands behind no command:\n\(text)")
            }
        case ("yaml", let name?) where !name.hasSuffix(".yaml"): blocks.append(.piece(text, place: name))
        case (_?, let name?):
            let isChecked = !["refused", "included"].contains(words.last)
            blocks.append(.file(text, name: name, isChecked: isChecked))
        // What is drawn, listed or quoted.
        case (nil, _), ("swift", nil): break
        default: throw HarnessError("\(page): nobody knows what to do with ```\(words.joined(separator: " "))")
        }
    }
}
