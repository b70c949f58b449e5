/// Who has asked for a reload, and waits for the receipt of one that began after that.
///
/// Belongs to the main thread.
struct ReloadDesk {
    /// Told what has become of it; called on the main thread.
    typealias Answer = @Sendable (Result<Receipt, SupervisionError>) -> Void

    /// Answers that are waited for at most. Each is a request at the control socket, whose clients are fewer.
    static let waitingMax = 256

    /// Who has asked since the last one began.
    private var next: [(asker: Receipt.Asker, answer: Answer?)] = []
    /// Who has asked for the one that goes on.
    private var current: [(asker: Receipt.Asker, answer: Answer?)] = []

    /// Whether one more has to begin.
    var isAsked: Bool { !next.isEmpty }

    /// Who has asked for the one that goes on.
    var askers: Set<Receipt.Asker> { Set(current.map(\.asker)) }

    /// Asks for a reload that begins from now on; what is asked meanwhile becomes one.
    mutating func ask(_ asker: Receipt.Asker, _ answer: Answer? = nil) {
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
    mutating func begin() {
        current = next
        next = []
    }

    /// Ends the one that goes on.
    mutating func end(with receipt: Receipt) {
        for request in current { request.answer?(.success(receipt)) }
        current = []
    }

    /// Tells everybody that there will be no more.
    mutating func close() {
        let error = SupervisionError(
            .ending, "the process ends", cure: "ask the one that is started after it")
        for request in current + next { request.answer?(.failure(error)) }
        (current, next) = ([], [])
    }
}
