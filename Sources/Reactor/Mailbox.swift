import Synchronization

/// Messages from any thread to the owner of one event loop, in the order in which they were posted.
///
/// Never refuses one, so each kind of message has a bound of its own at those who post it.
public final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    private let waker: Waker

    /// Makes an empty mailbox that wakes a loop.
    public init(waker: Waker) {
        self.waker = waker
    }

    /// Leaves a message and wakes the loop.
    public func post(_ message: Message) {
        let isFirst = messages.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        if isFirst { waker.wake() }
    }

    /// Takes all messages that there are; called on the loop's thread when it was woken.
    public func takeAll() -> [Message] {
        messages.withLock { messages in
            let taken = messages
            messages = []
            return taken
        }
    }
}
