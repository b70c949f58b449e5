/// The session room written a second time, for clarity alone, to compare with.
enum Reference {
    /// A cookie pair.
    struct Pair: Equatable {
        var name: [UInt8]
        var value: [UInt8]
    }

    /// A route asked for.
    struct Asked: Equatable {
        var source: String
        var session: [UInt8]
        var route: [UInt8]
    }

    /// The pairs of a Cookie field.
    static func pairs(_ field: [UInt8]) -> [Pair] {
        field.split(separator: 0x3b, omittingEmptySubsequences: false).compactMap { part in
            guard let equals = part.firstIndex(of: 0x3d) else { return nil }
            var value = trimmed(part[(equals + 1)...])
            if value.count > 1, value.first == 0x22, value.last == 0x22 { value = Array(value.dropFirst().dropLast()) }
            return Pair(name: trimmed(part[..<equals]), value: value)
        }
    }

    /// The values of a parameter in the path, then in the query.
    static func parameters(_ name: [UInt8], _ target: [UInt8], semicolons: Bool) -> [(source: String, value: [UInt8])] {
        let question = target.firstIndex(of: 0x3f) ?? target.endIndex
        let inPath = starts(in: target[..<question], after: [0x3b])
            .map { (source: "path", rest: $0, ends: semicolons ? "/&;" : "/&") }
        let query = target[question...].dropFirst()
        let inQuery =
            (target.endIndex == question ? [] : [query] + starts(in: query, after: semicolons ? [0x26, 0x3b] : [0x26]))
            .map { (source: "query", rest: $0, ends: semicolons ? "&?;" : "&?") }
        var end = 0
        return (inPath + inQuery).compactMap { source, rest, ends in
            // What lies within an earlier value is no parameter.
            guard rest.startIndex > end || end == 0, rest.starts(with: name + [0x3d]) else { return nil }
            let value = rest.dropFirst(name.count + 1).prefix { !ends.utf8.contains($0) }
            end = value.endIndex
            return (source, Array(value))
        }
    }

    /// Cuts a value into session and route.
    static func asked(_ source: String, _ value: [UInt8], separator: UInt8?) -> Asked? {
        guard let separator else { return value.isEmpty ? nil : Asked(source: source, session: value, route: value) }
        guard let at = value.firstIndex(of: separator), at + 1 < value.count else { return nil }
        return Asked(source: source, session: Array(value[..<at]), route: Array(value[(at + 1)...]))
    }

    private static func starts(in bytes: ArraySlice<UInt8>, after delimiters: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.indices.filter { delimiters.contains(bytes[$0]) }.map { bytes[($0 + 1)...] }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let left = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        return Array(left.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed())
    }
}
