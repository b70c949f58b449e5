import Foundation

/// A front's answer as facets that are compared one by one: `status`, `content`, each field by its name, and behind
/// `told` what the member was told where it echoes that.
struct MoveAnswer: Sendable {
    private(set) var facets: [String: String] = [:]
    let status: Int

    /// Reads an answer of `moves_client.py`.
    ///
    /// - Parameter names: what stands for ports in values, which are other ones at each front.
    init(_ line: String, naming names: [Int: String]) throws {
        let found = try JSONDecoder().decode(Told.self, from: Data(line.utf8))
        status = found.status
        facets["status"] = found.statuses.map(String.init).joined(separator: " ")
        if !found.interim.isEmpty { facets["interim"] = found.interim.map(String.init).joined(separator: " ") }
        if !found.extra.isEmpty { facets["extra"] = found.extra.joined(separator: ", ") }
        for field in found.fields { add(field[1], to: field[0].lowercased(), naming: names) }
        // Whether the length of a coded answer is known depends on how its pieces have come.
        if facets["content-encoding"] != nil { (facets["content-length"], facets["transfer-encoding"]) = (nil, nil) }
        if facets["content-type"] == "application/x-told" {
            read(told: found.content, naming: names)
        } else {
            facets["content"] = found.content
        }
    }

    /// What `moves_client.py` says.
    private struct Told: Decodable {
        var status: Int
        var statuses: [Int]
        var interim: [Int]
        var extra: [String]
        var fields: [[String]]
        var content: String
    }

    private mutating func add(_ value: String, to facet: String, naming names: [Int: String]) {
        var value = value
        for (port, name) in names { value.replace(":\(port)", with: ":" + name) }
        for (port, name) in names where value == "\(port)" { value = name }
        if value.wholeMatch(of: #/[0-9a-f]{32}/#) != nil { value = "32 digits" }
        if value.wholeMatch(of: #/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#) != nil { value = "a UUID" }
        if facet == "date", value.wholeMatch(of: #/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/#) != nil {
            value = "now"
        }
        facets[facet] = facets[facet].map { "\($0) | \(value)" } ?? value
    }

    private mutating func read(told text: String, naming names: [Int: String]) {
        let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\n")
        facets["told line"] = lines.first.map(String.init)
        for line in lines.dropFirst() {
            let halves = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            add(String(halves.last ?? ""), to: "told " + halves[0].lowercased(), naming: names)
        }
        // Its length is that of what was told, which is compared by itself.
        facets["content-length"] = nil
        facets["told content"] = parts.count > 1 ? String(parts[1]) : ""
    }

    /// What two answers do not have in common: facet, the first one's value and the second one's, `-` for none.
    static func differences(_ there: MoveAnswer, _ here: MoveAnswer) -> [(facet: String, there: String, here: String)] {
        Set(there.facets.keys).union(here.facets.keys).sorted().compactMap { facet in
            let (first, second) = (there.facets[facet] ?? "-", here.facets[facet] ?? "-")
            return first == second ? nil : (facet, first, second)
        }
    }
}
