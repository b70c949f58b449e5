/// A site that moved: what both fronts are asked, and in what they differ.
struct Move: Sendable {
    let requests: [MoveRequest]
    let differences: [MoveDifference]

    /// Asks everything, and tells what is otherwise than it is declared; empty if nothing is.
    func faults(_ stage: MoveStage) throws -> [String] {
        var faults: [String] = []
        var occurred = Set<String>()
        for request in requests {
            let (there, here) = try stage.answers(to: request)
            if here.status != request.status {
                faults.append("\(request.name): Martlet answers \(here.status) and not \(request.status)")
            }
            for (facet, first, second) in MoveAnswer.differences(there, here) {
                let explaining = differences.indices.filter {
                    differences[$0].explains(facet, of: request.name, there: first, here: second)
                }
                for index in explaining {
                    occurred.insert("\(index) \(differences[index].requests.isEmpty ? "" : request.name)")
                    occurred.insert("\(index) in \(facet)")
                }
                if explaining.isEmpty {
                    faults.append("\(request.name): \(facet): \(quoted(first)) there, \(quoted(second)) here")
                }
            }
        }
        for (index, difference) in differences.enumerated() {
            let expected = difference.requests.isEmpty ? [""] : difference.requests
            for name in expected where !occurred.contains("\(index) \(name)") {
                faults.append("\(name): \(difference.facets): no such difference any more (\(difference.reason))")
            }
            for facet in difference.facets where !occurred.contains("\(index) in \(facet)") {
                faults.append("\(expected): \(facet): is the same in all of them by now (\(difference.reason))")
            }
        }
        return faults
    }

    private func quoted(_ value: String) -> String {
        value.count > 300
            ? "\(value.count) characters from \(value.prefix(80).debugDescription) on" : value.debugDescription
    }
}
