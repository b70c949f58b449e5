import Bytes
import Forwarding
import HTTP
import Testing

/// What a stream keeps of its request.
@Suite("Requests over HTTP/2, in process")
struct HTTP2RequestTests {
    private let buffers = BufferPool()

    private func keep(_ text: String, in request: HTTP2Request) -> Bool {
        keep(Array(text.utf8), in: request)
    }

    private func keep(_ bytes: [UInt8], in request: HTTP2Request) -> Bool {
        request.keep(bytes.span, buffers)
    }

    private func end(_ request: HTTP2Request, trailers: String = "") -> Bool {
        request.end(trailers: Array(trailers.utf8).span)
    }

    @Test("content passes as long as nothing waits, and its end is told at once")
    func passing() {
        let request = HTTP2Request()
        request.begin(.post, isCall: false, isEnded: false)
        #expect(request.mayPass && request.isAwaited && !request.isTunnel)
        #expect(end(request, trailers: "X-Sum: 1\r\n\r\n"))
        #expect(!request.isAwaited && buffers.lentCount == 0)
    }

    @Test("what the exchange does not take waits, and the end behind it: the trailers are kept")
    func waiting() {
        let request = HTTP2Request()
        request.begin(.post, isCall: false, isEnded: false)
        #expect(keep("abc", in: request) && keep("de", in: request))
        #expect(!request.mayPass && buffers.lentCount == 1)
        #expect(!end(request, trailers: "X-Sum: 1\r\n\r\n"))
        #expect(request.close(buffers) == 5 && buffers.lentCount == 0)
        #expect(request.mayPass && !request.isAwaited)
        request.reset()
        #expect(request.isAwaited && request.close(buffers) == 0)
    }

    @Test("a client that sends beyond its window is found out")
    func window() {
        let request = HTTP2Request()
        request.begin(.post, isCall: false, isEnded: false)
        #expect(keep(Octets.pattern(BufferPool.largeBytes), in: request))
        #expect(!keep("x", in: request))
        #expect(request.close(buffers) == BufferPool.largeBytes)
    }

    @Test("a WebSocket: nothing passes before the member has opened the tunnel, or answered something else")
    func tunnel() {
        for isSwitching in [true, false] {
            let request = HTTP2Request()
            request.begin(.connect, isCall: false, key: WebSocketKey(text: [65]), isEnded: false)
            #expect(request.awaitsSwitch && !request.mayPass && request.isAwaited)
            #expect(keep("frame", in: request))
            request.answer(isSwitching: isSwitching)
            #expect(!request.awaitsSwitch && request.isTunnel == isSwitching && !request.mayPass)
            #expect(request.isAwaited == !isSwitching, "a tunnel may be silent")
            #expect(request.close(buffers) == 5)
            #expect(request.mayPass)
            request.reset()
            #expect(!request.isTunnel && !request.awaitsSwitch)
        }
    }
}
