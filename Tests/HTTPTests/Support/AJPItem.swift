import HTTP
import Testing

/// What a member has said, content that came in pieces put together.
enum AJPItem: Equatable {
    case head([UInt8])
    case content([UInt8])
    case flush
    case wanted(Int)
    case end(isKept: Bool)
    case pong
    case refused(RecordError)

    /// Reads bytes that come in pieces which end at the given counts; what is done with is forgotten between them, as a
    /// slab forgets it.
    static func read(
        _ source: [UInt8], cuts: [Int] = [], packetBytes: Int = 8192, isPing: Bool = false
    ) -> [AJPItem] {
        var reader = AJPReader(packetBytes: packetBytes)
        if isPing { reader.beginPing() }
        var items: [AJPItem] = []
        var start = 0
        for cut in cuts + [source.count] {
            while true {
                do throws(RecordError) {
                    let event = try reader.next(in: source.span.extracting(start..<cut))
                    guard event.next >= 0, start + event.next <= cut else {
                        Issue.record("\(event) goes on outside of what has come")
                        return items
                    }
                    defer { start += event.next }
                    if case .more = event { break }
                    add(event, of: source, from: start, reader, to: &items)
                } catch {
                    return items + [.refused(error)]
                }
            }
        }
        return items
    }

    private static func add(
        _ event: RecordEvent, of source: [UInt8], from start: Int, _ reader: AJPReader, to items: inout [AJPItem]
    ) {
        switch event {
        case .head(let range):
            items.append(.head(Array(source[(start + range.lowerBound)..<(start + range.upperBound)])))
        case .content(let range):
            if range.isEmpty { Issue.record("content without a byte") }
            join(source[(start + range.lowerBound)..<(start + range.upperBound)], to: &items)
        case .flush: items.append(.flush)
        case .wanted(let count, _): items.append(.wanted(count))
        case .end:
            if !reader.hasEnded { Issue.record("it has ended and does not say so") }
            items.append(.end(isKept: reader.mayBeKept))
        case .pong: items.append(.pong)
        case .errors, .refused, .more: Issue.record("\(event) is not of AJP")
        }
    }

    private static func join(_ piece: ArraySlice<UInt8>, to items: inout [AJPItem]) {
        if case .content(let before) = items.last {
            items[items.count - 1] = .content(before + piece)
        } else {
            items.append(.content(Array(piece)))
        }
    }

    /// The same by a reader that has all bytes before it and cuts them into packets.
    static func reference(_ source: [UInt8], packetBytes: Int = 8192) -> [AJPItem] {
        var items: [AJPItem] = []
        var rest = source[...]
        var hasHead = false
        var flushes = 0
        while let length = length(of: rest, packetBytes, &items) {
            let body = rest.dropFirst(4).prefix(length)
            rest = rest.dropFirst(4 + length)
            guard let code = body.first else { return items }
            if code == 3 {
                guard chunk(body, length, hasHead, &flushes, to: &items) else { return items }
                continue
            }
            let lengths = [5: 2, 6: 3]
            if let wanted = lengths[Int(code)], length != wanted { return items + [.refused(.lengthWrong)] }
            switch code {
            case 4 where hasHead: return items + [.refused(.headRepeated)]
            case 5 where !hasHead: return items + [.refused(.headMissing)]
            case 4, 5, 6: if body.count < length { return items }
            case 9: return items + [.refused(.pongUnasked)]
            default: return items + [.refused(.typeUnknown)]
            }
            let content = Array(body.dropFirst())
            switch code {
            case 4:
                hasHead = true
                items.append(.head(content))
            case 5:
                items.append(.end(isKept: content == [1]))
                return rest.isEmpty ? items : items + [.refused(.behindEnd)]
            default: items.append(.wanted(Int(content[0]) * 256 + Int(content[1])))
            }
        }
        return items
    }

    /// The length of the packet that begins the bytes; `nil` where there is none, or it is refused.
    private static func length(of rest: ArraySlice<UInt8>, _ packetBytes: Int, _ items: inout [AJPItem]) -> Int? {
        guard rest.count >= 4 else { return nil }
        let header = Array(rest.prefix(4))
        let length = Int(header[2]) * 256 + Int(header[3])
        if header.starts(with: [0x41, 0x42]), 1...(packetBytes - 4) ~= length { return length }
        let isMarked = header.starts(with: [0x41, 0x42])
        items.append(.refused(!isMarked ? .magicUnknown : length == 0 ? .lengthWrong : .packetTooLarge))
        return nil
    }

    /// Whether the packet is whole and in order.
    private static func chunk(
        _ body: ArraySlice<UInt8>, _ length: Int, _ hasHead: Bool, _ flushes: inout Int, to items: inout [AJPItem]
    ) -> Bool {
        func refuse(_ reason: RecordError) -> Bool {
            items.append(.refused(reason))
            return false
        }
        guard hasHead else { return refuse(.contentBeforeHead) }
        guard length >= 3 else { return refuse(.lengthWrong) }
        guard body.count >= 3 else { return false }
        let numbers = Array(body.prefix(3))
        let count = Int(numbers[1]) * 256 + Int(numbers[2])
        guard count + 3 <= length else { return refuse(.chunkPastPacket) }
        guard length <= count + 4 else { return refuse(.restInPacket) }
        flushes = count == 0 ? flushes + 1 : 0
        guard flushes <= 1000 else { return refuse(.tooManyFlushes) }
        let content = body.dropFirst(3).prefix(count)
        if count == 0 { items.append(.flush) }
        if !content.isEmpty { join(content, to: &items) }
        guard body.count == length else { return false }
        return length == count + 3 || body.last == 0 || refuse(.restInPacket)
    }
}
