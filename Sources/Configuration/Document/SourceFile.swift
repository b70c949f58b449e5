import TLS

/// The bytes of a configuration file as text that a YAML parser may safely be given.
struct SourceFile {
    /// Bytes of the longest file that is read: room for some ten thousand sites.
    static let bytesMax = 1_048_576

    /// The file's path as it was given, for messages.
    let file: String
    /// The text without a byte order mark.
    let text: [Unicode.Scalar]

    /// Reads a file. Blocks on the disk, and on who writes to a pipe.
    ///
    /// - Parameters:
    ///   - path: the file; `/dev/stdin` and the like are taken as well.
    ///   - findings: gets what is wrong with it.
    /// - Returns: `nil` when it cannot be used.
    init?(path: String, findings: Findings) {
        let start = Origin.start(of: path)
        do throws(WholeFile.Obstacle) {
            let bytes = try WholeFile.readToEnd(path, bytesMax: Self.bytesMax)
            self.init(bytes: bytes, file: path, findings: findings)
        } catch {
            switch error {
            case .missing:
                let cure: Cure? = path == "-" ? "write /dev/stdin for what is piped" : nil
                findings.add(start, "there is no such file", cure: cure)
            case .folder: findings.add(start, "this is a folder", cure: "name the file in it")
            case .silentPipe: findings.add(start, "this is a pipe that nobody writes to", cure: "name a file")
            case .unreadable(let words): findings.add(start, "the file cannot be read: \(words)")
            }
            return nil
        }
    }

    /// Takes bytes that are already there.
    init?(bytes: [UInt8], file: String, findings: Findings) {
        self.file = file
        guard bytes.count <= Self.bytesMax else {
            findings.add(
                .start(of: file),
                "the file is too long: expected at most \(Self.bytesMax) bytes, "
                    + "found \(bytes.count > Self.bytesMax + 1 ? "\(bytes.count)" : "more")"
            )
            return nil
        }
        var text: [Unicode.Scalar] = []
        text.reserveCapacity(bytes.count)
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var position = LineCounter(of: file)
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput:
                self.text = text
                return
            case .error:
                findings.add(position.origin, "this is not UTF-8 text", cure: "save the file as UTF-8")
                return nil
            case .scalarValue(let scalar):
                if scalar == "\u{FEFF}", text.isEmpty { continue }
                guard Self.isAllowed(scalar) else {
                    findings.add(
                        position.origin,
                        "the character \(scalar.escaped(asASCII: true)) cannot stand in a configuration",
                        cure: "take the character away")
                    return nil
                }
                text.append(scalar)
                position.advance(over: scalar)
            }
        }
    }

    /// Tells what YAML calls printable, less the private use area, which the document's reader needs for its own marks.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xDFFF, 0xF900...0xFEFE, 0xFF00...0xFFFD, 0x10000...0xEFFFF:
            true
        default: false
        }
    }
}
