/// What of a balancer's answers and requests waits here for slow clients, so that members do not.
public struct BufferingConfiguration: Sendable, Hashable {
    /// Bytes of memory for what a client has not taken of its answer; `nil`: the member waits for the client.
    public var answerBytesMax: Int?
    /// Bytes of memory for requests, which a member is asked once they are there; `nil`: it gets them as they come.
    public var requestBytesMax: Int?
    /// Bytes of a file for what is more than that, of an answer or a request; `nil`: there is none.
    public var fileBytesMax: Int? = 1 << 30
    /// On whose file system such files are. They have no names, and are gone with the process.
    public var folderPath = "/var/tmp"

    /// Nothing waits but what is set.
    public init() {}

    /// Bytes of memory for requests without a length to members of FastCGI, where nothing is declared.
    public static let lengthlessBytesMax = 64 << 10

    private static let memoryBytes = 64 << 10...4 << 20

    /// The keys of a balancer's `buffering`.
    public static let schema = Schema<BufferingConfiguration>(
        "What waits here for slow clients.", of: BufferingConfiguration(), others: .buffering,
        [
            Field(
                "answers", \.answerBytesMax, .bytes(memoryBytes, or: "off"),
                "the memory for what a client has not taken of its answer, whose member is free meanwhile; off unless "
                    + "set"),
            Field(
                "requests", \.requestBytesMax, .bytes(memoryBytes, or: "off"),
                "the memory for a request, which a member is asked once all of it is there; off unless set"),
            Field(
                "file", \.fileBytesMax, .bytes(64 << 10...1 << 40, or: "off"),
                "a file for what is more than that; limits.buffer-files bounds them all"),
            Field("folder", \.folderPath, .text(.bufferFolder), "on whose file system such files are"),
        ])
}
