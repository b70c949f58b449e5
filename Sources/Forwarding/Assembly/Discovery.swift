import Logging
import Model
import Reactor

/// Asks for members' names when their answers have lived, and watches the folders of files of members.
///
/// Belongs to the main thread, which it never holds up: a ``NameResolver`` asks, and a ``Gatherer`` reads.
final class Discovery {
    private let loop: EventLoop
    private let server: Mailbox<ServerMessage>
    private let logger: Logger
    private var schedule = NameSchedule()
    private var terms = DNSConfiguration()
    private var nameTimer: Registration?
    private var watch: FolderWatch?
    private var watchRegistration: Registration?
    private var lookTimer: Registration?
    /// When the files of members are looked at; `nil`: when there is news of them.
    private var lookMillis: Int64?
    /// Reads the files of members that are served; `nil`: there are none.
    private(set) var members: MembersReader?
    /// What name servers have answered since an edge was made last.
    private(set) var answers: [NameLookup.Name: NameLookup.Answer] = [:]
    /// Whether the files of members may hold something else.
    private(set) var areMembersAsked = false
    /// Called when they may.
    private var onChange: (() -> Void)?

    init(loop: EventLoop, server: Mailbox<ServerMessage>, logger: Logger) {
        self.loop = loop
        self.server = server
        self.logger = logger
    }

    private var nowMillis: Int64 { Int64(Clock.monotonicNanoseconds() / 1_000_000) }

    /// Milliseconds of the event loops' clock, as of the beginning of this turn.
    var turnMillis: Int64 { Int64(loop.clock.nowMillis) }

    // MARK: - Names

    /// Follows the names of the configuration that is served.
    func follow(_ configuration: EdgeConfiguration) {
        terms = configuration.dns
        schedule.watch(configuration.names, at: nowMillis)
        setNameTimer()
    }

    /// Notes answers that a source has taken.
    ///
    /// - Parameter sources: which has taken them.
    func note(_ answers: [NameLookup.Name: NameLookup.Answer], in sources: Sources, _ configuration: EdgeConfiguration)
    {
        terms = configuration.dns
        let now = nowMillis
        schedule.watch(configuration.names, at: now)
        for (name, answer) in answers {
            let release = sources.names[name]?.value?.release(after: terms.holdMilliseconds)
            schedule.take(answer, for: name, terms, release: release, at: now)
        }
        setNameTimer()
    }

    /// Keeps an answer until an edge can be made of it.
    func keep(_ answer: NameLookup.Answer, for name: NameLookup.Name) {
        answers[name] = answer
    }

    /// Takes what was answered.
    func takeAnswers() -> [NameLookup.Name: NameLookup.Answer] {
        defer { answers = [:] }
        return answers
    }

    private func setNameTimer() {
        guard let next = schedule.next else { return }
        let timer =
            nameTimer ?? loop.registerTimer(handler: ClosureHandler { [unowned self] in askNames() })
        nameTimer = timer
        loop.setDeadline(timer, after: Int(max(0, next - nowMillis)))
    }

    private func askNames() {
        let servers = NameServers(terms)
        for name in schedule.begin(at: nowMillis) {
            NameResolver.shared.ask(name, of: servers) { [server] answer in server.post(.named(name, answer)) }
        }
        setNameTimer()
    }

    // MARK: - Files of members

    /// Watches the files of members that are served from now on.
    ///
    /// - Parameter onChange: called when they may hold something else.
    func watch(_ members: MembersReader?, onChange: @escaping () -> Void) {
        self.members = members
        self.onChange = onChange
        guard members?.paths.isEmpty == false else { return }
        if watch == nil { beginToWatch() }
        watchFolders()
    }

    /// Notes that the files are being read.
    func beginMembers() {
        areMembersAsked = false
    }

    /// Looks again in a while at files that cannot be used: whoever mends one may do so where nobody watches.
    func lookLater() {
        setLookTimer(NameLimits.lookMillis)
    }

    private func beginToWatch() {
        do throws(SystemError) {
            let watch = try FolderWatch()
            watchRegistration = try loop.registerReader(
                watch.descriptor, handler: ClosureHandler { [unowned self] in onNews() })
            self.watch = consume watch
        } catch {
            logger.warning(
                """
                files of members are looked at every \(NameLimits.lookMillis / 1_000) s, as their folders cannot be \
                watched: \(error); raise fs.inotify.max_user_instances
                """)
        }
    }

    private func watchFolders() {
        var areWatched = watch != nil
        for path in members?.paths.sorted() ?? [] {
            // Links may lead elsewhere by now.
            let isWatched = watch?.add(file: path) ?? false
            areWatched = areWatched && isWatched
        }
        if !areWatched { lookLater() }
    }

    private func onNews() {
        watch?.drain()
        guard members != nil else { return }
        setLookTimer(NameLimits.settlingMillis)
    }

    private func setLookTimer(_ millis: Int) {
        let timer = lookTimer ?? loop.registerTimer(handler: ClosureHandler { [unowned self] in look() })
        lookTimer = timer
        let due = nowMillis + Int64(millis)
        guard lookMillis.map({ due < $0 }) ?? true else { return }
        lookMillis = due
        loop.setDeadline(timer, after: millis)
    }

    private func look() {
        lookMillis = nil
        guard members != nil else { return }
        // Before they are read: what changes from here on is told.
        watchFolders()
        areMembersAsked = true
        onChange?()
    }
}
