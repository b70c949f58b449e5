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
    /// - Returns: what lets nobody else in; any thread may call it.
    public static func serve(
        _ socket: ListeningSocket, supervisor: Supervisor, logger: Logger
    ) throws -> () -> Void {
        try RoomServer.serve(socket, router(supervisor), logger: logger)
    }

    private static func router(_ supervisor: Supervisor) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: TextFaultMiddleware())
        router.get("/metrics") { request, _ in
            let format = Exposition.Format(accept: request.headers[.accept] ?? "")
            let page = supervisor.metrics(await reports(of: supervisor), as: format)
            return text(page, .ok, type: format.mediaType)
        }
        router.get("/healthz") { _, _ in
            let late = await reports(of: supervisor).enumerated().filter { $0.element == nil }.map(\.offset)
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
    private static func reports(of supervisor: Supervisor) async -> Survey.Reports {
        await withCheckedContinuation { continuation in
            let survey = supervisor.survey { continuation.resume(returning: $0) }
            // Ends with the survey: to be called for nothing later does no harm.
            Task {
                try await Task.sleep(for: .milliseconds(MetricsLimits.answerMillis))
                survey.end()
            }
        }
    }

    private static func text(_ words: String, _ status: HTTPResponse.Status) -> Response {
        text(Array(words.utf8), status, type: "text/plain; charset=utf-8")
    }

    private static func text(_ bytes: [UInt8], _ status: HTTPResponse.Status, type: String) -> Response {
        let fields: HTTPFields = [
            .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
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
                return MetricsRoom.text("the paths are /metrics, /healthz and /readyz\n", .notFound)
            } catch let error as any HTTPResponseError {
                return MetricsRoom.text("\(error.status)\n", error.status)
            }
        }
    }
}
