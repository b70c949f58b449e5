import Limiting
import Model
import TLS

/// Files of addresses that `allow` and `deny` name.
package enum AddressListFile {
    /// Bytes of a file at most: as many ranges as a set may have, with a comment behind each.
    private static let bytesMax = 16 << 20

    /// What is wrong with a file.
    package struct Fault: Error, Sendable, Equatable {
        /// In words that name the file, and the line where there is one; at least one.
        package let lines: [String]
        /// Whether they have places in the file; else it is wrong as a whole.
        package let hasPlaces: Bool

        /// Describes a fault.
        package init(lines: [String], hasPlaces: Bool = false) {
            self.lines = lines
            self.hasPlaces = hasPlaces
        }
    }

    /// Reads a file. Blocks on the disk: never called on a worker.
    package static func load(path: String) throws(Fault) -> [AddressRange] {
        let text: [UInt8]
        do throws(WholeFile.Fault) {
            text = try WholeFile.read(path, bytesMax: bytesMax)
        } catch {
            throw Fault(lines: ["\(path): \(error.message)"])
        }
        do throws(AddressListError) {
            return try AddressList.parse(text)
        } catch {
            let left = error.count - error.faults.count
            let rest = left > 0 ? ["\(path): and \(left) more"] : []
            throw Fault(lines: error.faults.map { "\(path):\($0)" } + rest, hasPlaces: true)
        }
    }
}

extension EdgeConfiguration {
    /// The files that lists of access name, with the keys that name each first.
    private var addressListPlaces: [String: String] {
        var places: [String: String] = [:]
        func note(_ access: AccessConfiguration, _ keys: String) {
            for (key, list) in [("allow", access.allowed), ("deny", access.denied)] {
                for case .file(let path) in list ?? [] where places[path] == nil { places[path] = keys + key }
            }
        }
        for (index, listener) in listeners.enumerated() { note(listener.access, "listeners[\(index)].") }
        note(rules.access, "")
        for (index, site) in sites.enumerated() {
            note(site.rules.access, "sites[\(index)].")
            for path in site.paths { note(path.rules.access, "sites[\(index)].paths.\(path.declaredName).") }
        }
        return places
    }

    /// The files that lists of access name.
    var addressListPaths: Set<String> { Set(addressListPlaces.keys) }

    /// What is wrong with them, in words that name the file. Blocks on the disk.
    var addressListFaults: [FileFault] {
        addressListPlaces.sorted { $0.key < $1.key }.flatMap { path, keys -> [FileFault] in
            do throws(AddressListFile.Fault) {
                _ = try AddressListFile.load(path: path)
                return []
            } catch {
                return error.lines.map { FileFault(keys: error.hasPlaces ? "" : keys, message: $0) }
            }
        }
    }
}
