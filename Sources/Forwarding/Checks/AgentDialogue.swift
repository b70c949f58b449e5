import Balancing
import Bytes
import Model

/// What is said to a program beside a member, and the line that it says back; what that means is ``AgentReply``'s.
package final class AgentDialogue: ProbeDialogue {
    private let greeting: String
    private var received: [UInt8] = []

    /// Begins a conversation.
    package init(_ agent: AgentConfiguration) {
        greeting = agent.greeting ?? ""
    }

    /// What has been said.
    package var reply: AgentReply {
        let bytes = received
        return AgentReply(bytes.span)
    }

    /// Puts what it is to be sent.
    package func begin(to output: Buffer) {
        output.put(greeting)
    }

    /// Takes what has come.
    package func receive(_ bytes: Span<UInt8>, to output: Buffer) -> ProbeResult? {
        for offset in bytes.indices {
            if AgentReply.endsLine(bytes[offset]) { return .passed("a reply") }
            guard received.count < AgentReply.bytesMax else { return .failed("a line without end") }
            received.append(bytes[offset])
        }
        return nil
    }

    /// The agent has ended the connection before its line: what is cut might say something else, as `maxconn:1` of
    /// `maxconn:10`, and says nothing, as in HAProxy.
    package func end() -> ProbeResult {
        .failed(received.isEmpty ? "closed without a word" : "closed within a line, which has no line feed")
    }
}
