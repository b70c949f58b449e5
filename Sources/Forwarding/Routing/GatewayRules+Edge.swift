import HTTP
import Model

extension GatewayRules {
    /// Rules as a balancer declares them.
    convenience init(_ configuration: FastCGIConfiguration) {
        let front: [UInt8] =
            switch configuration.front {
            case .script(let path): Array(path.utf8)
            case .off: []
            }
        self.init(
            root: Array(configuration.rootPath.utf8), index: Array(configuration.index.utf8),
            suffix: Array(configuration.suffix.utf8), front: front,
            params: configuration.parameters.sorted { $0.key < $1.key }.map {
                (Array($0.key.utf8), Array($0.value.utf8))
            },
            passesAuthorization: !configuration.omitsAuthorization)
    }
}
