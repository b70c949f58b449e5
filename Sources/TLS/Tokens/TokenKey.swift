/// A key that routes in sessions are sealed with, shared by all nodes of an edge.
public struct TokenKey: Sendable, Equatable {
    /// Its number: what a token says of the key that opens it.
    public let epoch: UInt8
    /// The secret: 256 bits.
    let secret: [UInt8]

    /// Makes a key.
    ///
    /// - Parameter secret: 32 bytes.
    public init(epoch: UInt8, secret: [UInt8]) {
        precondition(secret.count == 32, "a key has 256 bits")
        self.epoch = epoch
        self.secret = secret
    }
}
