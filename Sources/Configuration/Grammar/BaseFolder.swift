/// What relative paths in a configuration start from.
struct BaseFolder {
    private let prefix: String

    /// The working directory of the process.
    static let working = BaseFolder(prefix: "")

    /// The folder that a file lies in.
    init(of file: String) {
        prefix = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    private init(prefix: String) {
        self.prefix = prefix
    }

    /// The path as the process is to open it.
    func path(_ path: String) -> String {
        path.hasPrefix("/") ? path : prefix + path
    }
}
