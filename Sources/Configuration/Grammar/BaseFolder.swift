/// What relative paths in a configuration start from.
struct BaseFolder {
    private let prefix: String

    /// The working directory of the process.
    static let working = BaseFolder(prefix: "")

    /// The folder that a file lies in.
    init(of file: String) {
        prefix = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    /// A folder by its path.
    init(_ path: String) {
        prefix = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
    }

    private init(prefix: String) {
        self.prefix = prefix
    }

    /// The path as the process is to open it.
    func path(_ path: String) -> String {
        path.hasPrefix("/") ? path : prefix + path
    }
}

/// What relative paths start from in each file of a configuration: from the folder that it lies in, unless the command
/// line says another one for the first.
struct BaseFolders {
    private let first: (file: String, folder: BaseFolder)?

    /// Makes the rule.
    ///
    /// - Parameters:
    ///   - file: the first file.
    ///   - folder: the path of the folder that its paths start from; `nil`: its own.
    init(of file: String, from folder: String?) {
        first = folder.map { (file, BaseFolder($0)) }
    }

    /// What paths start from that are written somewhere.
    func folder(of origin: Origin) -> BaseFolder {
        guard let file = origin.file else { return .working }
        if let first, first.file == file { return first.folder }
        return BaseFolder(of: file)
    }
}
