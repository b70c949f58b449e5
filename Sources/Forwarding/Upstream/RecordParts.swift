import HTTP

/// What a ``RecordConnection`` works with, but for its socket. When the connection is gone the next one takes it over,
/// so that one which lasts for a single request makes little anew.
final class RecordParts<Wire: RecordWire> {
    let slot = PoolSlot(addressIndex: 0)
    let intake: Intake
    let wire: Wire
    let outgoing = OutgoingRecords()
    let answer = RecordAnswer()
    /// The next ones that are spare.
    fileprivate var next: RecordParts?

    fileprivate init(stores: Stores) {
        intake = Intake(bytesMax: TurnLimits.memberBytesMax, buffers: stores.buffers)
        wire = Wire(buffers: stores.buffers)
    }

    /// Is as it was before the first connection.
    fileprivate func reset(in stores: Stores) {
        slot.reset()
        intake.reset()
        wire.giveBackHead()
        outgoing.reset(in: stores)
        answer.reset()
    }
}

/// What connections that are gone have left, for the next ones of the same protocol. Belongs to one worker's thread.
final class SpareRecordParts<Wire: RecordWire> {
    /// Each leads to the next. No array: every access to it would be checked for exclusivity at run time.
    private var first: RecordParts<Wire>?
    /// How many there are.
    private(set) var count = 0

    deinit {
        // One by one: letting the first go would let each go in the one before.
        while let parts = first { first = parts.next.take() }
    }

    /// What a connection needs.
    ///
    /// - Parameters:
    ///   - addressIndex: which of the member's addresses it leads to.
    ///   - terms: the member's.
    func take(leadingTo addressIndex: Int, _ terms: UpstreamTerms, in stores: Stores) -> RecordParts<Wire> {
        let parts: RecordParts<Wire>
        if let spare = first.take() {
            first = spare.next.take()
            count -= 1
            parts = spare
        } else {
            parts = RecordParts(stores: stores)
        }
        parts.slot.lead(to: addressIndex)
        parts.wire.begin(terms)
        return parts
    }

    /// Takes back what belonged to a connection of which nothing else is left.
    func giveBack(_ parts: RecordParts<Wire>, in stores: Stores) {
        parts.reset(in: stores)
        guard count < WorkerLimits.spareRecordPartsMax else { return }
        // Taking it out would look for its kind at run time.
        parts.next = first
        first = parts
        count += 1
    }
}
