import Bytes

/// Writes one request, whose number is 1, to a FastCGI member.
///
/// ```
/// BEGIN_REQUEST, PARAMS, PARAMS without content, STDIN …, STDIN without content
/// ```
///
/// Content may follow at any time. All parameters are in one record, as PHP-FPM reads each record by itself.
public enum FastCGIWriter {
    /// Writes what a request begins with: that it does, and all that its program is told.
    ///
    /// - Parameters:
    ///   - bytes: the head, and what follows it.
    ///   - environment: what is told beside it.
    ///   - rules: the balancer's.
    ///   - script: what the rules have found for its path.
    ///   - fields: where its fields are put in order.
    ///   - keeps: whether the member is asked to keep the connection.
    ///   - output: a slab; what it holds is left as it is.
    /// - Returns: where the parts of the head lie; `nil`: not all fitted, and nothing is written.
    public static func begin(
        _ bytes: Span<UInt8>, _ environment: borrowing GatewayEnvironment, _ rules: GatewayRules,
        _ script: CGIScript, sorting fields: inout GatewayFields, keeps: Bool, to output: Buffer
    ) -> WrittenRequest? {
        guard let request = fields.read(bytes, passesAuthorization: rules.passesAuthorization) else { return nil }
        let start = output.count
        put(FastCGIRecord.header(FastCGIRecord.beginRequest, content: FastCGIRecord.bodyBytes), to: output)
        put([0, FastCGIRecord.responder, keeps ? FastCGIRecord.keepConnection : 0, 0, 0, 0, 0, 0], to: output)
        let header = output.count
        put(FastCGIRecord.header(FastCGIRecord.params, content: 0), to: output)
        let params = GatewayParams(request, of: bytes, rules, script)
        let fits = output.append { params.write(environment, fields, to: &$0) }
        let count = output.count - header - FastCGIRecord.headerBytes
        let padding = -count & 7
        let end = padding + FastCGIRecord.headerBytes
        guard fits, count > 0, count <= Limits.recordContentBytesMax, output.room >= end else {
            output.removeLast(output.count - start)
            return nil
        }
        output.overwrite(
            at: header, with: FastCGIRecord.header(FastCGIRecord.params, content: count, padding: padding).span)
        pad(padding, output)
        put(FastCGIRecord.header(FastCGIRecord.params, content: 0), to: output)
        return request
    }

    /// Writes content as one record, as much of it as there is room for.
    ///
    /// Room is left for ``end(to:)``.
    ///
    /// - Returns: how many bytes were taken; 0 where there is no room.
    public static func send(_ content: Span<UInt8>, to output: Buffer) -> Int {
        let room = (output.room - 2 * FastCGIRecord.headerBytes) & ~7
        let count = min(content.count, Limits.recordContentBytesMax, room)
        guard count > 0 else { return 0 }
        let padding = -count & 7
        put(FastCGIRecord.header(FastCGIRecord.stdin, content: count, padding: padding), to: output)
        _ = output.append(content.extracting(0..<count))
        pad(padding, output)
        return count
    }

    /// Ends the content.
    ///
    /// - Returns: whether there was room for it, 8 bytes.
    public static func end(to output: Buffer) -> Bool {
        guard output.room >= FastCGIRecord.headerBytes else { return false }
        put(FastCGIRecord.header(FastCGIRecord.stdin, content: 0), to: output)
        return true
    }

    private static func put(_ bytes: InlineArray<8, UInt8>, to output: Buffer) {
        _ = output.append(bytes.span)
    }

    /// Fills a record up, so that the next one lies at a multiple of 8.
    private static func pad(_ count: Int, _ output: Buffer) {
        let zeros = InlineArray<8, UInt8>(repeating: 0)
        _ = output.append(zeros.span.extracting(0..<count))
    }
}
