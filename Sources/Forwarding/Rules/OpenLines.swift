import Bytes
import Model

/// Lines of fields that rules add to one kind of message, in which facts may be open: those that the next request of
/// the connection may have other ones of, and those that are known only when the head is gone.
///
/// How they were closed last is kept: mostly the next request wants the same. Belongs to its ``MadeLines``.
final class OpenLines {
    /// Whole lines and, behind them, those in which a ``FieldFact/rawValue`` stands for each open fact.
    private var bytes: [UInt8] = []
    private var wholeCount = 0
    /// What is open.
    private var open = FactSet()
    /// Bytes that those in which something is open have at most.
    private var bytesMax = 0
    /// All of them, closed, and with what that was.
    private var closed: [UInt8] = []
    private var isClosed = false
    private var names: MemberLines?
    private var member: Int?
    private var user: [UInt8] = []

    /// Whether there are none.
    var isEmpty: Bool { bytes.isEmpty }

    /// Makes them anew.
    ///
    /// - Parameters:
    ///   - lines: the whole ones. Others are appended; nothing of it is kept.
    ///   - template: those in which facts are open; `nil`: there are none.
    ///   - put: appends a fact, or its ``FieldFact/rawValue`` where it is open; whether it has a value.
    func make(
        _ lines: inout [UInt8], _ template: LineTemplate?, _ put: (FieldFact, inout OutputSpan<UInt8>) -> Bool
    ) {
        wholeCount = lines.count
        template?.append(to: &lines, put)
        // Lines may be left out, for want of what is known.
        open = lines.count > wholeCount ? template?.open ?? FactSet() : FactSet()
        bytesMax = template?.bytesMax ?? 0
        // No larger than they are: an idle connection keeps them.
        bytes.removeAll(keepingCapacity: true)
        bytes += lines
        isClosed = false
        names = nil
    }

    /// All of them, closed. A line is left out of which a fact has no value.
    ///
    /// - Parameters:
    ///   - ruling: knows the request's name and its user.
    ///   - names: knows what lines call a member; `nil`: nobody does.
    ///   - member: which one it is; `nil`: none.
    func lines(for ruling: Ruling, _ names: MemberLines? = nil, member: Int? = nil) -> [UInt8] {
        guard !open.isEmpty else { return bytes }
        if !isClosed(for: ruling, names, member: member) { close(for: ruling, names, member: member) }
        return closed
    }

    private func isClosed(for ruling: Ruling, _ names: MemberLines?, member: Int?) -> Bool {
        guard isClosed, !open.contains(.requestID) else { return false }
        if open.contains(.member) || open.contains(.route) {
            guard self.names === names, self.member == member else { return false }
        }
        return !open.contains(.user) || user == ruling.user
    }

    private func close(for ruling: Ruling, _ names: MemberLines?, member: Int?) {
        let (user, requestID, bytes) = (ruling.user, ruling.requestID, bytes)
        // Taken out and put back, as in ``Ruling``.
        var lines: [UInt8] = []
        swap(&lines, &closed)
        lines.removeAll(keepingCapacity: true)
        lines.append(bytes.span.extracting(0..<wholeCount))
        let marked = bytes.span.extracting(wholeCount..<bytes.count)
        lines.append(marked: marked, bytesMax: bytesMax) { fact, output in
            switch fact {
            case .user: return output.append(user.span, as: fact)
            case .requestID: return output.append(requestID.span, as: fact)
            default:
                guard let names, let member else { return false }
                return names.put(fact, of: member, to: &output)
            }
        }
        swap(&lines, &closed)
        (self.names, self.member, self.user, isClosed) = (names, member, user, true)
    }
}
