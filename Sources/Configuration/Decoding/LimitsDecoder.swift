import Forwarding
import Model

/// Decodes `limits`, and holds them against one another.
enum LimitsDecoder {
    /// Decodes what stands there; the defaults, as far as they have room for the rest, where nothing does.
    ///
    /// - Parameters:
    ///   - needs: what exchanges take memory for beside heads.
    ///   - hasWindows: whether a coding has a window that can be made smaller.
    static func decode(_ slot: Slot?, _ needs: ExchangeNeeds, hasWindows: Bool) -> Limits {
        var limits = Limits()
        guard let section = slot?.section() else {
            limits.makeRoom(for: needs)
            return limits
        }
        let wrong = section.read(Limits.schema, into: &limits)
        // A head's limit that is wrong says nothing about those of its parts.
        if wrong.contains("request-head") { limits.requestHeadBytesMax = Limits.Settings.headBytes.upperBound }
        let parts: [(key: String, limit: WritableKeyPath<Limits, Int>)] = [
            ("request-line", \.requestLineBytesMax), ("field", \.fieldBytesMax),
        ]
        for (key, limit) in parts where limits[keyPath: limit] > limits.requestHeadBytesMax {
            if let slot = section[key], !wrong.contains(key) { refuse(slot, limits[keyPath: limit], limits) }
            limits[keyPath: limit] = limits.requestHeadBytesMax
        }
        if section["exchange-memory"] != nil, !wrong.contains("exchange-memory") {
            check(limits, needs, hasWindows: hasWindows, in: section)
        } else {
            limits.makeRoom(for: needs)
        }
        return limits
    }

    /// Complains about the limit of a part of a head that is more than the head's, which a default gives way to.
    private static func refuse(_ slot: Slot, _ bytes: Int, _ limits: Limits) {
        let head = Quantity.written(limits.requestHeadBytesMax, as: .bytes)
        slot.complain(
            "\(Quantity.written(bytes, as: .bytes)) is more than request-head allows in all, which is \(head)",
            cure: .write(head, ", or raise request-head"))
    }

    /// Complains about a memory in which an exchange of these limits has no room.
    private static func check(_ limits: Limits, _ needs: ExchangeNeeds, hasWindows: Bool, in section: Section) {
        let least = limits.exchangeMemoryLeast(needs)
        let others = [
            needs.encoderBytes > 0 ? "compression" : nil, needs.inflates ? "inflating" : nil,
            needs.hasHTTP2Clients || needs.hasHTTP2Members ? "HTTP/2" : nil,
            needs.hasRecordMembers ? "members of FastCGI and AJP" : nil, needs.bufferedBytes > 0 ? "buffering" : nil,
        ].compactMap { $0.map { " and \($0)" } }.joined()
        guard limits.exchangeMemoryBytesMax < least else { return }
        let (given, needed) = (limits.exchangeMemoryBytesMax, least)
        section["exchange-memory"]?.complain(
            "\(Quantity.written(given, as: .bytes)) is less than the heads' limits"
                + "\(others) may take, which is \(Quantity.written(needed, as: .bytes))",
            cure: cure(limits, needs, hasWindows: hasWindows))
    }

    /// What gives an exchange of these limits room: only what helps.
    private static func cure(_ limits: Limits, _ needs: ExchangeNeeds, hasWindows: Bool) -> Cure {
        let needed = limits.exchangeMemoryLeast(needs)
        let heads: [(name: String, limit: WritableKeyPath<Limits, Int>)] = [
            ("request-head", \.requestHeadBytesMax), ("answer-head", \.answerHeadBytesMax),
        ]
        let large = heads.filter { head in
            var lower = limits
            lower[keyPath: head.limit] = min(lower[keyPath: head.limit], 12 * 1024)
            return lower.exchangeMemoryLeast(needs) < needed
        }
        var ways: [String] = []
        if !large.isEmpty { ways.append("lower \(large.map { $0.name }.joined(separator: " and ")) to 12KiB") }
        if needs.encoderBytes > 0 {
            if hasWindows { ways.append("lower compression's windows and levels") }
            ways.append("switch compression off")
        }
        guard Limits.Settings.exchangeMemory.range.contains(needed) else { return Cure(ways.alternatives) }
        let memory = Quantity.written(needed, as: .bytes)
        return Cure((["write \(memory)"] + ways).alternatives, .write(memory))
    }
}
