import Session

/// Cookie fields as the slow reader reads them, cookies cut out with no loss to others, and cookies that are set with
/// a route put into them.
enum CookiesTarget {
    static func take(_ input: [UInt8]) {
        let pairs = read(input)
        check(pairs == Reference.pairs(input), "read otherwise than by the slow reader")
        for name in Set(pairs.map(\.name)) where isUsable(name) {
            let values = read(input, named: name)
            check(values == pairs.filter { $0.name == name }.map(\.value), "other values of a name")
            cut(name, out: input, pairs)
        }
        if let cookie = SetCookie(input.span) { prefix(cookie, of: input) }
    }

    /// Whether it is one that may be declared.
    private static func isUsable(_ name: [UInt8]) -> Bool {
        !name.isEmpty && !name.contains { $0 == 0x20 || $0 == 9 }
    }

    private static func read(_ field: [UInt8]) -> [Reference.Pair] {
        var reader = CookieReader()
        var pairs: [Reference.Pair] = []
        while let pair = reader.next(in: field.span) {
            pairs.append(Reference.Pair(name: Array(field[pair.name]), value: Array(field[pair.value])))
        }
        return pairs
    }

    private static func read(_ field: [UInt8], named name: [UInt8]) -> [[UInt8]] {
        var reader = CookieReader()
        var values: [[UInt8]] = []
        while let value = reader.next(named: name.span, in: field.span) { values.append(Array(field[value])) }
        return values
    }

    private static func cut(_ name: [UInt8], out field: [UInt8], _ pairs: [Reference.Pair]) {
        var reader = CookieReader()
        var cut = CookieCut()
        var ranges: [Range<Int>] = []
        while reader.next(named: name.span, in: field.span) != nil {
            ranges.append(cut.range(for: reader.pair, in: field.span))
        }
        for (earlier, later) in zip(ranges, ranges.dropFirst()) {
            check(earlier.upperBound <= later.lowerBound, "cuts overlap")
        }
        var left = field
        for range in ranges.reversed() { left.removeSubrange(range) }
        check(read(left) == pairs.filter { $0.name != name }, "other cookies have changed")
    }

    /// As `mode: prefix` does it: what stands around the value stays, and the value comes back.
    private static func prefix(_ cookie: SetCookie, of field: [UInt8]) {
        var templates = CookieTemplates()
        templates.remember(cookie, in: field.span, now: 1)
        _ = CookieAttributes().text(isSecure: true, following: field.span)
        guard !cookie.isRemoval(in: field.span, now: 1) else { return }
        var rewritten = field
        rewritten.insert(contentsOf: Array("node1~".utf8), at: cookie.value.lowerBound)
        guard let again = SetCookie(rewritten.span) else { fatalError("no cookie any more") }
        check(rewritten[again.name] == field[cookie.name], "another name")
        check(rewritten[again.attributes] == field[cookie.attributes], "other attributes")
        guard let prefixed = PrefixedValue(again.value, in: rewritten.span) else { fatalError("no route in it") }
        check(Array(rewritten[prefixed.route]) == Array("node1".utf8), "another route")
        check(rewritten[prefixed.prefix.upperBound..<again.value.upperBound] == field[cookie.value], "another value")
        check(!again.isRemoval(in: rewritten.span, now: 1), "taken away")
    }
}
