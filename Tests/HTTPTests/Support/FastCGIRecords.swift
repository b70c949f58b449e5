import HTTP

/// A record of FastCGI, as the protocol's text draws it.
func record(
    _ type: UInt8, _ content: [UInt8], padding: Int = 0, request: Int = 1, version: UInt8 = 1
) -> [UInt8] {
    [
        version, type, UInt8(request >> 8), UInt8(request & 255), UInt8(content.count >> 8),
        UInt8(content.count & 255), UInt8(padding), 0,
    ] + content + [UInt8](repeating: 0xEE, count: padding)
}

/// END_REQUEST.
func endRecord(status: UInt8 = 0, application: UInt8 = 0, padding: Int = 0) -> [UInt8] {
    record(3, [0, 0, 0, application, status, 0, 0, 0], padding: padding)
}

/// What was read of a FastCGI member's answer.
struct FastCGIAnswer: Equatable {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    /// Bytes up to the end; `nil` when it has not come.
    var count: Int?
    var isRefused = false
    var reason: RecordError?

    /// Reads bytes that arrive in pieces ending at the given counts.
    static func read(_ source: [UInt8], cuts: [Int] = []) -> FastCGIAnswer {
        var reader = FastCGIReader()
        var result = FastCGIAnswer()
        var offset = 0
        do throws(RecordError) {
            for cut in cuts + [source.count] {
                var wantsMore = false
                while !wantsMore {
                    let event = try reader.next(in: source.span.extracting(offset..<cut))
                    guard event.next >= 0, offset + event.next <= cut else {
                        preconditionFailure("went back, or too far")
                    }
                    let rest = source[offset...]
                    offset += event.next
                    switch event {
                    case .content(let range): result.output += rest.prefix(range.upperBound).dropFirst(range.lowerBound)
                    case .errors(let range): result.errors += rest.prefix(range.upperBound).dropFirst(range.lowerBound)
                    case .more: wantsMore = true
                    case .end, .refused:
                        result.count = offset
                        result.isRefused = event == .refused(next: event.next)
                        return result
                    default: preconditionFailure("no event of FastCGI")
                    }
                }
            }
        } catch {
            result.reason = error
        }
        return result
    }
}

/// Reads a FastCGI member's answer another way: all of it at once, record by record.
enum ReferenceFastCGI {
    static func read(_ source: [UInt8]) -> FastCGIAnswer {
        var result = FastCGIAnswer()
        var (place, empty) = (0, 0)
        var (outputEnded, errorsEnded) = (false, false)
        func refused(_ reason: RecordError) -> FastCGIAnswer {
            var refused = result
            refused.reason = reason
            return refused
        }
        while place + 8 <= source.count {
            let header = source[place..<(place + 8)].map { Int($0) }
            let (count, padding) = (header[4] * 256 + header[5], header[6])
            if header[0] != 1 { return refused(.versionUnknown) }
            if header[2] * 256 + header[3] != 1 { return refused(.requestUnknown) }
            if ![3, 6, 7].contains(header[1]) {
                return refused((1...11).contains(header[1]) ? .typeUnexpected : .typeUnknown)
            }
            let content = source.dropFirst(place + 8).prefix(count)
            if header[1] == 3 {
                if count != 8 { return refused(.lengthWrong) }
                if content.count < 8 { return result }
                let status = source[place + 12]
                let isRefused = status == 2 && result.output.isEmpty
                if status != 0, !isRefused { return refused(.statusRefused) }
                if source.count < place + 16 + padding { return result }
                result.count = place + 16 + padding
                result.isRefused = isRefused
                return result
            }
            let isOutput = header[1] == 6
            if count == 0 {
                if isOutput ? outputEnded : errorsEnded { empty += 1 }
                if isOutput { outputEnded = true } else { errorsEnded = true }
                if empty > 16 { return refused(.tooManyEmptyRecords) }
            } else if isOutput {
                if outputEnded { return refused(.contentBehindEnd) }
                result.output += content
            } else {
                result.errors += content
            }
            place += 8 + count + padding
        }
        return result
    }
}

/// Reads parameters another way than they were written: the records of a request, then its pairs.
struct FastCGIRequest {
    var types: [UInt8] = []
    var role: [UInt8] = []
    var params: [String: String] = [:]
    var names: [String] = []
    var content: [UInt8] = []
    var isWellFormed = true

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var pairs: [UInt8] = []
        while rest.count >= 8 {
            let header = Array(rest.prefix(8))
            let count = Int(header[4]) * 256 + Int(header[5])
            guard header[0] == 1, header[2] == 0, header[3] == 1, header[7] == 0,
                rest.count >= 8 + count + Int(header[6])
            else { break }
            let content = Array(rest.dropFirst(8).prefix(count))
            types.append(header[1])
            switch header[1] {
            case 1: role = content
            case 4: pairs += content
            case 5: self.content += content
            default: isWellFormed = false
            }
            rest = rest.dropFirst(8 + count + Int(header[6]))
        }
        isWellFormed = isWellFormed && rest.isEmpty
        read(pairs)
    }

    private mutating func read(_ pairs: [UInt8]) {
        var iterator = pairs.makeIterator()
        func length() -> Int? {
            guard let first = iterator.next() else { return nil }
            guard first > 127 else { return Int(first) }
            return (0..<3).reduce(Int(first & 0x7F)) { sum, _ in sum * 256 + Int(iterator.next() ?? 0) }
        }
        while let nameCount = length() {
            guard let valueCount = length() else { return isWellFormed = false }
            let name = (0..<nameCount).compactMap { _ in iterator.next() }
            let value = (0..<valueCount).compactMap { _ in iterator.next() }
            guard name.count == nameCount, value.count == valueCount else { return isWellFormed = false }
            params[text(name)] = text(value)
            names.append(text(name))
        }
    }
}
