/// The request field that tells a member who would get the session after it: a place in the rebuilt head that is filled
/// in once the member is chosen, and again with each other one.
struct BuddyField: Sendable {
    /// The line with its CR LF, and blanks where the value stands.
    let line: [UInt8]
    /// Bytes of the value's place.
    private let width: Int
    /// By member, the value with blanks behind it.
    private let values: [[UInt8]]
    private let blank: [UInt8]

    /// - Parameters:
    ///   - name: the field's.
    ///   - routes: the members' routes, by their indices.
    init(name: String, routes: [String]) {
        let width = routes.map(\.utf8.count).max() ?? 0
        self.width = width
        values = routes.map { route in
            Array(route.utf8) + [UInt8](repeating: 0x20, count: width - route.utf8.count)
        }
        blank = [UInt8](repeating: 0x20, count: width)
        line = Array("\(name): ".utf8) + blank + Array("\r\n".utf8)
    }

    /// Where the value's place begins in a head that has just been written: before its own line end and the blank line.
    func offset(inHeadOf bytes: Int) -> Int { bytes - 4 - width }

    /// What stands there for a buddy; blanks for none.
    func value(_ buddy: Int?) -> [UInt8] { buddy.map { values[$0] } ?? blank }
}
