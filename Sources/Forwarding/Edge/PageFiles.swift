import Model
import TLS

extension EdgeConfiguration {
    /// The files of pages, with the keys that name each first.
    var pagePlaces: [String: String] {
        var places: [String: String] = [:]
        func note(_ rules: RulesConfiguration, _ keys: String) {
            for page in rules.pages {
                for path in page.paths where places[path] == nil { places[path] = "\(keys)pages.\(page.statuses)" }
            }
        }
        note(rules, "")
        for (index, site) in sites.enumerated() {
            note(site.rules, "sites[\(index)].")
            for path in site.paths { note(path.rules, "sites[\(index)].paths.\(path.declaredName).") }
        }
        return places
    }

    /// What is wrong with them. Blocks on the disk.
    var pageFaults: [FileFault] {
        pagePlaces.sorted { $0.value < $1.value }.compactMap { path, keys in
            do throws(WholeFile.Fault) {
                _ = try WholeFile.read(path, bytesMax: PageConfiguration.bytesMax)
                return nil
            } catch {
                return FileFault(keys: keys, message: "\(path): \(error.message)")
            }
        }
    }

    /// What is wrong with a page.
    static func words(on fault: WholeFile.Fault, page path: String, at keys: String) -> String {
        FileFault(keys: keys, message: "\(path): \(fault.message)").description
    }
}
