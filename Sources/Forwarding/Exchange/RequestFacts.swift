import Bytes
import HTTP

/// What an exchange knows of its request from the head, and does not change. Pooled with it.
final class RequestFacts {
    var method = Method.get
    /// What the peer says of whom the request is from, where it is a trusted proxy. Its range is of use until the head
    /// is let go of.
    var approach = Approach()
    /// Whether the client is told why it got its member.
    var explains = false
    /// What the client reads best of Martlet's own answers.
    var pageKind = PageKind.text
    /// What the access log prints of the request.
    private(set) var note = RequestNote()
    /// Whether ``note`` is filled: while the log is on, or the client asks for the decision.
    private(set) var isNoted = false
    /// Whether members get another host than the client's, each its own or the one that the path declares: it is not
    /// preserved, or the client has named none (HTTP/1.0).
    var usesMembersHost = false
    var wantsTunnel = false
    /// Whether it is a gRPC call to members of HTTP/2: both sides may be silent for as long as a tunnel's.
    var isCall = false
    /// Milliseconds of the clock at which the client gives the call up.
    var callEndMillis: Int?
    /// Bytes of content that it may have; `Int.max` where there is no limit.
    var contentBytesMax = Int.max
    /// Whether answers of the edge are compressed at all, and what this request says to that.
    var compresses = false
    var wishes = CodingWishes()
    /// What members of FastCGI and AJP are told of the request line; kept where the balancer has some.
    let line = OriginalLine()

    /// Whom the request is from, where the peer is a trusted proxy; 0: the peer.
    var origin: UInt128 { approach.address }
    /// The script that it calls, at a balancer with members of FastCGI; `nil`: none was looked for.
    var script: CGIScript? {
        get { line.script }
        set { line.script = newValue }
    }

    /// The version of HTTP that the client speaks.
    var version: HTTPVersion { line.version }

    /// The target that it has asked for, in origin form; empty where the member gets the same.
    var originalTarget: [UInt8] { line.target }

    /// Keeps the request line's version, and its target where the member gets another one.
    func keepLine(of head: borrowing RequestHead, source: Span<UInt8>, isMapped: Bool) {
        line.keep(head, source: source, isMapped: isMapped)
    }

    /// Keeps what the access log prints.
    func takeNote(of head: borrowing RequestHead, source: Span<UInt8>) {
        isNoted = true
        // Taken out, as a call within an access to it would be checked at run time.
        var note = exchange(&note, with: RequestNote())
        note.fill(head, source: source)
        self.note = note
    }

    /// Keeps the route that the request asked for.
    func takeNote(ofRoute route: Span<UInt8>) {
        note.setRoute(route)
    }

    func reset() {
        method = .get
        approach = Approach()
        explains = false
        pageKind = .text
        if isNoted {
            isNoted = false
            var note = exchange(&note, with: RequestNote())
            note.removeAll()
            self.note = note
        }
        usesMembersHost = false
        wantsTunnel = false
        isCall = false
        callEndMillis = nil
        contentBytesMax = .max
        compresses = false
        wishes = CodingWishes()
        if line.isKept { line.removeAll() }
    }

    /// A request line as the client wrote it, and the script that is called by it.
    final class OriginalLine {
        /// Whether there is one.
        private(set) var isKept = false
        private(set) var version = HTTPVersion.http11
        private(set) var target: [UInt8] = []
        var script: CGIScript?

        func keep(_ head: borrowing RequestHead, source: Span<UInt8>, isMapped: Bool) {
            isKept = true
            version = head.isHTTP2 ? .http2 : head.minorVersion == 0 ? .http10 : .http11
            let path = head.pathRange
            guard isMapped, !path.isEmpty || head.method != .options else { return }
            // Taken out and put back: an access that spans a call would be checked for exclusivity at run time.
            var kept: [UInt8] = []
            swap(&kept, &target)
            if path.isEmpty { kept.append(UInt8(ascii: "/")) }
            let range = path.lowerBound..<(head.queryRange?.upperBound ?? path.upperBound)
            kept.append(addingCapacity: range.count) { (output: inout OutputSpan<UInt8>) in
                _ = output.append(copying: source.extracting(range))
            }
            swap(&kept, &target)
        }

        func removeAll() {
            isKept = false
            script = nil
            var kept: [UInt8] = []
            swap(&kept, &target)
            if !kept.isEmpty { kept.removeAll(keepingCapacity: true) }
            swap(&kept, &target)
        }
    }
}
