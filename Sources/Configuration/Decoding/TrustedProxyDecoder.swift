import Forwarding

/// Decodes `trusted-proxies`.
enum TrustedProxyDecoder {
    /// Decodes the list and refuses UNIX-domain sockets that nobody listens on.
    ///
    /// - Parameters:
    ///   - slot: the list.
    ///   - folder: what a relative path starts from.
    ///   - listeners: those that are declared.
    static func decode(
        _ slot: Slot?, from folder: BaseFolder, listeners: [ListenerConfiguration]
    ) -> (ranges: [AddressRange], socketPaths: [String]) {
        var ranges: [AddressRange] = []
        var paths: [String] = []
        for item in slot?.items({ (try? parse($0, from: folder)) != nil }) ?? [] {
            let address = item.parsed { (text) throws(GrammarError) in try parse(text, from: folder) }
            switch address {
            case .range(let range): ranges.append(range)
            case .socket(let path):
                // Where no listener could be read, that was said.
                if !listeners.isEmpty, !listeners.contains(where: { $0.address == .unix(path: path) }) {
                    refuse(path, at: item, listeners: listeners)
                }
                paths.append(path)
            case nil: continue
            }
        }
        return (ranges, paths)
    }

    private enum Proxy {
        case range(AddressRange)
        case socket(path: String)
    }

    private static func parse(_ text: String, from folder: BaseFolder) throws(GrammarError) -> Proxy {
        guard text.hasPrefix("unix:") else { return .range(try AddressRange.parse(text)) }
        return .socket(path: try UnixPath.parse(text.dropFirst(5), from: folder))
    }

    private static func refuse(_ path: String, at slot: Slot, listeners: [ListenerConfiguration]) {
        let declared = listeners.compactMap { listener in
            if case .unix(let path) = listener.address { "unix:\(path)" } else { nil }
        }
        let cure: Cure =
            switch declared.count {
            case 0: .takeAway("name the proxies' addresses; no listener is a UNIX-domain socket")
            case 1: .write(declared[0])
            default: "those that are declared are \(declared.joined(separator: ", "))"
            }
        slot.complain("no listener has the address unix:\(path)", cure: cure)
    }
}
