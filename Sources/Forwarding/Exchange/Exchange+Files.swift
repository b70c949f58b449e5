import HTTP
import Model
import Reactor

/// Answers from files, which go the way of each member's answer from the head on.
extension Exchange {
    /// Answers with a file, where the path has files.
    ///
    /// - Parameters:
    ///   - place: where the request leads.
    ///   - balancer: who answers for what is no file; `nil`: nobody.
    /// - Returns: whether it is answered, or will be; else the balancer is to answer.
    func serveFile(
        _ head: borrowing RequestHead, source: Span<UInt8>, at place: Place?, balancer: Balancer?
    ) -> Bool {
        guard let place, place.traits.contains(.own), case .files(let files) = place.own else { return false }
        let isReading = head.method == .get || head.method == .head
        // Files take no content, and what changes something is an application's.
        if balancer != nil, !isReading || head.hasContent || head.asksForWebSocket { return false }
        weigh(head, source: source, edge: bench.edge)
        outbound.isEnded = !head.hasContent
        let answer = body.fileAnswer(of: bench)
        guard !isHeld else {
            answer.hold(self, head, source: source, balancer: balancer)
            return true
        }
        guard isReading else {
            answer.answer(head.method, of: self)
            return true
        }
        return answer.begin(self, head, source: source, files, balancer: balancer)
    }

    /// The same as of a request that goes to a balancer from the first, up to the head for the member, and its script.
    ///
    /// - Parameter balancer: who was to answer when the request came; where there is another one of that name by now,
    ///   it answers.
    /// - Returns: whether it may go on; if not, it was answered.
    func prepare(_ head: borrowing RequestHead, source: Span<UInt8>, for balancer: Balancer) -> Bool {
        guard let peer else { return false }
        let edge = bench.edge
        let own = edge.successor(of: balancer)
        let other = edge.has(own) ? standIn(for: own, head, source: source, peer: peer, edge: edge) : nil
        return prepare(head, source: source, for: other ?? own, peer: peer, edge: edge)
    }

    /// Gives a request to its balancer that was kept until it was known to be for no file.
    func giveToBalancer() {
        attempt()
        sendOn()
    }

    /// Notes that the answer's head was a file's.
    func noteFile() {
        // Nobody else has answered.
        record.answered = 0
        record.outcome = .answered
        ruling.key = "files"
    }

    /// Sends some of a file from where it lies.
    func sendFile(_ file: OpenFile, _ range: Range<Int>) -> FileSending {
        guard let client, !body.isEncoded else { return .unable }
        let sending = client.sendFile(file, range)
        if case .sent(let count) = sending {
            record.receivedBytes += count
            record.contentBytes += count
        }
        return sending
    }

    /// All of the content was handed on.
    func onSourceEnd() {
        body.closeSource()
        step = .ended
        finishAnswer()
    }
}

extension Edge {
    /// The balancer that is served in the place of one that was.
    fileprivate func successor(of balancer: Balancer) -> Balancer {
        guard !has(balancer) else { return balancer }
        return balancers.first { $0.configuration.name == balancer.configuration.name } ?? balancer
    }
}
