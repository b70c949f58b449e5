import HTTP
import Session

/// Targets: their parameters as the slow reader reads them, candidates that lie in them, and a normal form that stays.
enum ParametersTarget {
    static func take(_ input: [UInt8]) {
        let name = Array("jsessionid".utf8)
        for semicolons in [false, true] {
            let reference = Reference.parameters(name, input, semicolons: semicolons)
            let parameters = read(name, of: input, semicolons: semicolons)
            check(parameters.map(\.source) == reference.map(\.source), "found elsewhere than by the slow reader")
            check(parameters.map(\.value) == reference.map(\.value), "read otherwise than by the slow reader")
            seek(input, semicolons: semicolons)
        }
        normalize(input)
    }

    private static func read(
        _ name: [UInt8], of target: [UInt8], semicolons: Bool
    ) -> [(source: String, value: [UInt8])] {
        var reader = TargetParameterReader(target.span, isSemicolonDelimiter: semicolons)
        var result: [(source: String, value: [UInt8])] = []
        while let parameter = reader.next(named: name.span, in: target.span) {
            result.append((parameter.source == .path ? "path" : "query", Array(target[parameter.value])))
        }
        return result
    }

    private static func seek(_ target: [UInt8], semicolons: Bool) {
        let keys = AffinityKeys(
            cookie: "SID", parameter: "jsessionid", isSemicolonPathDelimiter: semicolons)
        let reader = SessionReader(keys: keys, routes: ["node1", "node2", "node.3"], formerRoutes: ["old", nil, nil])
        var candidates = RouteCandidates()
        reader.read(target: target.span, into: &candidates)
        reader.read(cookies: target.span, into: &candidates)
        for index in 0..<candidates.count {
            let candidate = candidates[index]
            check(candidate.session.upperBound < candidate.route.lowerBound, "session and route overlap")
            check(candidate.route.upperBound <= target.count, "a route outside of the target")
        }
    }

    private static func normalize(_ path: [UInt8]) {
        let once = normalForm(path)
        check(once.count <= path.count, "longer than it was")
        // A percent sign that an escape has resolved to may begin another.
        if !once.contains(UInt8(ascii: "%")) { check(normalForm(once) == once, "read twice it is another path") }
        check(once.isEmpty || PathReader.path(path.span, hasPrefix: once.span), "not its own prefix")
        check(PathReader.path(path.span, equals: once.span), "not equal to itself")
    }

    private static func normalForm(_ path: [UInt8]) -> [UInt8] {
        var reader = PathReader(path.span)
        var result: [UInt8] = []
        while let byte = reader.next() { result.append(byte) }
        return result
    }
}
