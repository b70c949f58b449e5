import Balancing
import HTTP

extension Exchange {
    /// Says what is replaced in an answer's head so that the session finds back to its member: what Martlet writes into
    /// cookies and locations on their way to the client.
    ///
    /// - Returns: field lines to add, each with its CR LF; `nil` when a route cannot be hidden.
    func writeAffinity(_ head: borrowing ResponseHead, source: Span<UInt8>) -> [UInt8]? {
        guard let balancer, let written = balancer.written, let index = record.memberIndex else { return [] }
        let preferences = course.preferences
        let member = AnsweringMember(
            index: index, ties: balancer.ties[index], isHome: preferences.count > 0 && preferences[0] == index,
            isSecure: isPublicSecure)
        var action = record.affinity
        let lines = written.write(head, source, from: member, tie, bench.stores.edits, &action)
        record.affinity = action
        return lines
    }
}
