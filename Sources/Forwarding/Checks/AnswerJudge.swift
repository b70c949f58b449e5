import Balancing
import Bytes
import HTTP
import Model

/// Holds an answer against what a check expects: status, fields and content, in the order in which they come.
final class AnswerJudge {
    private let check: MemberCheck
    private let method: HTTP.Method
    private var head: ResponseHead
    private var content: [UInt8] = []
    private var status = 0
    private let wanted: [UInt8]
    private let unwanted: [UInt8]
    private let patterns: AnswerPatterns

    init(_ check: MemberCheck) {
        self.check = check
        method = check.method == .head ? .head : check.method == .options ? .options : .get
        head = ResponseHead(fieldCountMax: limits.fieldCountMax)
        wanted = Array((check.content ?? "").utf8)
        unwanted = Array((check.contentWithout ?? "").utf8)
        patterns = AnswerPatterns(check)
    }

    /// What heads may measure.
    let limits = HeadLimits(headBytesMax: CheckLimits.headBytesMax)

    /// What a head leads to.
    enum Step {
        /// Another head follows.
        case interim
        /// That is all.
        case result(ProbeResult)
        /// Content follows, whose end is known so.
        case content(Framing)
    }

    /// Looks at a whole head.
    func take(head text: Span<UInt8>) -> Step {
        do throws(HeadError) {
            try head.parse(text, to: method, limits: limits)
        } catch {
            return .result(.failed("no HTTP: \(error.code)"))
        }
        if head.isInterim { return .interim }
        status = head.status
        guard check.statuses.contains(where: { $0.range.contains(status) }) else {
            let expected = check.statuses.map(\.description).joined(separator: ", ")
            return .result(.failed("HTTP \(status), expected \(expected)"))
        }
        for (name, part) in check.answerFields.sorted(by: { $0.key < $1.key }) where !hasField(name, part, in: text) {
            return .result(.failed("HTTP \(status), but no field \(name) with \(quoted(part))"))
        }
        for (name, pattern) in patterns.fields {
            if let result = judge(name, by: pattern, in: text) { return .result(result) }
        }
        guard !wanted.isEmpty || !unwanted.isEmpty || patterns.areOfContent else {
            return .result(.passed("HTTP \(status)"))
        }
        return .content(head.framing)
    }

    private func hasField(_ name: String, _ part: String, in text: Span<UInt8>) -> Bool {
        let needle = Array(part.utf8)
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard Self.lowercased(text, field.name) == Array(name.utf8) else { continue }
            if Self.bytes(text, field.value).contains(needle, from: 0) { return true }
        }
        return false
    }

    /// Looks whether a field matches.
    ///
    /// - Returns: `nil`: one of this name does.
    private func judge(_ name: String, by pattern: AnswerPatterns.Pattern, in text: Span<UInt8>) -> ProbeResult? {
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard Self.lowercased(text, field.name) == Array(name.utf8) else { continue }
            guard let isMatch = pattern.expression.matches(text.extracting(field.value)) else {
                return exhausted(pattern)
            }
            if isMatch { return nil }
        }
        return .failed("HTTP \(status), but no field \(name) that matches \(quoted(pattern.text))")
    }

    private func exhausted(_ pattern: AnswerPatterns.Pattern) -> ProbeResult {
        .undecided("\(quoted(pattern.text)) takes too long in its answer")
    }

    private static func bytes(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        range.map { text[$0] }
    }

    private static func lowercased(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        range.map { (0x41...0x5A).contains(text[$0]) ? text[$0] | 0x20 : text[$0] }
    }

    /// Takes content.
    ///
    /// - Returns: the result; `nil`: more is needed.
    func take(content bytes: Span<UInt8>) -> ProbeResult? {
        let room = CheckLimits.contentBytesMax - content.count
        let start = content.count
        for offset in 0..<min(room, bytes.count) { content.append(bytes[offset]) }
        if !unwanted.isEmpty, content.contains(unwanted, from: start - unwanted.count) {
            return .failed("HTTP \(status), and \(quoted(check.contentWithout ?? "")) in the content")
        }
        if unwanted.isEmpty, !patterns.areOfContent, content.contains(wanted, from: start - wanted.count) {
            return proven
        }
        return bytes.count >= room ? end() : nil
    }

    /// The content has ended, or as much has come as is looked through.
    func end() -> ProbeResult {
        guard content.contains(wanted, from: 0) else {
            return .failed("HTTP \(status), but no \(quoted(check.content ?? "")) in the content")
        }
        if let wanted = patterns.content {
            guard let isMatch = wanted.expression.matches(content.span) else { return exhausted(wanted) }
            guard isMatch else {
                return .failed("HTTP \(status), but no match of \(quoted(wanted.text)) in the content")
            }
        }
        if let unwanted = patterns.contentNot {
            guard let isMatch = unwanted.expression.matches(content.span) else { return exhausted(unwanted) }
            guard !isMatch else {
                return .failed("HTTP \(status), and a match of \(quoted(unwanted.text)) in the content")
            }
        }
        return proven
    }

    private var proven: ProbeResult { .passed("HTTP \(status) with the content that is expected") }

    private func quoted(_ text: String) -> String {
        "\"" + String(text.unicodeScalars.map { 0x20...0x7E ~= $0.value ? Character($0) : "?" }.prefix(60)) + "\""
    }
}

extension [UInt8] {
    /// Whether a run of bytes is in it.
    ///
    /// - Parameter start: where it may begin first; what is before the first byte counts as that.
    func contains(_ needle: [UInt8], from start: Int) -> Bool {
        guard !needle.isEmpty else { return true }
        var offset = Swift.max(0, start)
        while offset + needle.count <= count {
            if self[offset] == needle[0], self[offset..<(offset + needle.count)].elementsEqual(needle) { return true }
            offset += 1
        }
        return false
    }
}
