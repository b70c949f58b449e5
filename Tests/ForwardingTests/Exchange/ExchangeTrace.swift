/// All that can be seen of an exchange from outside.
struct ExchangeTrace: Equatable {
    /// What a connection was sent, and what it was told.
    struct Leg: Equatable {
        let request: [UInt8]
        let patience: Int?
        let isTunnel: Bool
        let isWritingEnded: Bool

        init(_ connection: ScriptedConnection) {
            request = connection.written
            patience = connection.patience
            isTunnel = connection.isTunnel
            isWritingEnded = connection.isWritingEnded
        }
    }

    let legs: [Leg]
    let outcome: ScriptedClient.Outcome
    let interim: [Int]
    let head: String
    let content: [UInt8]
    let trailers: String
    let flushCount: Int
    let isResumed: Bool
    /// What the access log says of it.
    let lines: [String]
    /// What it has left under way, and lent.
    let inFlightCount: Int
    let lentSlabCount: Int

    init(
        _ client: ScriptedClient, on connections: [ScriptedConnection], lines: [String], inFlightCount: Int,
        lentSlabCount: Int
    ) {
        legs = connections.map(Leg.init)
        outcome = client.outcome
        interim = client.interim
        head = client.head
        content = client.content
        trailers = client.trailers
        flushCount = client.flushCount
        isResumed = client.isResumed
        self.lines = lines
        self.inFlightCount = inFlightCount
        self.lentSlabCount = lentSlabCount
    }
}
