import Bytes
import HTTP
import Model
import Reactor

/// Writes the access log's line for an ended exchange.
struct AccessLogLine: ~Copyable {
    let record: ExchangeRecord
    let note: RequestNote
    let peer: ClientPeer
    /// Whom the request is from, where the peer is a trusted proxy; 0: the peer.
    let origin: UInt128
    /// To whom the request was given and why.
    let decision: Decision
    /// Nanoseconds of the monotonic clock when the exchange ended.
    let ended: Int
    /// Nanoseconds since 1970 then.
    let wall: Int

    /// Writes the line with its line feed; there is room for it.
    borrowing func write(_ format: AccessLogConfiguration.Format, to output: inout OutputSpan<UInt8>) {
        switch format {
        case .json: writeJSON(&output)
        case .combined: writeCombined(&output)
        }
    }

    /// A JSON object with fixed keys; what is not known is an empty string or 0.
    private borrowing func writeJSON(_ output: inout OutputSpan<UInt8>) {
        output.put("{\"time\":\"")
        LogTime(wall).writeISO8601(&output)
        output.put("\",\"client\":\"")
        putClient(&output)
        output.put("\",\"peer\":\"")
        if origin != 0 { output.put(escaping: peer.host) }
        putPart(.method, "\",\"method\":\"", &output)
        putPart(.host, "\",\"host\":\"", &output)
        putPart(.target, "\",\"target\":\"", &output)
        output.put("\",\"protocol\":\"")
        output.put(note.isEmpty ? "" : note.version)
        output.put("\",\"status\":")
        output.put(decimal: record.status)
        output.put(",\"answered_by\":\"")
        output.put(record.answeredBy)
        output.put("\",\"reason\":\"")
        output.put(record.outcome.code)
        output.put("\",\"limit\":")
        output.put(decimal: record.limit)
        output.put(",")
        decision.writeJSON(&output)
        output.put(",\"affinity\":\"")
        output.put(record.affinity)
        output.put("\",\"attempts\":")
        output.put(decimal: record.attempts)
        output.put(",\"replays\":")
        output.put(decimal: record.replays)
        output.put(",\"waited_us\":")
        output.put(decimal: record.waited / 1000)
        output.put(",\"request_bytes\":")
        output.put(decimal: record.requestBytes)
        output.put(",\"answer_bytes\":")
        output.put(decimal: record.receivedBytes)
        output.put(",\"sent_bytes\":")
        output.put(decimal: record.contentBytes)
        output.put(",\"coding\":\"")
        output.put(record.coding.code)
        output.put("\",\"first_byte_us\":")
        output.put(decimal: record.answered == 0 ? 0 : (record.answered - record.began) / 1000)
        output.put(",\"total_us\":")
        output.put(decimal: (ended - record.began) / 1000)
        output.put(",\"tls\":\"")
        output.put(peer.tlsVersion)
        output.put("\",\"cipher\":\"")
        output.put(escaping: peer.tlsCipher)
        putPart(.userAgent, "\",\"user_agent\":\"", &output)
        putPart(.referer, "\",\"referer\":\"", &output)
        output.put("\"}\n")
    }

    /// Apache's combined format, with member, route and times behind it as `key=value`; what a client may have written
    /// is quoted, so that it cannot look like a key.
    private borrowing func writeCombined(_ output: inout OutputSpan<UInt8>) {
        putClient(&output)
        output.put(" - - [")
        LogTime(wall).writeCommon(&output)
        output.put("] \"")
        if note.isEmpty {
            output.put("-")
        } else {
            putPart(.method, "", &output)
            putPart(.target, " ", &output)
            output.put(" ")
            output.put(note.version)
        }
        output.put("\" ")
        output.put(decimal: record.status)
        output.put(" ")
        output.put(decimal: record.contentBytes)
        putOptional(.referer, &output)
        putOptional(.userAgent, &output)
        putPart(.host, " host=\"", &output)
        output.put("\" peer=")
        if origin != 0 { output.put(escaping: peer.host) }
        output.put(" answered_by=")
        output.put(record.answeredBy)
        output.put(" ")
        decision.writePairs(&output)
        output.put(" affinity=")
        output.put(record.affinity)
        output.put(" attempts=")
        output.put(decimal: record.attempts)
        output.put(" waited_us=")
        output.put(decimal: record.waited / 1000)
        output.put(" reason=")
        output.put(record.outcome.code)
        output.put(" limit=")
        output.put(decimal: record.limit)
        output.put(" answer_bytes=")
        output.put(decimal: record.receivedBytes)
        output.put(" coding=")
        output.put(record.coding.code)
        output.put(" first_byte_us=")
        output.put(decimal: record.answered == 0 ? 0 : (record.answered - record.began) / 1000)
        output.put(" total_us=")
        output.put(decimal: (ended - record.began) / 1000)
        output.put(" tls=")
        output.put(peer.tlsVersion)
        output.put(" cipher=")
        output.put(escaping: peer.tlsCipher)
        output.put("\n")
    }

    private borrowing func putClient(_ output: inout OutputSpan<UInt8>) {
        guard origin != 0 else { return output.put(escaping: peer.host) }
        SocketAddress.withHost(ofMappedBits: origin) { host in
            for offset in host.indices { output.append(host[offset]) }
        }
    }

    /// Writes a quoted part; `-` where there is none.
    private borrowing func putOptional(_ part: RequestNote.Part, _ output: inout OutputSpan<UInt8>) {
        putPart(part, " \"", &output)
        output.put(note.bytes(of: part).isEmpty ? "-\"" : "\"")
    }

    private borrowing func putPart(
        _ part: RequestNote.Part, _ before: StaticString, _ output: inout OutputSpan<UInt8>
    ) {
        output.put(before)
        output.put(escaping: note.bytes(of: part))
    }
}
