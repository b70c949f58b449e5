import Dispatch
import NIOCore
import Synchronization

/// The connections to a room, so that they can be asked to leave: Hummingbird ends one that is asked to be quiet at
/// once, or with the answer that is under way. Any thread may use it.
final class RoomGuests: Sendable {
    private struct Book {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Those that have asked for something.
        var known: Set<ObjectIdentifier> = []
        var isClosed = false
    }

    private let book = Mutex(Book())
    /// Entered by each, and left.
    private let group = DispatchGroup()

    /// Counts a connection until it is closed.
    func add(_ channel: any Channel) {
        let identifier = ObjectIdentifier(channel)
        group.enter()
        book.withLock { $0.channels[identifier] = channel }
        channel.closeFuture.whenComplete { [self] _ in
            book.withLock { book in
                book.channels[identifier] = nil
                book.known.remove(identifier)
            }
            group.leave()
        }
    }

    /// Hears that one asks for something; it leaves with the answer once they were asked to.
    func noteRequest(of channel: any Channel) {
        let isClosed = book.withLock { book in
            let identifier = ObjectIdentifier(channel)
            // One that has gone already leaves nothing behind.
            if book.channels[identifier] != nil { book.known.insert(identifier) }
            return book.isClosed
        }
        if isClosed { Self.dismiss(channel) }
    }

    /// Asks them to leave.
    ///
    /// - Parameter all: whether those too that have not asked for anything yet, whose question may be on its way.
    func dismiss(all: Bool) {
        let channels = book.withLock { book in
            book.isClosed = true
            return book.channels.filter { all || book.known.contains($0.key) }.map(\.value)
        }
        for channel in channels { Self.dismiss(channel) }
    }

    /// Waits until all have left, for so many seconds at most.
    func wait(seconds: Int) {
        _ = group.wait(timeout: .now() + .seconds(seconds))
    }

    private static func dismiss(_ channel: any Channel) {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
