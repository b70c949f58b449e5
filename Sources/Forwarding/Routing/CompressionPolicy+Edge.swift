import HTTP
import Model

extension CompressionPolicy {
    /// The policy that a configuration declares.
    convenience init(_ configuration: CompressionConfiguration) {
        self.init(
            types: configuration.types.compactMap(MediaTypePattern.init),
            minimumLength: UInt64(configuration.minimumLengthBytes), kinds: configuration.kinds(),
            guardsAgainstBreach: configuration.guardsAgainstBreach)
    }
}
