import Forwarding
import Model
import Synchronization
import TLS

/// Reads the files of members of a configuration again and again, in place of those that were read before it; the rest
/// of the configuration stays as it was read.
///
/// A file that cannot be used leaves its members as they were, whatever is in the others.
final class MemberFilesReader: Sendable {
    /// Makes a configuration of its document, with these bytes in place of what is in files of members.
    typealias Decoder =
        @Sendable (_ read: @escaping MemberFiles.Reader) throws(ConfigurationErrors) -> EdgeConfiguration

    /// What is known of a file.
    private struct File {
        /// What it held when it could be used last.
        var good: [UInt8]
        /// What it held last; `nil`: it could not be read.
        var last: [UInt8]?
    }

    private let files: Mutex<[String: File]>
    private let read: @Sendable (_ path: String, _ bytesMax: Int) -> Result<[UInt8], WholeFile.Fault>
    private let decode: Decoder

    /// - Parameters:
    ///   - bytes: what the files hold that are served, by their paths.
    ///   - read: reads a file.
    ///   - decode: makes a configuration.
    init(
        _ bytes: [String: [UInt8]],
        read: @escaping @Sendable (_ path: String, _ bytesMax: Int) -> Result<[UInt8], WholeFile.Fault>,
        decode: @escaping Decoder
    ) {
        files = Mutex(bytes.mapValues { File(good: $0, last: $0) })
        self.read = read
        self.decode = decode
    }

    /// Reads the files; blocks on the disk.
    func reading() -> MembersReader.Reading {
        files.withLock { files in
            var reading = MembersReader.Reading(configuration: nil, faults: [:])
            for path in files.keys.sorted() {
                guard let file = files[path] else { continue }
                switch read(path, SourceFile.bytesMax) {
                case .failure(let fault):
                    guard file.last != nil else { continue }
                    files[path]?.last = nil
                    reading.faults[path] = [
                        "\(path): error: the file of members \(fault.message); write it again, under another name "
                            + "first, and rename that"
                    ]
                case .success(let bytes):
                    guard bytes != file.last else { continue }
                    files[path]?.last = bytes
                    take(bytes, of: path, among: &files, &reading)
                }
            }
            return reading
        }
    }

    /// Takes what a file holds now, if a configuration can be made of it.
    private func take(
        _ bytes: [UInt8], of path: String, among files: inout [String: File], _ reading: inout MembersReader.Reading
    ) {
        var known = files.mapValues(\.good)
        known[path] = bytes
        do throws(ConfigurationErrors) {
            reading.configuration = try decode { path, _ in
                known[path].map { .success($0) } ?? .failure(WholeFile.Fault(message: "is not known"))
            }
            files[path]?.good = bytes
            reading.faults[path] = []
        } catch {
            reading.faults[path] = error.diagnostics.map(\.description)
        }
    }
}
