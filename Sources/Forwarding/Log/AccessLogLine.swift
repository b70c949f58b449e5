import Bytes
import HTTP
import Model
import Reactor

/// Writes the access log's line for an ended exchange.
struct AccessLogLine: ~Copyable {
    let record: ExchangeRecord
    let note: RequestNote
    /// Where the request led, and which rule has decided; `nil`: it was not understood.
    let ruling: Ruling?
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
        case .json: put(LogForm.json, &output)
        case .combined:
            putCommon(&output)
            put(LogForm.pairs, &output)
        }
    }

    private borrowing func put(_ form: LogForm, _ output: inout OutputSpan<UInt8>) {
        for index in form.fields.indices {
            form.put(before: index, to: &output)
            put(form.fields[index], &output)
        }
        form.put(before: form.fields.count, to: &output)
    }

    /// What Apache's combined format has, with `-` for what is missing.
    private borrowing func putCommon(_ output: inout OutputSpan<UInt8>) {
        put(.client, &output)
        output.put(" - ")
        if let user = ruling?.user, !user.isEmpty { output.put(escapingWord: user) } else { output.put("-") }
        output.put(" [")
        LogTime(wall).writeCommon(&output)
        output.put("] \"")
        if note.isEmpty {
            output.put("-")
        } else {
            put(.method, &output)
            output.put(" ")
            put(.target, &output)
            output.put(" ")
            put(.version, &output)
        }
        output.put("\" ")
        put(.status, &output)
        output.put(" ")
        put(.sentBytes, &output)
        putOptional(.referer, &output)
        putOptional(.userAgent, &output)
    }

    /// Writes a field's value; what is not known is empty or 0.
    private borrowing func put(_ field: LogField, _ output: inout OutputSpan<UInt8>) {
        switch field {
        case .time: LogTime(wall).writeISO8601(&output)
        case .client: putClient(&output)
        case .peer: if origin != 0 { output.put(escaping: peer.host) }
        case .method: output.put(escaping: note.bytes(of: .method))
        case .host: output.put(escaping: note.bytes(of: .host))
        case .target: output.put(escaping: note.bytes(of: .target))
        case .version: output.put(note.isEmpty ? "" : note.version)
        case .status: output.put(decimal: record.status)
        case .answeredBy: output.put(record.answeredBy)
        case .reason: output.put(record.outcome.code)
        case .limit: output.put(decimal: record.limit)
        case .rule: putRule(&output)
        case .balancer, .member, .routeSource, .routeAsked, .routeChanged, .routeReason: decision.put(field, &output)
        case .affinity: output.put(record.affinity.name)
        case .attempts: output.put(decimal: record.attempts)
        case .replays: output.put(decimal: record.replays)
        case .waited: output.put(decimal: record.waited / 1000)
        case .requestBytes: output.put(decimal: record.requestBytes)
        case .answerBytes: output.put(decimal: record.receivedBytes)
        case .sentBytes: output.put(decimal: record.contentBytes)
        case .coding: output.put(record.coding.code)
        case .firstByte: output.put(decimal: record.answered == 0 ? 0 : (record.answered - record.began) / 1000)
        case .total: output.put(decimal: (ended - record.began) / 1000)
        case .tls: output.put(peer.tlsVersion)
        case .cipher: output.put(escaping: peer.tlsCipher)
        case .userAgent: output.put(escaping: note.bytes(of: .userAgent))
        case .referer: output.put(escaping: note.bytes(of: .referer))
        case .user: if let ruling { output.put(escaping: ruling.user) }
        case .requestID: if let ruling { output.put(escaping: ruling.requestID) }
        case .buffered: output.put(record.buffered.name)
        }
    }

    private borrowing func putClient(_ output: inout OutputSpan<UInt8>) {
        guard origin != 0 else { return output.put(escaping: peer.host) }
        SocketAddress.withHost(ofMappedBits: origin) { host in
            for offset in host.indices { output.append(host[offset]) }
        }
    }

    private borrowing func putRule(_ output: inout OutputSpan<UInt8>) {
        guard let ruling, ruling.key.utf8CodeUnitCount > 0 else { return }
        if let place = ruling.place {
            output.put(escaping: place.prefix)
            output.put(" ")
        }
        output.put(ruling.key)
    }

    /// Writes a quoted part of the request; `-` where there is none.
    private borrowing func putOptional(_ part: RequestNote.Part, _ output: inout OutputSpan<UInt8>) {
        let bytes = note.bytes(of: part)
        output.put(" \"")
        output.put(escaping: bytes)
        output.put(bytes.isEmpty ? "-\"" : "\"")
    }
}
