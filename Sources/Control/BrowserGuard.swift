import HTTPTypes
import Hummingbird

/// Refuses what a page could make a browser send, were the socket ever to be reached by one (through a forwarder, say):
/// another host than the room's, a request that says where it comes from, and a command that is not JSON, which a page
/// may not send elsewhere without asking first (CVE-2026-27589 was such a door).
struct BrowserGuard: RouterMiddleware {
    private static let origins = ["Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode"].compactMap {
        HTTPField.Name($0)
    }

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.head.authority == "localhost" else {
            throw ControlFault(
                .misdirectedRequest, "wrong-host", "the host is not localhost", cure: "ask with Host: localhost")
        }
        for name in Self.origins where request.headers.contains(name) {
            throw ControlFault(
                .forbidden, "from-a-page", "a request with the field \(name.rawName) comes from a page",
                cure: "leave the field out")
        }
        if request.method == .post, request.headers[.contentType] != "application/json" {
            throw ControlFault(
                .unsupportedMediaType, "wrong-media-type", "the content is not said to be JSON",
                cure: "send it with Content-Type: application/json")
        }
        return try await next(request, context)
    }
}
