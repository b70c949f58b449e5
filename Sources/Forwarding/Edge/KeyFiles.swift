import Model
import TLS

extension BalancerConfiguration {
    /// Reads the keys of sealed routes. Blocks on the disk.
    ///
    /// - Returns: `nil` where routes are not sealed.
    /// - Throws: a fault that names the place in the configuration.
    func readKeys() throws(TokenKeyFile.Fault) -> [TokenKey]? {
        guard case .sealed(let sealed) = affinity else { return nil }
        do throws(TokenKeyFile.Fault) {
            return try TokenKeyFile.load(path: sealed.keyPath)
        } catch {
            throw TokenKeyFile.Fault(
                message: "balancers.\(name).affinity.key-file: \(sealed.keyPath): \(error.message)")
        }
    }
}

extension EdgeConfiguration {
    /// What is wrong with files of keys, in words that name the place in the configuration. Blocks on the disk.
    public var keyFileFaults: [String] {
        balancers.compactMap { balancer in
            do throws(TokenKeyFile.Fault) {
                _ = try balancer.readKeys()
                return nil
            } catch {
                return error.message
            }
        }
    }
}
