import Bytes

/// The content of an answer that Martlet gives itself and has no page for: a line of text, a page that browsers show
/// without asking for anything else, or JSON.
struct OwnContent {
    /// In which form it is; below 400, where nobody is told of a fault, it is text.
    let kind: PageKind
    private let status: Int
    private let code: StaticString
    private let reason: StaticString

    /// - Parameters:
    ///   - status: of a final answer: three digits.
    ///   - code: the name of the reason in logs; empty: the client is not told.
    init(_ status: Int, code: StaticString, kind: PageKind) {
        self.kind = status < 400 ? .text : kind
        self.status = status
        self.code = code
        reason = Status.reason(status)
    }

    private var hasCode: Bool { code.utf8CodeUnitCount > 0 }

    /// How many bytes ``write(to:_:)`` writes.
    var bytes: Int {
        let codeBytes = code.utf8CodeUnitCount
        let words = 3 + reason.utf8CodeUnitCount
        switch kind {
        case .text: return words + 2 + (hasCode ? 2 + codeBytes : 0)
        case .json:
            let frame = Self.jsonStart.utf8CodeUnitCount + Self.jsonReason.utf8CodeUnitCount
            return frame + words + 3 + (hasCode ? Self.jsonCode.utf8CodeUnitCount + codeBytes : 0)
        case .html:
            let frame = Self.start.utf8CodeUnitCount + Self.body.utf8CodeUnitCount + Self.note.utf8CodeUnitCount
            return frame + Self.name.utf8CodeUnitCount + Self.end.utf8CodeUnitCount + 2 * (words + 1)
                + advice.utf8CodeUnitCount + codeBytes
        }
    }

    /// Writes it.
    func write(to output: inout OutputSpan<UInt8>, _ fits: inout Bool) {
        switch kind {
        case .text:
            writeStatus(to: &output, &fits)
            output.put(hasCode ? ": " : "", &fits)
            output.put(code, &fits)
            output.put("\n", &fits)
        case .json:
            output.put(Self.jsonStart, &fits)
            fits = output.append(decimal: UInt64(status)) && fits
            output.put(Self.jsonReason, &fits)
            output.put(reason, &fits)
            output.put(hasCode ? Self.jsonCode : "", &fits)
            output.put(code, &fits)
            output.put("\"}\n", &fits)
        case .html:
            output.put(Self.start, &fits)
            writeStatus(to: &output, &fits)
            output.put(Self.body, &fits)
            writeStatus(to: &output, &fits)
            output.put(Self.note, &fits)
            output.put(advice, &fits)
            output.put(Self.name, &fits)
            output.put(code, &fits)
            output.put(Self.end, &fits)
        }
    }

    private func writeStatus(to output: inout OutputSpan<UInt8>, _ fits: inout Bool) {
        fits = output.append(decimal: UInt64(status)) && fits
        output.put(" ", &fits)
        output.put(reason, &fits)
    }
}

// MARK: - What stands between

extension OwnContent {
    private static let jsonStart: StaticString = "{\"status\":"
    private static let jsonReason: StaticString = ",\"reason\":\""
    private static let jsonCode: StaticString = "\",\"code\":\""

    private static let start: StaticString = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>
        """
    private static let body: StaticString = """
        </title>
        <style>
        :root { color-scheme: light dark }
        body { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem; font: 1.1rem/1.5 system-ui, sans-serif }
        h1 { margin: 0 0 0.75rem; font-size: 1.7rem; line-height: 1.2 }
        p { margin: 0 0 0.75rem }
        code { font-size: 0.85rem; opacity: 0.65 }
        </style>
        </head>
        <body>
        <h1>
        """
    private static let note: StaticString = """
        </h1>
        <p>
        """
    private static let name: StaticString = """
        </p>
        <p><code>
        """
    private static let end: StaticString = """
        </code></p>
        </body>
        </html>

        """

    /// What people are told beside the reason phrase.
    private var advice: StaticString {
        switch status {
        case 401: "A name and a password are asked for here."
        case 403: "This page is not for everybody, and not for you from here."
        case 404: "There is nothing at this address. Please look whether it is spelt right."
        case 408: "The request took too long to arrive. Please try again."
        case 410: "What was here is gone for good."
        case 413: "What was sent is larger than this site takes."
        case 429: "There were too many requests from you. Please wait a little and try again."
        case 400..<500: "This site cannot make anything of the request."
        case 503: "This site cannot answer at the moment. Please try again in a little while."
        case 504: "This site took too long to answer. Please try again in a little while."
        default: "Something went wrong at this site. Please try again in a little while."
        }
    }
}
