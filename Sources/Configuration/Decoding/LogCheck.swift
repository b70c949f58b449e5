import Model

/// What keys of `log.access` say together.
enum LogCheck {
    /// Refuses two places for the same lines, and warns of what is of no use.
    ///
    /// - Parameter log: `log`, in which nothing else is wrong.
    static func check(_ log: Slot?, _ edge: EdgeConfiguration) {
        guard let access = edge.accessLog, let section = log?.section()?["access"]?.section() else { return }
        if access.syslog != nil, let path = section["path"] {
            path.complain("lines go to syslog, and not to a file as well", cure: .takeAway("take one of the two away"))
        }
        if case .text(let name)? = section["path"]?.node.meaning { warn(of: name, at: section["path"]) }
        if access.slowMilliseconds != nil, access.share == .all, let slow = section["slow"] {
            slow.warn("sample leaves no exchange out", cure: .takeAway("take it away, or write sample: 10%"))
        }
    }

    /// Warns of words that mean no file where others have them.
    private static func warn(of name: String, at path: Slot?) {
        let cure: Cure
        switch name {
        case "stdout", "stderr": cure = .write("\"-\"", " for standard output")
        case "off", "none", "disabled": cure = "leave log.access out to have no log"
        case "syslog", "journal", "journald": cure = "write syslog: /dev/log in its place"
        default: return
        }
        path?.warn("lines would go to a file of the name \(name.quoted)", cure: cure)
    }
}
