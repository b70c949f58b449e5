import Bytes
import HTTP
import Model

/// Who is let in by name and password, and how others are asked. Immutable; shared by all workers.
final class Users: Sendable {
    let file: PasswordFile
    /// The answer to those who have not shown who they are (RFC 9110, section 11.6.1).
    private let challenge: [UInt8]

    /// - Parameter file: what was read of the declared one; `nil`: nothing, and nobody is let in.
    init(_ configuration: UsersConfiguration, file: PasswordFile?) {
        self.file = file ?? .nobody
        challenge = Array("WWW-Authenticate: Basic realm=\"\(configuration.realm)\", charset=\"UTF-8\"\r\n".utf8)
    }

    /// What strangers are answered.
    var answer: OwnAnswer {
        var answer = OwnAnswer(Refusal(.deniedUser), rule: "users")
        answer.lines = challenge
        return answer
    }

    /// What those are answered whose password cannot be checked in time.
    static var busy: OwnAnswer { OwnAnswer(Refusal(.usersBusy, retryAfterSeconds: 1), rule: "users") }

    /// Finds the field in which a request shows name and password.
    ///
    /// - Returns: where its value lies; `nil` where there is none, or several: members may go by another one.
    static func field(of head: borrowing RequestHead) -> Range<Int>? {
        guard let first = head.fields.index(of: .authorization) else { return nil }
        for index in (first + 1)..<max(first + 1, head.fields.count)
        where head.fields[index].known == .authorization { return nil }
        return head.fields[first].value
    }

    /// Reads name and password.
    ///
    /// - Parameter value: the field's.
    /// - Returns: `nil` where it has none that can be read.
    static func credentials(in value: Span<UInt8>, into text: inout BasicCredentials.Text) -> BasicCredentials.Parts? {
        let parts = BasicCredentials.decode(value, into: &text)
        guard let parts, 1...PasswordFile.nameBytesMax ~= parts.nameCount else { return nil }
        return parts
    }
}
