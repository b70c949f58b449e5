import Model
import Reactor

extension EdgeConfiguration {
    /// What could not be opened at the start, as far as one sees it. Blocks on the disk.
    ///
    /// Folders below /run, /var/log and /var/lib are not looked for: a service manager makes them with the process
    /// (`RuntimeDirectory=`, `LogsDirectory=` and `StateDirectory=` in systemd.exec(5)).
    ///
    /// - Returns: keys as messages have them, what is wrong, and a cure.
    public func placeDoubts() -> [(keys: String, message: String, cure: String)] {
        guard let path = accessLogPath, let error = AppendOnlyFile.obstacle(to: path),
            let cure = AccessLog.cure(of: error, opening: path)
        else { return [] }
        let isMade = ["/run/", "/var/run/", "/var/log/", "/var/lib/"].contains { path.hasPrefix($0) }
        if isMade, error.isMissing { return [] }
        return [("log.access.path", "\(path) cannot be opened, and no start would succeed: \(error)", cure)]
    }
}
