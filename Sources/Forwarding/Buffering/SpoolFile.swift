import Reactor

/// The file of a ``Spool``: what of it is written, and what of that was read.
struct SpoolFile {
    /// `nil`: it is not made.
    var open: OpenFile?
    /// Bytes that are written.
    var end = 0
    /// Bytes that were read; more than there are, where some were read before they are written.
    var readTo = 0
    /// Whether nothing more is written to it.
    var isClosed = false
    /// Bytes that were taken of the process's room.
    private var reserved = 0

    /// Takes room for so many bytes in all.
    ///
    /// - Returns: whether there is.
    mutating func reserve(_ bytes: Int, of bytesMax: Int, in room: SpoolRoom) -> Bool {
        guard bytes > reserved else { return true }
        guard room.take(bytes - reserved, of: bytesMax) else { return false }
        reserved = bytes
        return true
    }

    /// Has it emptied by those who may wait for the disk, and gives its room back then.
    func drop(_ desk: SpoolDesk) {
        guard reserved > 0 || open != nil else { return }
        let remains = Remains(bytes: reserved, room: desk.room)
        guard let open, desk.files.submit(.empty(open), for: remains) != nil else { return remains.giveBack() }
    }

    /// A file that is no spool's any more.
    private final class Remains: FileOwner {
        private let bytes: Int
        private let room: SpoolRoom

        init(bytes: Int, room: SpoolRoom) {
            self.bytes = bytes
            self.room = room
        }

        func giveBack() {
            room.giveBack(bytes)
        }

        func onFile(_ answer: FileJob.Answer) {
            giveBack()
        }
    }
}
