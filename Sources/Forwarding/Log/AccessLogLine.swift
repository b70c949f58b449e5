import Bytes
import HTTP
import Model
import Reactor

/// Writes the access log's line for an ended exchange.
struct AccessLogLine: ~Copyable {
    /// What it has.
    let plan: LogPlan
    let record: ExchangeRecord
    let note: RequestNote
    /// Where the request led, and which rule has decided; `nil`: it was not understood.
    let ruling: Ruling?
    let peer: ClientPeer
    /// Whom the request is from, where the peer is a trusted proxy; 0: the peer.
    let origin: UInt128
    /// To whom the request was given and why.
    let decision: Decision
    /// Where that was.
    let memberAddress: [UInt8]
    /// Who has failed before; `nil`: nobody could.
    let tries: TryNotes?
    let sizes: MessageSizes
    /// Nanoseconds of the monotonic clock when the exchange ended.
    let ended: Int
    /// Nanoseconds since 1970 then.
    let wall: Int
    /// Knows how a time is written.
    let times: TimeCache

    /// Writes the line with its line feed; there is room for it.
    borrowing func write(to output: inout LineWriter) {
        if plan.isCombined { putCommon(&output) }
        plan.form.write(without: silentFields(), to: &output) { piece, output in
            putValue(of: piece.field, as: piece.style, &output)
        }
    }

    /// Fields that say nothing in most lines, and nothing in this one. What ``putKnown(_:as:_:)`` writes for them is
    /// nothing, 0 or `false`.
    private borrowing func silentFields() -> LogFields {
        var fields: LogFields = []
        fields.insert(.peer, if: origin == 0)
        fields.insert(.userAgent, if: note.isEmpty(.userAgent))
        fields.insert(.referer, if: note.isEmpty(.referer))
        fields.insert(.reason, if: record.outcome == .answered)
        fields.insert(.limit, if: record.limit == 0)
        fields.insert(.rule, if: ruling?.key.utf8CodeUnitCount ?? 0 == 0)
        fields.insert(.user, if: ruling?.user.isEmpty ?? true)
        fields.insert(.requestID, if: ruling?.requestID.isEmpty ?? true)
        fields.insert(.routeSource, if: decision.source.utf8CodeUnitCount == 0)
        fields.insert(.routeAsked, if: note.isEmpty(.route))
        fields.insert(.routeChanged, if: !decision.isRouteChanged)
        fields.insert(.affinity, if: record.affinity == .none)
        fields.insert(.replays, if: record.replays == 0)
        fields.insert(.waited, if: record.waited < 1000)
        fields.insert(.connect, if: record.connected < 1000)
        fields.insert(.requestBytes, if: record.requestBytes == 0)
        fields.insert(.buffered, if: record.buffered.isEmpty)
        let isClear = peer.terms == nil
        fields.insert(.tls, if: isClear)
        fields.insert(.cipher, if: isClear)
        fields.insert(.resumed, if: isClear)
        fields.insert(.alpn, if: isClear)
        fields.insert(.serverName, if: peer.serverName.isEmpty)
        return fields
    }

    /// What Apache's combined format has, with `-` for what is missing.
    private borrowing func putCommon(_ output: inout LineWriter) {
        let word = LogForm.Style.bare(follower: UInt8(ascii: " "))
        put(.client, as: word, &output)
        output.put(" - ")
        put(.user, as: word, &output)
        output.put(" [")
        if plan.hides(.time) { output.put("-") } else { times.putCommon(wall, to: &output) }
        output.put("] \"")
        if note.isEmpty {
            output.put("-")
        } else {
            put(.method, as: .quoted, &output)
            output.put(" ")
            put(.target, as: .quoted, &output)
            output.put(" ")
            put(.version, as: .quoted, &output)
        }
        output.put("\" ")
        put(.status, as: .quoted, &output)
        output.put(" ")
        put(.sentBytes, as: .quoted, &output)
        putOptional(.referer, &output)
        putOptional(.userAgent, &output)
    }

    /// Writes a quoted part of the request; `-` where there is none.
    private borrowing func putOptional(_ field: LogField, _ output: inout LineWriter) {
        output.put(" \"")
        let start = output.room
        put(field, as: .quoted, &output)
        output.put(output.room == start ? "-\"" : "\"")
    }

    /// Writes a value that Apache's form has, unless it is hidden.
    private borrowing func put(_ field: LogField, as style: LogForm.Style, _ output: inout LineWriter) {
        if plan.hides(field) {
            output.put(LogForm.nothing(of: field, as: style))
        } else {
            putValue(of: field, as: style, &output)
        }
    }

    /// Writes a field's value in the style of its place.
    private borrowing func putValue(of field: LogField, as style: LogForm.Style, _ output: inout LineWriter) {
        guard style != .quoted else { return putKnown(field, as: style, &output) }
        let start = output.room
        putKnown(field, as: style, &output)
        if output.room == start { output.put("-") }
    }

    /// Writes a field's value; what is not known is empty or 0.
    private borrowing func putKnown(_ field: LogField, as style: LogForm.Style, _ output: inout LineWriter) {
        switch field {
        case .time: times.putISO8601(wall, to: &output)
        case .client: putClient(&output)
        case .clientPort: output.put(decimal: origin == 0 ? Int(peer.address.port) : 0)
        case .peer: output.put(plain: peer.host)
        case .method, .host, .target, .version, .userAgent, .referer: putRequest(field, as: style, &output)
        case .status: output.put(decimal: record.status)
        case .answeredBy: output.put(record.answeredBy)
        case .reason: output.put(record.outcome.code)
        case .limit: output.put(decimal: record.limit)
        case .rule: putRule(as: style, &output)
        case .balancer: output.put(plain: decision.balancer)
        case .member: output.put(plain: decision.member)
        case .routeSource: output.put(decision.source)
        case .routeAsked: note.put(.route, as: style, to: &output)
        case .routeChanged: output.put(decision.isRouteChanged ? "true" : "false")
        case .routeReason: output.put(decision.reason)
        case .memberAddress: output.put(escaping: memberAddress, as: style)
        case .affinity: output.put(record.affinity.name)
        case .attempts: output.put(decimal: record.attempts)
        case .tries: putTries(&output)
        case .replays: output.put(decimal: record.replays)
        case .waited: output.put(decimal: record.waited / 1000)
        case .connect: output.put(decimal: record.connected / 1000)
        case .requestBytes: output.put(decimal: record.requestBytes)
        case .requestSize: output.put(decimal: sizes.request)
        case .answerBytes: output.put(decimal: record.receivedBytes)
        case .sentBytes: output.put(decimal: record.contentBytes)
        case .answerSize: output.put(decimal: sizes.answer)
        case .coding: output.put(record.coding.code)
        case .firstByte: output.put(decimal: record.answered == 0 ? 0 : (record.answered - record.began) / 1000)
        case .total: output.put(decimal: (ended - record.began) / 1000)
        case .tls: output.put(peer.tlsVersion)
        case .cipher: output.put(plain: peer.tlsCipher)
        case .serverName: output.put(escaping: peer.serverName, as: style)
        case .resumed: output.put(peer.terms?.isResumed == true ? "true" : "false")
        case .alpn: output.put(peer.terms?.alpn ?? "")
        case .user: if let ruling { output.put(escaping: ruling.user, as: style) }
        case .requestID: if let ruling { output.put(escaping: ruling.requestID, as: style) }
        case .buffered: output.put(record.buffered.name)
        }
    }

    private borrowing func putRequest(_ field: LogField, as style: LogForm.Style, _ output: inout LineWriter) {
        switch field {
        case .method: note.put(.method, as: style, to: &output)
        case .host: note.put(.host, as: style, to: &output)
        case .target: note.put(.target, hiding: plan.query, as: style, to: &output)
        case .userAgent: note.put(.userAgent, as: style, to: &output)
        case .referer: note.put(.referer, hiding: plan.query, as: style, to: &output)
        case .version: output.put(note.isEmpty ? "" : note.version)
        default: preconditionFailure("\(field) is no part of a request")
        }
    }

    private borrowing func putClient(_ output: inout LineWriter) {
        guard origin != 0 else { return output.put(plain: peer.host) }
        SocketAddress.withHost(ofMappedBits: origin) { host in output.put(host) }
    }

    private borrowing func putRule(as style: LogForm.Style, _ output: inout LineWriter) {
        guard let ruling, ruling.key.utf8CodeUnitCount > 0 else { return }
        if let place = ruling.place {
            output.put(escaping: place.prefix, as: style)
            output.put(style == .quoted ? " " : "\\u0020")
        }
        output.put(ruling.key)
    }

    private borrowing func putTries(_ output: inout LineWriter) {
        guard let tries, record.attempts > 0 else { return }
        if tries.count > 0 { tries.write(to: &output) }
        guard record.attempts > tries.count, !decision.member.isEmpty else { return }
        if tries.count > 0 { output.put(",") }
        let code: StaticString = record.outcome == .answered ? "answered" : record.outcome.code
        TryNotes.put(decision.member, code, micros: (ended - record.given) / 1000, &output)
    }
}
