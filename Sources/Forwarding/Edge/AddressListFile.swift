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

        /// Describes a fault.
        package init(lines: [String]) {
            self.lines = lines
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
            throw Fault(lines: error.faults.map { "\(path):\($0)" } + rest)
        }
    }
}

extension EdgeConfiguration {
    /// The files that lists of access name.
    var addressListPaths: Set<String> {
        let levels =
            [rules.access] + listeners.map(\.access)
            + sites.flatMap { site in [site.rules.access] + site.paths.map(\.rules.access) }
        return Set(levels.flatMap(\.filePaths))
    }

    /// What is wrong with them, in words that name the file. Blocks on the disk.
    var addressListFaults: [FileFault] {
        addressListPaths.sorted().flatMap { path -> [FileFault] in
            do throws(AddressListFile.Fault) {
                _ = try AddressListFile.load(path: path)
                return []
            } catch {
                return error.lines.map { FileFault(keys: "", message: $0) }
            }
        }
    }
}
