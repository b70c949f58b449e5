import Bytes
import HTTP
import Model

/// AJP/1.3 on one connection: its packets both ways.
final class AJPWire: RecordWire {
    static let restNanoseconds = 0

    private var secret: [UInt8] = []
    private var packetBytes = HTTP.Limits.ajpPacketBytes.lowerBound
    let text: AJPAnswerText
    private var reader: AJPReader
    private var upload: AJPUpload

    init(buffers: BufferPool) {
        text = AJPAnswerText(buffers: buffers)
        reader = AJPReader(packetBytes: packetBytes)
        upload = AJPUpload(.none, packetBytes: packetBytes)
    }

    static func spareParts(in stores: Stores) -> SpareRecordParts<AJPWire> { stores.ajpParts }

    var togetherBytes: Int { packetBytes }

    func begin(_ terms: UpstreamTerms) {
        secret = terms.secret?.bytes ?? []
        packetBytes = terms.packetBytes
        reader = AJPReader(packetBytes: packetBytes)
        upload = AJPUpload(.none, packetBytes: packetBytes)
    }

    // MARK: - The request

    func begin(_ bytes: Span<UInt8>, for exchange: Exchange, to output: Buffer) -> WrittenRequest? {
        let request = WrittenRequest(bytes)
        reader.begin()
        upload = AJPUpload(request.framing, packetBytes: packetBytes)
        let (secret, packetBytes) = (secret, packetBytes)
        let fits = exchange.withGatewayEnvironment { environment in
            AJPWriter.forward(request, of: bytes, environment, secret: secret, packetBytes: packetBytes, to: output)
        }
        return fits ? request : nil
    }

    // All are copied out and in: an access that spans the call would be checked for exclusivity at run time.

    func send(_ content: Span<UInt8>, to output: Buffer) -> Int {
        var upload = upload
        let taken = upload.send(content, to: output)
        self.upload = upload
        return taken
    }

    func end(to output: Buffer) -> Bool {
        var upload = upload
        upload.end(to: output)
        self.upload = upload
        return !upload.isOwed
    }

    func want(_ count: Int) throws(RecordError) {
        var upload = upload
        try upload.want(count)
        self.upload = upload
    }

    func ping(to output: Buffer) {
        reader.beginPing()
        _ = AJPWriter.ping(to: output)
    }

    // MARK: - The answer

    func next(in bytes: Span<UInt8>) throws(RecordError) -> RecordEvent {
        var reader = reader
        let event = try reader.next(in: bytes)
        self.reader = reader
        return event
    }

    func finish(unread: Int) throws(RecordError) {
        let reader = reader
        try reader.finish()
    }

    var mayBeKept: Bool { reader.mayBeKept && !upload.isOwed }

    func takeHead(_ bytes: Span<UInt8>, limits: HeadLimits) throws(RecordFault) -> (consumed: Int, isWhole: Bool) {
        do throws(RecordError) {
            try text.take(bytes, fieldCountMax: limits.fieldCountMax)
            return (bytes.count, true)
        } catch {
            throw .record(error)
        }
    }
}
