import Bytes
import Model
import Session
import Synchronization

/// What of a balancer's exchanges tells its sessions apart: the session's identifier, and the answers that set or clear
/// its cookie.
struct SessionWatch: Sendable {
    /// Drawn once, so that a session keeps its hash across reloads and no client knows it; or that of the process
    /// which this one takes the place of.
    private static let key = inherited.withLock { $0 } ?? SipKey.random()
    private static let inherited = Mutex<SipKey?>(nil)

    /// What an answer says of its client's session.
    enum News: Equatable {
        /// It has this one from now on.
        case begun(UInt64)
        /// It has none any more.
        case ended
    }

    private let cookie: [UInt8]
    private let separator: UInt8?

    /// - Parameters:
    ///   - cookie: the name of the session's cookie; `nil`: answers are not looked at.
    ///   - separator: what precedes the route in its value; `nil`: there is no route in it.
    init(cookie: String?, separator: UInt8?) {
        self.cookie = Array((cookie ?? "").utf8)
        self.separator = separator
    }

    /// The watch of a mode; `nil` where nothing tells its sessions apart.
    init?(_ mode: any AffinityMode) {
        guard mode.tellsSessionsApart else { return nil }
        self.init(cookie: mode.session.cookie, separator: mode.session.separator)
    }

    /// The key as two numbers, for the process that takes this one's place.
    static var keyNumbers: [UInt64] { [key.first, key.second] }

    /// Goes on with the key of another process; to be called before the first session is hashed.
    static func inherit(_ numbers: [UInt64]) {
        guard numbers.count == 2 else { return }
        inherited.withLock { $0 = SipKey(numbers[0], numbers[1]) }
    }

    /// The hash of a session's identifier, by which it is counted and learned.
    static func hash(_ identifier: Span<UInt8>) -> UInt64 { SessionHash.hash(identifier, key: key) }

    /// Reads a Set-Cookie field.
    ///
    /// - Parameter now: seconds since 1970-01-01 00:00 UTC.
    /// - Returns: `nil` where it is about another cookie.
    func read(_ field: Span<UInt8>, now: Int) -> News? {
        guard !cookie.isEmpty, let read = SetCookie(field), field.extracting(read.name).equals(cookie.span) else {
            return nil
        }
        guard !read.isRemoval(in: field, now: now) else { return .ended }
        var identifier = field.extracting(read.value)
        if let separator, let end = identifier.firstOffset(of: separator) {
            identifier = identifier.extracting(0..<end)
        }
        return .begun(Self.hash(identifier))
    }
}
