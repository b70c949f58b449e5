/// What a head may measure; beyond it is 414 or 431.
///
/// `requestLineBytesMax` and `fieldBytesMax` bind only below `headBytesMax`.
public struct HeadLimits: Equatable, Sendable {
    /// Bytes of a request line without its CR LF: 8 KiB, which RFC 9112 section 3 asks for at least. Beyond: 414.
    public var requestLineBytesMax: Int
    /// Bytes of a field line without its CR LF: room for large cookies and Kerberos tokens. Beyond: 431.
    public var fieldBytesMax: Int
    /// Fields of a head. Beyond: 431.
    public var fieldCountMax: Int
    /// Bytes of a whole head with its blank line; must leave room in a large slab for what is added. Beyond: 431.
    public var headBytesMax: Int

    /// Makes limits; what is left out has its default.
    public init(
        requestLineBytesMax: Int = 8 * 1024, fieldBytesMax: Int = 16 * 1024, fieldCountMax: Int = 128,
        headBytesMax: Int = 32 * 1024
    ) {
        precondition(headBytesMax <= Limits.headBytesCeiling, "a head must fit a large slab with what is added to it")
        self.requestLineBytesMax = requestLineBytesMax
        self.fieldBytesMax = fieldBytesMax
        self.fieldCountMax = fieldCountMax
        self.headBytesMax = headBytesMax
    }
}

/// Limits that no configuration moves.
public enum Limits {
    /// Bytes that `HeadLimits.headBytesMax` may be at most: a large slab of 64 KiB less 4 KiB for what is added.
    public static let headBytesCeiling = 60 * 1024
    /// Options that all `Connection` fields of a head may list: each is compared with every field's name.
    static let connectionOptionsMax = 32
    /// Pieces of a path that can be read in several ways: each is looked for among all places of its site. A longer one
    /// is ambiguous.
    static let judgedPiecesMax = 128
    /// Bytes of a chunk's size line without its CR LF, extensions included.
    public static let chunkLineBytesMax = 512
    /// Bytes of chunk extensions in one message, so that tiny chunks with long extensions end early.
    public static let chunkExtensionBytesMax = 16 * 1024
    /// Bytes of a trailer section with its blank line; must fit a small slab of 16 KiB, as it is parsed in place.
    public static let trailerBytesMax = 8 * 1024
    /// Pieces that a request's cookies may come in over HTTP/2: browsers send one for each cookie.
    static let cookieCrumbsMax = 512
    /// Bytes that one header block over HTTP/2 may be decoded to, before its connection is ended: four times what the
    /// largest head may have, so that a head which is merely too large is answered.
    static let decodedBytesMax = 4 * headBytesCeiling
    /// Bytes of a target, behind its slash, that may tell a secret where the answer shows them: the shortest match that
    /// deflate makes.
    static let reflectedBytesMin = 3
    /// Bytes of a file's path below its folder: what the kernel takes, less the NUL at its end.
    public static let filePathBytesMax = 4_095
    /// Bytes of a file's name, as the kernel's file systems have it.
    static let fileNameBytesMax = 255
    /// Folders and a name that a file's path may have: each is looked up in the one before it.
    static let filePathSegmentsMax = 64
    /// Ranges that are replaced in one head: one for each field that a head may have, and some more.
    public static let splicesMax = 1_024
    /// Fields of a trailer section.
    public static let trailerCountMax = 32

    // Of members that speak in records, FastCGI or AJP.

    /// Bytes of content in one record to a FastCGI member: the most that 16 bits can say which is a multiple of 8.
    static let recordContentBytesMax = 65_528
    /// Field lines of a request that are told to programs: those that a head may have, which `field-count` bounds, and
    /// the edge's own. Beyond: 431.
    static let gatewayFieldsMax = 1_024
    /// Records without content that a FastCGI member may send in one answer: one ends each of its two streams, PHP-FPM
    /// sends none. Beyond: 502.
    static let emptyRecordsMax = 16
    /// Flushes in a row, without content between them, that an AJP member may ask for. Beyond: 502.
    static let flushesMax = 1_000
    /// Times that an AJP member may ask for content behind its end. Beyond: 502.
    static let unaskedChunksMax = 8
    /// Bytes that a FastCGI member's program may write to its standard error in one answer. Beyond: 502.
    public static let errorBytesMax = 1024 * 1024
    /// Bytes of it that are told in the log.
    public static let errorBytesTold = 512
    /// Bytes of content that are read and dropped behind an answer that has none, as to HEAD, so that the connection
    /// can be kept. Beyond: closed.
    public static let droppedContentBytesMax = 64 * 1024
    /// Bytes of an AJP packet, its 4 of length and mark included: Tomcat's default, and the most that it can be set to.
    public static let ajpPacketBytes = 8_192...65_536
    /// Bytes of a PROXY header of version 1 with its CR LF: what the protocol allows.
    static let proxyLineBytesMax = 107
    /// Bytes of a PROXY header of version 2: addresses take 232 at most, and what proxies add (names, certificates'
    /// facts, checksums) some hundreds. It is read in place, so it must fit a small slab of 16 KiB.
    public static let proxyHeaderBytesMax = 2 * 1024
    /// Elements of `Forwarded` that are read: proxies that a request may have come through.
    public static let forwardedHopsMax = 64
    /// Elements of `Accept` that are read; browsers send eight at most.
    static let acceptedTypesMax = 16
}
