import Bytes
import Forwarding
import HTTP
import Testing

/// Where a message of HTTP/1 stands that comes in.
@Suite("Incoming messages, in process")
struct IncomingMessageTests {
    private static let head = Array("POST / HTTP/1.1\r\nHost: shop.test\r\n\r\n".utf8)

    /// A message, and what has come of it.
    private final class Reader {
        let stores = Stores()
        let buffer = Buffer(capacity: 1 << 14)
        let message: IncomingMessage
        /// Bytes of content that are taken at a time.
        var appetite = Int.max
        private(set) var content = ""
        private(set) var trailers: String?

        init(_ kind: ContentDecoder.Message = .request) {
            message = IncomingMessage(kind)
        }

        func come(_ text: String) {
            come(Array(text.utf8))
        }

        func come(_ bytes: some Collection<UInt8>) {
            precondition(buffer.append(Array(bytes).span) == bytes.count, "there is room")
        }

        /// Looks for a head, and takes it off the buffer.
        func head() throws -> Int? {
            let count = try buffer.withReadable { (bytes) throws(HeadError) in
                try message.scan(bytes, limits: HeadLimits())
            }
            if let count { buffer.consume(count) }
            return count
        }

        func take() throws -> ContentFeed.Outcome {
            try message.take(from: buffer, in: stores) { bytes in
                let taken = bytes.extracting(0..<min(appetite, bytes.count))
                content += text(taken)
                return taken.count
            } end: {
                trailers = text($0)
            }
        }

        private func text(_ bytes: Span<UInt8>) -> String {
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }

    @Test("a head is found wherever it is cut, and only then", arguments: 1..<Self.head.count)
    func cut(at offset: Int) throws {
        let reader = Reader()
        #expect(!reader.message.hasBegun && reader.message.isComplete)
        reader.come(Self.head[..<offset])
        #expect(try reader.head() == nil)
        #expect(reader.message.hasBegun)
        reader.come(Self.head[offset...] + Array("rest".utf8))
        #expect(try reader.head() == Self.head.count)
        reader.message.begin(.none)
        #expect(!reader.message.hasBegun && reader.message.isComplete && reader.buffer.count == 4)
    }

    @Test("an empty line before a request is no head that has begun, before an answer it is none at all")
    func emptyLine() throws {
        let request = Reader()
        request.come("\r\n")
        #expect(try request.head() == nil)
        #expect(!request.message.hasBegun)
        let answer = Reader(.answer)
        answer.come("\r\n")
        #expect(throws: HeadError.self) { _ = try answer.head() }
    }

    @Test("content is decoded, and its end told with the trailers; the next head follows")
    func content() throws {
        let reader = Reader()
        reader.message.begin(.chunked)
        reader.come("3\r\nabc\r\n")
        guard case .more = try reader.take() else {
            Issue.record("the content goes on")
            return
        }
        #expect(!reader.message.isComplete && reader.trailers == nil)
        reader.come("2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n")
        reader.come(Self.head)
        guard case .ended = try reader.take() else {
            Issue.record("the content has ended")
            return
        }
        #expect(reader.content == "abcde" && reader.trailers == "X-Sum: 1\r\n\r\n" && reader.message.isComplete)
        #expect(try reader.head() == Self.head.count)
    }

    @Test("who takes less than he is given gets the rest, byte for byte")
    func blocked() throws {
        let reader = Reader()
        reader.message.begin(.length(5))
        reader.come("hello")
        reader.come(Self.head)
        reader.appetite = 2
        for expected in ["he", "hell", "hello"] {
            _ = try reader.take()
            #expect(reader.content == expected && reader.message.isComplete == (expected == "hello"))
        }
        #expect(reader.trailers == "" && reader.buffer.count == Self.head.count)
    }

    @Test("trailers that are none are refused before anybody is told of an end")
    func brokenTrailers() throws {
        let reader = Reader()
        reader.message.begin(.chunked)
        reader.come("0\r\nno field\r\n\r\n")
        #expect(throws: ContentError.self) { _ = try reader.take() }
        #expect(reader.trailers == nil)
    }

    @Test("only content without a declared end ends with the connection")
    func untilClose() throws {
        let reader = Reader(.answer)
        reader.message.begin(.untilClose)
        reader.come("abc")
        _ = try reader.take()
        #expect(reader.content == "abc" && !reader.message.isComplete && reader.message.endsWithConnection)
        reader.message.begin(.length(3))
        #expect(!reader.message.endsWithConnection)
    }
}
