import Forwarding
import Reactor

/// What is to be done with files, which is done when the test wants it.
final class FileScript {
    private(set) var jobs: [FileJob] = []
    /// Whether no more is taken.
    var isFull = false

    func enqueue(_ job: FileJob) -> Bool {
        if !isFull { jobs.append(job) }
        return !isFull
    }

    /// Does the oldest thing that is left.
    func run() -> FileJob {
        let job = jobs.removeFirst()
        job.run()
        return job
    }
}

extension Stage {
    /// Does all that is to be done with files, and what comes of it; at most a thousand things.
    ///
    /// - Returns: how many things that were.
    @discardableResult
    func runFiles() -> Int {
        var count = 0
        while !fileScript.jobs.isEmpty, count < 1_000 {
            bench.files.onDone(fileScript.run())
            bench.endTurn()
            count += 1
        }
        return count
    }
}
