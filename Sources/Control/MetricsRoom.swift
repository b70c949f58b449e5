import Forwarding
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Reactor

/// Tells metrics, and those who balance in front how the node is: text over HTTP/1.1.
public enum MetricsRoom {
    /// Begins to serve.
    ///
    /// - Parameters:
    ///   - socket: bound and listening.
    ///   - supervisor: what is asked.
    ///   - logger: gets what goes wrong here.
    /// - Returns: what ends it.
    public static func serve(
        _ socket: ListeningSocket, supervisor: Supervisor, logger: Logger
    ) throws -> any ServedRoom {
        try RoomServer(
            socket, router(supervisor), connectionsMax: ControlLimits.metricsConnectionsMax, logger: logger)
    }

    private static func router(_ supervisor: Supervisor) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: TextFaultMiddleware())
        router.get("/metrics") { request, _ in
            let format = Exposition.Format(accept: request.headers[.accept] ?? "")
            let reports = await reports(supervisor.survey(countsPools: true))
            guard let page = supervisor.metrics(reports, as: format) else {
                preconditionFailure("metrics are told where they are measured")
            }
            var fields = fields(type: format.mediaType)
            guard request.method != .head else {
                fields[.contentLength] = "\(length(of: page))"
                return Response(status: .ok, headers: fields)
            }
            return Response(status: .ok, headers: fields, body: body(page))
        }
        router.get("/healthz") { _, _ in
            let reports = await reports(supervisor.survey(countsPools: false))
            let late = reports.enumerated().filter { $0.element == nil }.map(\.offset)
            guard let worker = late.first else { return text("ok\n", .ok) }
            let seconds = MetricsLimits.answerMillis / 1_000
            return text("worker \(worker) has not answered within \(seconds) s\n", .serviceUnavailable)
        }
        router.get("/readyz") { _, _ in
            let readiness = supervisor.readiness()
            return readiness.isReady
                ? text("ready\n", .ok) : text("not ready: \(readiness.words)\n", .serviceUnavailable)
        }
        return router
    }

    /// What workers tell of themselves, `nil` of those that do not in time.
    private static func reports(_ survey: Survey) async -> Survey.Reports {
        // Cancelled, and with that over, when the reports are there.
        async let _ = end(survey)
        return await withCheckedContinuation { continuation in
            survey.onEnd { continuation.resume(returning: $0) }
        }
    }

    /// Ends a survey when its time is over.
    private static func end(_ survey: Survey) async {
        guard (try? await Task.sleep(for: .milliseconds(MetricsLimits.answerMillis))) != nil else { return }
        survey.end()
    }

    /// A page of one piece, with its length, which clients of HTTP/1.0 need; or one of which the next piece is written
    /// when the one before is on its way.
    private static func body(_ page: MetricsPage) -> ResponseBody {
        var page = page
        let first = ByteBuffer(bytes: page.next() ?? [])
        guard let second = page.next() else { return ResponseBody(byteBuffer: first) }
        return ResponseBody { [page] writer in
            var page = page
            try await writer.write(first)
            try await writer.write(ByteBuffer(bytes: second))
            while let piece = page.next() { try await writer.write(ByteBuffer(bytes: piece)) }
            try await writer.finish(nil)
        }
    }

    /// What can be asked for.
    private static let paths = ["/metrics", "/healthz", "/readyz"]

    /// Bytes of a whole page.
    private static func length(of page: MetricsPage) -> Int {
        var (page, length) = (page, 0)
        while let piece = page.next() { length += piece.count }
        return length
    }

    private static func text(_ words: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: fields(type: "text/plain; charset=utf-8"),
            body: ResponseBody(byteBuffer: ByteBuffer(string: words)))
    }

    private static func fields(type: String) -> HTTPFields {
        [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
    }

    /// Answers whatever goes wrong behind it as text.
    private struct TextFaultMiddleware: RouterMiddleware {
        func handle(
            _ request: Request, context: BasicRequestContext,
            next: (Request, BasicRequestContext) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch let error as any HTTPResponseError where error.status == .notFound {
                guard MetricsRoom.paths.contains(request.uri.path) else {
                    return MetricsRoom.text("the paths are /metrics, /healthz and /readyz\n", .notFound)
                }
                var response = MetricsRoom.text("it is asked for by GET or HEAD\n", .methodNotAllowed)
                response.headers[.allow] = "GET, HEAD"
                return response
            } catch let error as any HTTPResponseError {
                return MetricsRoom.text("\(error.status)\n", error.status)
            }
        }
    }
}
