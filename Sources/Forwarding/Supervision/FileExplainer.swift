import Bytes
import HTTP
import Reactor

/// Finds out which file a request would be answered with, as ``FileAnswer`` does, and waits for the disk.
enum FileExplainer {
    /// - Parameters:
    ///   - place: where the request leads.
    ///   - hasBalancer: whether a balancer answers for what is no file.
    /// - Returns: `nil`: no file, and the balancer would answer.
    static func explain(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, at place: Place, hasBalancer: Bool
    ) -> Explanation? {
        guard case .files(let files) = place.own else { return nil }
        func refused(_ outcome: Outcome) -> Explanation {
            Explanation(.none, answer: OwnAnswer(file: outcome), at: place, rules: place.rules)
        }
        guard head.method == .get || head.method == .head else {
            return hasBalancer ? nil : refused(.methodNotAllowed)
        }
        if hasBalancer, head.hasContent || head.asksForWebSocket { return nil }
        let path = Buffer(capacity: BufferPool.smallBytes)
        let resolution = path.append { (output: inout OutputSpan<UInt8>) in
            files.resolve(bytes.extracting(head.pathRange), into: &output)
        }
        if case .refused(let reason) = resolution {
            return hasBalancer ? nil : refused(reason == .hidden ? .fileHidden : .noFile)
        }
        guard let root = files.root else { return refused(.fileUnreadable) }
        var search = FileSearch(files, path, isFolder: resolution == .folder)
        switch search.goOn(in: path, with: nil, { root.open($0) }) {
        case .found:
            let coding = FileVariants.choose(search.existing, for: head, in: bytes)
            let suffix = coding.map { "\($0.fileSuffix)" } ?? ""
            return Explanation(file: name(path, below: root) + suffix, isFolder: false, at: place)
        case .folder: return Explanation(file: name(path, below: root) + "/", isFolder: true, at: place)
        case .none(.noFile) where hasBalancer: return nil
        case .none(let outcome): return refused(outcome)
        case .failed, .waits: return refused(.fileUnreadable)
        }
    }

    private static func name(_ path: Buffer, below root: FileRoot) -> String {
        var bytes: [UInt8] = []
        path.withReadable { for offset in $0.indices { bytes.append($0[offset]) } }
        return root.path + "/" + String(decoding: bytes, as: UTF8.self)
    }
}
