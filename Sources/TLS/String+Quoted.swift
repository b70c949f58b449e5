extension String {
    /// Bytes that a stranger has sent, in quotes and fit for a line of a log: what is not printable ASCII is escaped,
    /// and no more is shown than a line has room for.
    init(quoting bytes: some Collection<UInt8>, countMax: Int = 100) {
        var text = "\""
        for byte in bytes.prefix(countMax) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20...0x7E: text += String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        self = text + (bytes.count > countMax ? "…\"" : "\"")
    }
}
