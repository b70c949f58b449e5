import Bytes
import Reactor

/// What opening paths came to in this turn of the worker's loop: requests for one file that are taken up in one turn
/// open it once, and the next turn opens it anew. So nobody gets what was replaced before his turn began.
///
/// A table in which each path has one place; of two paths that share one, the later is remembered. Belongs to one
/// worker's thread.
final class TurnOpenings {
    private let places: [Place]
    /// Those that are taken, each leading to the next.
    private var taken: Place?

    /// One path, and what it came to. Its memory is kept.
    private final class Place {
        /// Beneath what it was opened; `nil`: nothing is here.
        private var root: FileRoot?
        private var path: [UInt8] = []
        private var file: OpenFile?
        /// Why it is no file; `nil` beside no file: it is a folder.
        private var refusal: FileRoot.Refusal?
        var next: Place?

        var isFree: Bool { root == nil }

        func isOf(_ path: Span<UInt8>, beneath root: FileRoot) -> Bool {
            guard self.root === root else { return false }
            let kept = self.path
            return kept.span.equals(path)
        }

        var opening: FileRoot.Opening {
            if let file { return .file(file) }
            return refusal.map { .refused($0) } ?? .folder
        }

        func keep(_ opening: FileRoot.Opening, of path: Span<UInt8>, beneath root: FileRoot) {
            self.root = root
            // Taken out and put back: an access that spans a call would be checked for exclusivity at run time.
            var kept: [UInt8] = []
            swap(&kept, &self.path)
            kept.removeAll(keepingCapacity: true)
            kept.append(addingCapacity: path.count) { (output: inout OutputSpan<UInt8>) in
                _ = output.append(copying: path)
            }
            swap(&kept, &self.path)
            if case .file(let file) = opening { self.file = file }
            if case .refused(let refusal) = opening { self.refusal = refusal }
        }

        /// Forgets what is here.
        ///
        /// - Returns: the file, if it was one.
        func takeFile() -> OpenFile? {
            root = nil
            refusal = nil
            return file.take()
        }
    }

    /// An empty table.
    init() {
        places = (0..<FileLimits.openingsMax).map { _ in Place() }
    }

    /// Whether nothing is remembered.
    var isEmpty: Bool { taken == nil }

    /// What a path came to earlier in this turn; `nil`: nobody knows.
    func find(_ path: Span<UInt8>, beneath root: FileRoot) -> FileRoot.Opening? {
        let place = place(of: path)
        return place.isOf(path, beneath: root) ? place.opening : nil
    }

    /// Remembers what a path came to.
    ///
    /// - Returns: the file that had its place, if there was one.
    func keep(_ opening: FileRoot.Opening, of path: Span<UInt8>, beneath root: FileRoot) -> OpenFile? {
        switch opening {
        case .file, .folder: break
        // What fails may go the next time.
        case .refused(.failed), .wouldWait: return nil
        case .refused: break
        }
        guard path.count <= FileLimits.openingPathBytesMax else { return nil }
        let place = place(of: path)
        if place.isFree {
            place.next = taken.take()
            taken = place
        }
        let former = place.takeFile()
        place.keep(opening, of: path, beneath: root)
        return former
    }

    /// Forgets a path.
    ///
    /// - Parameter file: gets its file, if it was one.
    /// - Returns: whether there was one to forget.
    func forgetOne(_ file: inout OpenFile?) -> Bool {
        guard let place = taken.take() else { return false }
        taken = place.next.take()
        file = place.takeFile()
        return true
    }

    /// The place of a path: its bytes mixed, of which only the spread matters.
    private func place(of path: Span<UInt8>) -> Place {
        var mixed = UInt64(path.count)
        var offset = 0
        while offset < path.count {
            let count = min(8, path.count - offset)
            mixed = (mixed ^ path.word(at: offset, count: count)) &* 0x9E37_79B9_7F4A_7C15
            mixed ^= mixed &>> 32
            offset += 8
        }
        return places[Int(mixed & UInt64(FileLimits.openingsMax - 1))]
    }
}
