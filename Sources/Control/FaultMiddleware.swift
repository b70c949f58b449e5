import Forwarding
import HTTPTypes
import Hummingbird

/// Answers whatever goes wrong behind it as JSON.
struct FaultMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let fault as ControlFault {
            return try fault.response
        } catch let error as SupervisionError {
            return try ControlFault(error).response
        } catch let error as any HTTPResponseError where error.status == .notFound {
            return try ControlFault(
                .notFound, ControlComplaint.unknownPath, "nothing is asked by this path",
                cure: "see `martlet status --help`"
            ).response
        } catch let error as any HTTPResponseError {
            return try ControlFault(error.status, "refused", "\(error)", cure: "mend the request").response
        }
    }
}
