/// How the streams ended that a client has ended lately.
struct HTTP2StreamEnds {
    /// Who has ended a stream's direction towards us.
    enum End {
        /// The client, in good order (END_STREAM).
        case inOrder
        /// The client, by RST_STREAM.
        case byReset
    }

    /// Streams that are remembered: as many as may be open at once by default.
    private static let count = 128

    /// Numbers of streams; below 0 those of streams that were reset.
    private var numbers = InlineArray<128, Int32>(repeating: 0)
    private var next = 0

    /// Remembers a stream.
    mutating func note(_ stream: Int32, _ end: End) {
        numbers[next] = end == .inOrder ? stream : -stream
        next = (next + 1) % Self.count
    }

    /// Whether a stream was noted last.
    func isLast(_ stream: Int32) -> Bool {
        numbers[(next + Self.count - 1) % Self.count].magnitude == stream.magnitude
    }

    /// How a stream ended; `nil` for one that the client has not ended, or not lately.
    subscript(stream: Int32) -> End? {
        for index in numbers.indices where numbers[index].magnitude == stream.magnitude && stream != 0 {
            return numbers[index] > 0 ? .inOrder : .byReset
        }
        return nil
    }

    /// Remembers a stream no longer.
    mutating func forget(_ stream: Int32) {
        for index in numbers.indices where numbers[index].magnitude == stream.magnitude { numbers[index] = 0 }
    }
}
