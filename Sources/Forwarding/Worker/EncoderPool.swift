import HTTP

/// A worker's idle encoders, each at the beginning of a content.
struct EncoderPool {
    /// The kinds that are in use, and the idle encoders of each.
    private var kinds: [EncoderKind] = []
    private var idle: [[any ContentEncoder]] = []

    /// Says which kinds will be asked for; the idle encoders of others are let go.
    mutating func allow(_ kinds: [EncoderKind]) {
        idle = kinds.map { kind in self.kinds.firstIndex(of: kind).map { idle[$0] } ?? [] }
        self.kinds = kinds
    }

    /// An encoder at the beginning of a content.
    mutating func take(_ kind: EncoderKind) -> any ContentEncoder {
        guard let index = kinds.firstIndex(of: kind) else { return kind.makeEncoder() }
        return idle[index].popLast() ?? kind.makeEncoder()
    }

    /// Keeps an encoder, unless its kind is not in use any more or enough of them are idle.
    mutating func giveBack(_ encoder: any ContentEncoder) {
        guard let index = kinds.firstIndex(of: encoder.kind), idle[index].count < WorkerLimits.freeEncodersMax else {
            return
        }
        encoder.reset()
        idle[index].append(encoder)
    }
}
