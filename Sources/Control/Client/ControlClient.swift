import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Reactor

/// Asks a running process by its control socket: one request a connection.
///
/// Made of what the room stands on anyway, SwiftNIO and its HTTP/1. async-http-client would bring a second TLS library
/// (BoringSSL), HTTP/2, pools and redirects, and minutes of building, for a request in cleartext to a file.
public struct ControlClient {
    /// Why there is no answer.
    public enum Failure: Error {
        /// Nobody listens on the path.
        case nobody(String)
        /// The path may not be used by this user.
        case forbidden(String)
        /// The connection ended without an answer.
        case gone
        /// No answer came in so many seconds.
        case late(seconds: Int)
        /// The connection failed, or what came is no answer of Martlet's.
        case broken(String)
    }

    private let path: String

    /// Makes a client.
    ///
    /// - Parameter path: the control socket's.
    public init(path: String) {
        self.path = path
    }

    /// Asks for something.
    ///
    /// - Throws: ``Failure``, or the ``ControlComplaint`` that was answered.
    public func get(_ target: String) throws -> Data {
        try send(.GET, target, content: nil)
    }

    /// Asks for something to be done.
    ///
    /// - Parameter seconds: how long the answer is waited for; `nil`: as for any other one.
    /// - Throws: ``Failure``, or the ``ControlComplaint`` that was answered.
    public func post(_ target: String, _ content: some Encodable, seconds: Int? = nil) throws -> Data {
        try send(
            .POST, target, content: ControlCoding.encode(content),
            seconds: seconds ?? ControlLimits.answerTimeoutSeconds)
    }

    private func send(
        _ method: HTTPMethod, _ target: String, content: Data?, seconds: Int = ControlLimits.answerTimeoutSeconds
    ) throws -> Data {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let answer = try exchange(method, target, content: content, seconds: seconds, on: group)
        let data = Data(answer.body.map { Array($0.readableBytesView) } ?? [])
        if answer.head.status == .ok { return data }
        guard let fault = try? ControlCoding.decode(ControlFault.Content.self, from: data) else {
            throw Failure.broken("it answers \(answer.head.status.code)")
        }
        throw fault.error
    }

    private func exchange(
        _ method: HTTPMethod, _ target: String, content: Data?, seconds: Int, on group: any EventLoopGroup
    ) throws -> NIOHTTPClientResponseFull {
        let promise = group.next().makePromise(of: NIOHTTPClientResponseFull.self)
        let bootstrap = ClientBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHTTPClientHandlers()
                try pipeline.addHandler(
                    NIOHTTPClientResponseAggregator(maxContentLength: ControlLimits.answerBytesMax))
                try pipeline.addHandler(AnswerHandler(promise))
            }
        }
        let channel: any Channel
        do {
            channel = try bootstrap.connect(unixDomainSocketPath: path).wait()
        } catch {
            promise.fail(error)
            throw Self.failure(error)
        }
        let timer = channel.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) {
            promise.fail(Failure.late(seconds: seconds))
        }
        defer { timer.cancel() }
        var fields: HTTPHeaders = ["Host": "localhost", "Connection": "close"]
        if let content {
            fields.add(name: "Content-Type", value: "application/json")
            fields.add(name: "Content-Length", value: "\(content.count)")
        }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: fields)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let content {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: content))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        do {
            return try promise.futureResult.wait()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.broken("\(error)")
        }
    }

    private static func failure(_ error: any Error) -> Failure {
        guard let error = error as? IOError else { return .broken("\(error)") }
        switch error.errnoCode {
        case ENOENT, ECONNREFUSED, ENOTDIR: return .nobody("\(SystemError("connect", code: error.errnoCode))")
        case EACCES, EPERM: return .forbidden("\(SystemError("connect", code: error.errnoCode))")
        default: return .broken("\(error)")
        }
    }
}

/// Fulfils a promise with the answer.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPClientResponseFull

    private let promise: EventLoopPromise<NIOHTTPClientResponseFull>

    init(_ promise: EventLoopPromise<NIOHTTPClientResponseFull>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        promise.succeed(Self.unwrapInboundIn(data))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ControlClient.Failure.gone)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(ControlClient.Failure.broken("\(error)"))
        context.close(promise: nil)
    }
}
