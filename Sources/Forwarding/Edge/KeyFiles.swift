import Model
import TLS

extension BalancerConfiguration {
    /// The file of the keys that its routes are sealed with; `nil` where they are not.
    var keyPath: String? {
        affinity?.mode.keyFile
    }

    /// What is wrong with that file, in words that name the place in the configuration.
    func words(on fault: TokenKeyFile.Fault) -> String {
        "balancers.\(name).affinity.key-file: \(keyPath ?? ""): \(fault.message)"
    }
}

extension EdgeConfiguration {
    /// What is wrong with files of keys, in words that name the place in the configuration. Blocks on the disk.
    public var keyFileFaults: [String] {
        balancers.compactMap { balancer in
            guard let path = balancer.keyPath else { return nil }
            do throws(TokenKeyFile.Fault) {
                _ = try TokenKeyFile.load(path: path)
                return nil
            } catch {
                return balancer.words(on: error)
            }
        }
    }
}
