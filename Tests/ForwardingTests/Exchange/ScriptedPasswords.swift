import Forwarding

/// Takes passwords in the place of the thread that checks them, and has a test say what becomes of each.
final class ScriptedPasswords {
    /// Those that wait, in the order in which they came.
    private(set) var jobs: [PasswordJob] = []
    /// How many there were.
    private(set) var count = 0
    /// Whether there is room for no more.
    var isFull = false

    func enqueue(_ job: PasswordJob) -> Bool {
        guard !isFull else { return false }
        jobs.append(job)
        count += 1
        return true
    }

    /// The oldest one, which waits no longer.
    func takeFirst() -> PasswordJob { jobs.removeFirst() }
}

extension Stage {
    /// What files of users hold, by the paths that configurations name: in both, Ada has the password `sesame`.
    static let passwordFiles = ["htpasswd": users(), "others": users()].compactMapValues { $0 }

    private static func users() -> PasswordFile? {
        try? PasswordFile(Array("ada:$2y$04$shHjJNmK767NSKb7.ydkNuyCL2CaqOS/OghMAhIAq228Iv9A6/85S\n".utf8))
    }

    /// A field with Ada's name and password: `ada:sesame`.
    static let asAda = "Authorization: Basic YWRhOnNlc2FtZQ=="

    /// Tells the worker what became of the oldest check, as the thread's message does.
    ///
    /// - Parameter verdict: `nil`: what it comes to.
    func decide(_ verdict: PasswordJob.Verdict? = nil) {
        let job = passwords.takeFirst()
        bench.passwords.onDone(job, verdict ?? job.check())
        turn()
    }
}
