import Model
import Session

/// `mode: insert`, ready to be used.
final class InsertAffinity: Sendable {
    /// What is declared.
    let configuration: InsertedConfiguration
    /// The cookie.
    let cookie: InsertedCookie
    /// The name of the application's cookie that is followed; empty: none.
    let followed: [UInt8]
    /// Seconds of its limits.
    let idle: Int?
    let life: Int?
    /// The field lines of each member that need not be made each time: in cleartext, then over TLS.
    private let lines: [[UInt8]]
    private static let noCaching = Array("Cache-Control: private\r\n".utf8)

    init(_ configuration: InsertedConfiguration, of balancer: BalancerConfiguration) {
        self.configuration = configuration
        let names = balancer.members.map(\.name)
        let cookie = InsertedCookie(
            name: configuration.cookie ?? InsertedCookie.name(balancer: balancer.name), members: names,
            formerNames: balancer.members.map(\.formerName), routes: balancer.leadingRoutes)
        self.cookie = cookie
        followed = Array((configuration.followed ?? "").utf8)
        idle = configuration.idle.map { $0 / 1_000 }
        life = configuration.life.map { $0 / 1_000 }
        lines = names.indices.flatMap { member in
            [false, true].map { isSecure in
                cookie.line(member: member, attributes: configuration.attributes.text(isSecure: isSecure))
                    + (configuration.forbidsCaching ? Self.noCaching : [])
            }
        }
    }

    /// Whether the cookie has limits.
    var isLimited: Bool { idle != nil || life != nil }

    /// The field lines that tie a client to a member.
    ///
    /// - Parameters:
    ///   - marks: where the cookie has limits.
    ///   - followedField: a field whose attributes are taken over; empty: none.
    func lines(member: Int, marks: InsertedMarks?, isSecure: Bool, following followedField: [UInt8]) -> [UInt8] {
        guard marks != nil || !followedField.isEmpty else { return lines[member * 2 + (isSecure ? 1 : 0)] }
        return cookie.line(
            member: member, marks: marks, attributes: attributes(isSecure: isSecure, following: followedField))
            + (configuration.forbidsCaching ? Self.noCaching : [])
    }

    /// The field line that takes the cookie away.
    func removal(isSecure: Bool, following followedField: [UInt8]) -> [UInt8] {
        cookie.line(member: nil, attributes: attributes(isSecure: isSecure, following: followedField))
    }

    private func attributes(isSecure: Bool, following field: [UInt8]) -> [UInt8] {
        configuration.attributes.text(isSecure: isSecure, following: field.isEmpty ? nil : field.span)
    }
}
