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

    /// A client's request without content, which has what it waits for: the disk, and turns of its own, as far as
    /// twenty of them bring it.
    ///
    /// What the kernel has never looked for, and a link that nobody has followed, wait for the disk.
    func read(_ target: String, fields: String..., method: String = "GET") throws -> ScriptedClient {
        let client = try send(Self.head(target, fields: fields, method: method))
        runFiles()
        for _ in 0..<20 where client.outcome == .open {
            turn()
            runFiles()
        }
        return client
    }
}
