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

    /// Takes the oldest thing that is left, undone.
    func takeFirst() -> FileJob {
        jobs.removeFirst()
    }

    /// Does the oldest thing that is left.
    func run() -> FileJob {
        let job = jobs.removeFirst()
        job.run()
        return job
    }
}

extension Stage {
    /// Does all that is to be done with files, and what comes of it.
    ///
    /// - Returns: how many things that were.
    @discardableResult
    func runFiles() -> Int {
        var count = 0
        while !fileScript.jobs.isEmpty {
            bench.files.onDone(fileScript.run())
            bench.endTurn()
            count += 1
        }
        return count
    }
}
