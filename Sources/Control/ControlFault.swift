import Forwarding
import HTTPTypes
import Hummingbird

/// Why a control request is not done, as it is answered: a status, a stable code, what was expected and found, a cure.
struct ControlFault: Error {
    /// The answer's content.
    struct Content: Codable {
        let error: ControlComplaint
    }

    let status: HTTPResponse.Status
    let complaint: ControlComplaint
    let fields: HTTPFields

    init(
        _ status: HTTPResponse.Status, _ code: String, _ words: String, cure: String, fields: HTTPFields = [:]
    ) {
        self.status = status
        complaint = ControlComplaint(code: code, words: words, cure: cure)
        self.fields = fields
    }

    init(_ error: SupervisionError) {
        let status: HTTPResponse.Status =
            switch error.kind {
            case .noSuchBalancer, .noSuchMember, .noSuchSite: .notFound
            case .declared, .notCounted, .impossible: .conflict
            case .malformed: .badRequest
            case .exhausted, .ending: .serviceUnavailable
            }
        self.init(status, error.kind.rawValue, error.words, cure: error.cure)
    }

    /// The answer. What was not read of the request's content is thrown away by Hummingbird.
    var response: Response {
        get throws {
            var response = try Response.json(Content(error: complaint))
            response.status = status
            response.headers.append(contentsOf: fields)
            return response
        }
    }
}

/// What a fault says.
public struct ControlComplaint: Codable, Sendable, Equatable, Error {
    /// The code where nothing is asked by the path, as a process answers to a verb that is newer than itself.
    public static let unknownPath = "no-such-path"

    /// A stable code, such as `no-such-member`.
    public let code: String
    /// What was expected and what was found.
    public let words: String
    /// What may help.
    public let cure: String
}

extension Response {
    /// An answer of JSON.
    static func json(_ value: some Encodable) throws -> Response {
        let content = try ControlCoding.encode(value)
        let fields: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        var bytes = ByteBuffer(bytes: content)
        bytes.writeString("\n")
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: bytes))
    }
}
