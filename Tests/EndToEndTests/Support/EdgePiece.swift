/// A piece of a configuration, with what must be around it to be checked.
struct EdgePiece {
    /// The whole configuration.
    let text: String

    /// - Parameter place: `top`, `listeners`, `sites`, `balancers`, `balancer` (what stands behind a balancer's name)
    ///   or `members`.
    init(_ piece: String, at place: String) throws {
        let lines = piece.split(separator: "\n", omittingEmptySubsequences: false)
        func indented(_ count: Int) -> String {
            lines.map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
        }
        var around = [
            "listeners": "listeners:\n  - { address: \"127.0.0.1:8000\" }\n",
            "sites": "sites:\n  - { paths: { /: shop } }\n",
        ]
        let members = "    members:\n      node1: http://127.0.0.1:8081\n      node2: http://127.0.0.1:8082\n"
        var balancers = "balancers:\n  shop:\n" + members
        switch place {
        case "top":
            // What the piece says itself is not said again.
            for name in around.keys where lines.contains("\(name):") { around[name] = "" }
            if lines.contains("balancers:") { balancers = "" }
        case "listeners", "sites":
            let others = Set(piece.matches(of: #/balancer: ([a-z]+)/#).map { String($0.1) }).subtracting(["shop"])
            for name in others.sorted() { balancers += "  \(name):\n" + members }
            around[place] = "\(place):\n" + indented(2)
        case "balancers": balancers = "balancers:\n" + indented(2)
        case "balancer":
            balancers = "balancers:\n  shop:\n" + indented(4) + (lines.contains("members:") ? "" : members)
        case "members": balancers = "balancers:\n  shop:\n    members:\n" + indented(6)
        default: throw HarnessError("nobody knows the place \(place) of a configuration")
        }
        text = (around["listeners"] ?? "") + (around["sites"] ?? "") + balancers + (place == "top" ? piece : "")
    }
}
