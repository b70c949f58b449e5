import Foundation
import Reactor
import Testing

/// What is told of files in folders.
@Suite("Watching folders")
struct FolderWatchTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/martlet-watch-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Whether there is news, which is taken away.
    private func hasNews(_ watch: borrowing FolderWatch) -> Bool {
        var item = pollfd(fd: watch.descriptor.number, events: Int16(POLLIN), revents: 0)
        let count = unsafe poll(&item, 1, 0)
        watch.drain()
        return count == 1
    }

    @Test("written, renamed over, taken away and linked elsewhere: each is news once")
    func news() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/members.yaml"
        let watch = try FolderWatch()
        let isThere = watch.add(file: file)
        #expect(isThere)
        var news = [hasNews(watch)]
        try Data("a".utf8).write(to: URL(fileURLWithPath: file))
        news.append(hasNews(watch))
        news.append(hasNews(watch))
        try Data("b".utf8).write(to: URL(fileURLWithPath: folder + "/new"))
        _ = hasNews(watch)
        unsafe rename(folder + "/new", file)
        news.append(hasNews(watch))
        unsafe unlink(file)
        news.append(hasNews(watch))
        unsafe symlink("..data/members.yaml", file)
        news.append(hasNews(watch))
        #expect(news == [false, true, false, true, true, true])
    }

    @Test("where links lead to is watched too, and a folder that is not there is told")
    func links() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/real", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/used", withIntermediateDirectories: true)
        try Data("a".utf8).write(to: URL(fileURLWithPath: folder + "/real/members.yaml"))
        unsafe symlink("../real/members.yaml", folder + "/used/members.yaml")
        let watch = try FolderWatch()
        let isThere = watch.add(file: folder + "/used/members.yaml")
        try Data("b".utf8).write(to: URL(fileURLWithPath: folder + "/real/members.yaml"))
        let isNews = hasNews(watch)
        let isNowhere = watch.add(file: folder + "/none/members.yaml")
        #expect(isThere && isNews && !isNowhere)
    }
}
