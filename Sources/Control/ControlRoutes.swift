import Forwarding
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What can be asked, and by which path.
struct ControlRoutes {
    let supervisor: Supervisor

    /// The routes behind the guards that every request passes.
    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: FaultMiddleware())
        router.add(middleware: BrowserGuard())
        add(.get, "/status", to: router) { _, _ in try .json(supervisor.status()) }
        add(.post, "/reload", to: router) { _, _ in try .json(await reload()) }
        add(.post, "/upgrade", to: router) { _, _ in try .json(await upgrade()) }
        add(.get, "/balancers/:balancer/members/:member", to: router) { _, context in
            let (balancer, member) = try Self.names(context)
            return try .json(supervisor.member(member, of: balancer))
        }
        add(.get, "/balancers/:balancer/members/:member/history", to: router) { _, context in
            let (balancer, member) = try Self.names(context)
            return try .json(supervisor.history(member, of: balancer))
        }
        add(.post, "/balancers/:balancer/members/:member/drain", to: router) { _, context in
            let (balancer, member) = try Self.names(context)
            return try .json(supervisor.drain(member, of: balancer))
        }
        add(.post, "/balancers/:balancer/members/:member/disable", to: router) { _, context in
            let (balancer, member) = try Self.names(context)
            return try .json(supervisor.disable(member, of: balancer))
        }
        add(.post, "/balancers/:balancer/members/:member/resume", to: router) { _, context in
            let (balancer, member) = try Self.names(context)
            return try .json(supervisor.resume(member, of: balancer))
        }
        add(.post, "/node/drain", to: router) { _, _ in try .json(supervisor.drainNode()) }
        add(.post, "/node/resume", to: router) { _, _ in try .json(supervisor.resumeNode()) }
        add(.get, "/sites/:site", to: router) { _, context in try .json(supervisor.site(try Self.site(context))) }
        add(.post, "/sites/:site/maintenance", to: router) { request, context in
            let order = try await Self.content(of: request, as: MaintenanceOrder.self)
            return try .json(await close(try Self.site(context), order.on))
        }
        add(.post, "/explain", to: router) { request, _ in
            try .json(supervisor.explain(await Self.content(of: request, as: ExplainedRequest.self)))
        }
        add(.get, "/sessions", to: router) { _, _ in try .json(supervisor.sessions()) }
        add(.post, "/whatif", to: router) { request, _ in
            try .json(supervisor.forecast(await Self.content(of: request, as: ForecastRequest.self)))
        }
        return router
    }

    /// Adds a path for one method; others are told which it is.
    private func add(
        _ method: HTTPRequest.Method, _ path: RouterPath, to router: Router<BasicRequestContext>,
        answer: @escaping @Sendable (Request, BasicRequestContext) async throws -> Response
    ) {
        router.on(path, method: method, use: answer)
        let others: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .connect, .trace]
        for other in others where other != method {
            router.on(path, method: other) { _, _ -> Response in
                throw ControlFault(
                    .methodNotAllowed, "wrong-method", "this is asked with \(method.rawValue)", cure: "use that",
                    fields: [.allow: method.rawValue])
            }
        }
    }

    private func reload() async throws -> Receipt {
        try await withCheckedThrowingContinuation { continuation in
            supervisor.reload { result in continuation.resume(with: result) }
        }
    }

    private func upgrade() async throws -> EdgeStatus.Upgrade {
        try await withCheckedThrowingContinuation { continuation in
            supervisor.upgrade { result in continuation.resume(with: result) }
        }
    }

    private func close(_ site: String, _ isClosed: Bool) async throws -> Receipt {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try supervisor.close(site, isClosed) { result in continuation.resume(with: result) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// A site's host, whose colons, brackets and star may be escaped.
    private static func site(_ context: BasicRequestContext) throws -> String {
        let name = try context.parameters.require("site")
        return name.removingPercentEncoding ?? name
    }

    private static func names(_ context: BasicRequestContext) throws -> (balancer: String, member: String) {
        (try context.parameters.require("balancer"), try context.parameters.require("member"))
    }

    private static func content<Content: Decodable>(
        of request: Request, as type: Content.Type
    ) async throws -> Content {
        let bytes: ByteBuffer
        do {
            bytes = try await request.body.collect(upTo: ControlLimits.contentBytesMax)
        } catch is NIOTooManyBytesError {
            throw ControlFault(
                .contentTooLarge, "content-too-large",
                "the content has more than \(ControlLimits.contentBytesMax) bytes", cure: "ask with less")
        }
        do {
            return try ControlCoding.decode(type, from: Data(bytes.readableBytesView))
        } catch {
            throw ControlFault(
                .badRequest, "malformed", "the content is not what this is asked with: \(error)",
                cure: "send the JSON object that the documentation shows")
        }
    }
}
