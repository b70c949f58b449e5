import Model
import TLS

extension BalancerConfiguration {
    /// The file of the keys that its routes are sealed with; `nil` where they are not.
    var keyPath: String? {
        affinity?.mode.keyFile
    }

    /// What is wrong with that file, in words that name the place in the configuration.
    func words(on fault: TokenKeyFile.Fault) -> String {
        self.fault(fault).description
    }

    fileprivate func fault(_ fault: TokenKeyFile.Fault) -> FileFault {
        FileFault(keys: "balancers.\(name).affinity.key-file", message: "\(keyPath ?? ""): \(fault.message)")
    }
}

extension EdgeConfiguration {
    /// What is wrong with files of keys. Blocks on the disk.
    var keyFileFaults: [FileFault] {
        balancers.compactMap { balancer in
            guard let path = balancer.keyPath else { return nil }
            do throws(TokenKeyFile.Fault) {
                _ = try TokenKeyFile.load(path: path)
                return nil
            } catch {
                return balancer.fault(error)
            }
        }
    }
}
