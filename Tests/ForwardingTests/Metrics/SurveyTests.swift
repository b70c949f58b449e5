import Forwarding
import Synchronization
import Testing

/// What workers are asked, and who waits for their answers.
@Suite("Surveys of workers")
struct SurveyTests {
    /// What was told at the end, each time.
    private final class Told: Sendable {
        let reports = Mutex<[[Int?]]>([])

        func wait(for survey: Survey) {
            survey.onEnd { reports in
                self.reports.withLock { $0.append(reports.map { $0?.installation }) }
            }
        }

        var all: [[Int?]] { reports.withLock { $0 } }
    }

    private func report(_ installation: Int) -> WorkerReport {
        WorkerReport(installation: installation, pools: [])
    }

    @Test("it ends with the last answer, and its time that is over later changes nothing")
    func answered() {
        let (survey, told) = (Survey(workers: 2, countsPools: false), Told())
        told.wait(for: survey)
        survey.answer(report(7), of: 1)
        #expect(told.all.isEmpty)
        survey.answer(report(8), of: 0)
        survey.end()
        #expect(told.all == [[8, 7]])
    }

    @Test("it ends without those who are late, whose answers are nobody's")
    func late() {
        let (survey, told) = (Survey(workers: 2, countsPools: true), Told())
        told.wait(for: survey)
        survey.answer(report(7), of: 0)
        survey.end()
        survey.answer(report(7), of: 1)
        #expect(told.all == [[7, nil]])
    }

    @Test("who begins to wait when it is over is told at once")
    func over() {
        let (survey, told) = (Survey(workers: 1, countsPools: false), Told())
        survey.answer(report(3), of: 0)
        told.wait(for: survey)
        #expect(told.all == [[3]])
    }
}
