/// Bytes of a whole request and of its whole answer, as they pass the client's connection before TLS; of HTTP/2, fields
/// as HTTP/1.1 writes them, and no frames.
package struct MessageSizes: Sendable {
    /// Of the request.
    package var request = 0
    /// Of the answer, and of heads before it.
    package var answer = 0

    /// Of nothing.
    package init() {}

    init(request: Int, answer: Int) {
        (self.request, self.answer) = (request, answer)
    }
}
