import Bytes
import HTTP

/// FastCGI on one connection: its records both ways, and the head that a script writes.
final class FastCGIWire: RecordWire {
    /// PHP-FPM ends a child that has had its `pm.max_requests` shortly behind the last answer's end: how long that
    /// takes is the machine's.
    static let restNanoseconds = 10_000_000

    private var keeps = false
    let text: CGIAnswerText
    private var reader = FastCGIReader()

    init(buffers: BufferPool) {
        text = CGIAnswerText(buffers: buffers)
    }

    static func spareParts(in stores: Stores) -> SpareRecordParts<FastCGIWire> { stores.fastCGIParts }

    let togetherBytes = 8

    func begin(_ terms: UpstreamTerms) {
        keeps = terms.reuses
        reader = FastCGIReader()
    }

    // MARK: - The request

    func begin(_ bytes: Span<UInt8>, for exchange: Exchange, to output: Buffer) -> WrittenRequest? {
        guard let rules = exchange.balancer?.gateway, let script = exchange.script(of: bytes, by: rules)
        else { return nil }
        reader = FastCGIReader()
        text.begin()
        let fields = exchange.bench.stores.gatewayFields
        let keeps = keeps
        return exchange.withGatewayEnvironment { environment in
            fields.lend { fields in
                FastCGIWriter.begin(bytes, environment, rules, script, sorting: &fields, keeps: keeps, to: output)
            }
        }
    }

    func send(_ content: Span<UInt8>, to output: Buffer) -> Int {
        FastCGIWriter.send(content, to: output)
    }

    func end(to output: Buffer) -> Bool {
        FastCGIWriter.end(to: output)
    }

    func want(_ count: Int) throws(RecordError) {
        preconditionFailure("over FastCGI nobody asks for content")
    }

    func ping(to output: Buffer) {
        preconditionFailure("FastCGI has no ping")
    }

    // MARK: - The answer

    func next(in bytes: Span<UInt8>) throws(RecordError) -> RecordEvent {
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var reader = reader
        let event = try reader.next(in: bytes)
        self.reader = reader
        return event
    }

    func finish(unread: Int) throws(RecordError) {
        let reader = reader
        try reader.finish(unread: unread)
    }

    var mayBeKept: Bool { reader.hasEnded }

    func takeHead(_ bytes: Span<UInt8>, limits: HeadLimits) throws(RecordFault) -> (consumed: Int, isWhole: Bool) {
        do throws(HeadError) {
            return try text.take(bytes, bytesMax: limits.headBytesMax)
        } catch {
            throw .head(error)
        }
    }
}
