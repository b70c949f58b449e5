/// Who has asked for a reload, and waits for the receipt of one that began after that.
///
/// Belongs to the main thread.
package struct ReloadDesk {
    /// Told what has become of it; called on the main thread.
    package typealias Answer = @Sendable (Result<Receipt, SupervisionError>) -> Void

    /// Answers that are waited for at most. Each is a request at the control socket, whose clients are fewer.
    package static let waitingMax = 256

    /// Who has asked since the last one began.
    private var next: [(asker: Receipt.Asker, answer: Answer?)] = []
    /// Who has asked for the one that goes on.
    private var current: [(asker: Receipt.Asker, answer: Answer?)] = []
    /// Who has asked for a site to be closed or opened, for which nothing is read.
    package var maintenance = MaintenanceDesk()
    /// Whether there will be no more, as the process ends.
    package private(set) var isClosed = false

    /// Told of each, where a service manager has started the process.
    private let service: ServiceReport?

    /// Nobody has asked yet.
    package init(_ service: ServiceReport? = nil) {
        self.service = service
    }

    /// Whether one more has to begin.
    package var isAsked: Bool { !next.isEmpty }

    /// Who has asked for the one that goes on.
    package var askers: Set<Receipt.Asker> { Set(current.map(\.asker)) }

    /// Asks for a reload that begins from now on; what is asked meanwhile becomes one.
    package mutating func ask(_ asker: Receipt.Asker, _ answer: Answer? = nil) {
        guard !isClosed else {
            answer?(.failure(.processEnds))
            return
        }
        guard answer != nil || !next.contains(where: { $0.asker == asker }) else { return }
        guard next.count < Self.waitingMax else {
            answer?(
                .failure(
                    SupervisionError(
                        .exhausted, "\(Self.waitingMax) reloads are waited for already", cure: "wait for one of them")))
            return
        }
        next.append((asker, answer))
    }

    /// Begins a reload, for everybody who has asked by now.
    package mutating func begin() {
        current = next
        next = []
        service?.reloading()
    }

    /// Ends the one that goes on.
    package mutating func end(with receipt: Receipt) {
        // Before anybody who waits goes on: `systemctl reload` is one of them.
        service?.ready(receipt.status)
        for request in current { request.answer?(.success(receipt)) }
        current = []
    }

    /// Tells everybody that there will be no more.
    package mutating func close() {
        isClosed = true
        for request in current + next { request.answer?(.failure(.processEnds)) }
        (current, next) = ([], [])
        maintenance.close()
    }
}
