import Bytes

extension RequestHead {
    /// Decides from the fields what they say together: framing, host, persistence, expectation, upgrade.
    mutating func settle(_ bytes: Span<UInt8>) throws(HeadError) {
        var framingFields = FramingFields()
        var options = ConnectionOptions()
        var host: Field?
        var asksForWebSocket = false
        expectsContinue = false
        for index in 0..<fields.count {
            let field = fields[index]
            switch field.known {
            case .host:
                guard host == nil else { throw HeadError(.hostRepeated, at: field.name.lowerBound) }
                host = field
            case .contentLength:
                try framingFields.readLength(field, in: bytes)
            case .transferEncoding:
                try framingFields.readCoding(field, in: bytes)
            case .connection:
                try options.read(field, in: bytes, marking: &fields)
            case .upgrade:
                asksForWebSocket = asksForWebSocket || bytes.equals("websocket", in: field.value)
            case .expect:
                if minorVersion == 0 {
                    fields.mark(index, .hopByHop)
                } else {
                    expectsContinue = expectsContinue || bytes.equals("100-continue", in: field.value)
                }
            default:
                break
            }
        }
        framing = try framingFields.settle(minorVersion: minorVersion)
        try settleHost(bytes, field: host)
        keepsAlive = !options.closes && (minorVersion > 0 || options.keepsAlive)
        self.asksForWebSocket =
            asksForWebSocket && options.upgrades && method == .get && minorVersion > 0 && !hasContent
    }
}
