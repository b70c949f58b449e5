import Logging
import Reactor
import Synchronization

/// What the prober's thread is told.
enum ProberMessage: Sendable {
    /// These members are asked from here on, and no others.
    case serve([ProbePlan])
    /// The process ends.
    case end
}

/// Asks members, beside requests, how they are: on one thread of its own, whatever workers do. There is none while no
/// member is to be asked.
package final class Prober: Sendable {
    private let events: EventLog
    private let seat = Mutex<Seat?>(nil)

    private final class Seat: Sendable {
        let mailbox: Mailbox<ProberMessage>
        private let thread: Mutex<OperatingSystemThread?>

        init(_ events: EventLog) throws(SystemError) {
            let loop = try EventLoop()
            let mailbox = Mailbox<ProberMessage>(waker: loop.waker)
            self.mailbox = mailbox
            let handover = Handover(loop)
            thread = Mutex(
                try OperatingSystemThread(name: "checks") {
                    guard let loop = handover.take() else { return }
                    let room = ProbingRoom(loop: loop, mailbox: mailbox, events: events)
                    loop.run(room)
                })
        }

        func join() {
            thread.withLock { $0.take()?.join() }
        }
    }

    /// Asks nobody yet.
    package init(events: EventLog) {
        self.events = events
    }

    /// Asks these members from here on. Any thread may call it.
    package func serve(_ plans: [ProbePlan]) {
        seat.withLock { seat in
            if seat == nil, !plans.isEmpty {
                do throws(SystemError) {
                    seat = try Seat(events)
                } catch {
                    // The next reload tries again.
                    events.write(.error, "members are not checked: no thread for it: \(error)")
                }
            }
            seat?.mailbox.post(.serve(plans))
        }
    }

    /// Asks nobody any more, and waits for the thread to end.
    package func finish() {
        guard let seat = seat.withLock({ $0.take() }) else { return }
        seat.mailbox.post(.end)
        seat.join()
    }
}
