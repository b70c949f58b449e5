import ArgumentParser
import Control
import Forwarding
import Foundation

/// What every verb has that asks a running process, and the asking.
struct ControlOptions: ParsableArguments {
    /// Nobody serves the socket, or the process ends (`EX_UNAVAILABLE` of sysexits).
    static let unavailable = ExitStatus.unavailable.rawValue
    /// There is no such balancer or member, or what is given is malformed (`EX_DATAERR`).
    static let badData = ExitStatus.badData.rawValue
    /// What was waited for did not come in time (`EX_TEMPFAIL`).
    static let later = ExitStatus.later.rawValue
    /// Whether it is over cannot be told, as sessions are not counted (`EX_CONFIG`: it is declared so).
    static let uncounted = ExitStatus.badConfiguration.rawValue
    /// What answers is not Martlet, or does not know the verb (`EX_PROTOCOL`).
    static let badProtocol = ExitStatus.badProtocol.rawValue
    /// The socket is another user's (`EX_NOPERM`).
    static let forbidden = ExitStatus.forbidden.rawValue

    @Option(help: "The control socket of the running process.", completion: .file())
    var control = "/run/martlet/control.sock"

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    /// Refuses a `--timeout` of a verb that waits, which is out of its range.
    static func validate(timeout: Int) throws {
        guard (1...ControlLimits.waitingSecondsMax).contains(timeout) else {
            throw ValidationError("--timeout is a number of seconds from 1 to \(ControlLimits.waitingSecondsMax)")
        }
    }

    /// Asks for something.
    func get<Answer: Decodable>(_ target: String, as type: Answer.Type) throws -> Asked<Answer> {
        try asked { client in try client.get(target) }
    }

    /// What helps where a process cannot be asked as this program asks, behind the fault.
    struct Cures {
        /// Where the answer does not come in time.
        var late = "ask again, or end the process if it stays so"
        /// Where the process is older than the verb.
        var unknown = "restart it with the program of this version"
    }

    /// Asks for something to be done.
    ///
    /// - Parameters:
    ///   - seconds: how long the answer is waited for; `nil`: as for any other one.
    ///   - refused: the exit code where the process does not do it.
    func post<Answer: Decodable>(
        _ target: String, _ content: some Encodable, as type: Answer.Type, seconds: Int? = nil,
        cures: Cures = Cures(), refused: Int32 = badData
    ) throws -> Asked<Answer> {
        try asked(cures, refused: refused) { client in try client.post(target, content, seconds: seconds) }
    }

    private func asked<Answer: Decodable>(
        _ cures: Cures = Cures(), refused: Int32 = badData, _ ask: (ControlClient) throws -> Data
    ) throws -> Asked<Answer> {
        do {
            let data = try ask(ControlClient(path: control))
            guard let value = try? ControlCoding.decode(Answer.self, from: data) else {
                throw ControlClient.Failure.broken("its answer cannot be read")
            }
            return Asked(value: value, text: String(decoding: data, as: UTF8.self))
        } catch let complaint as ControlComplaint where complaint.code == ControlComplaint.unknownPath {
            throw EdgeProcess.failure(
                "error: the process that serves \(control) does not know this verb, as it is of an older version: "
                    + cures.unknown, code: Self.badProtocol)
        } catch let complaint as ControlComplaint {
            let isEnding = complaint.code == SupervisionError.Kind.ending.rawValue
            throw EdgeProcess.failure(
                "error: \(complaint.words); \(complaint.cure)", code: isEnding ? Self.unavailable : refused)
        } catch ControlClient.Failure.nobody(let words) {
            throw EdgeProcess.failure(
                "error: nobody serves the control socket \(control) (\(words)); "
                    + "give the running process's with --control, or configure control: { socket: … } and restart",
                code: Self.unavailable)
        } catch ControlClient.Failure.gone {
            throw EdgeProcess.failure(
                "error: what serves \(control) has ended the connection without an answer: "
                    + "ask again if the process goes on", code: Self.unavailable)
        } catch ControlClient.Failure.late(let seconds) {
            throw EdgeProcess.failure(
                "error: what serves \(control) has not answered within \(seconds) s: \(cures.late)", code: Self.later)
        } catch ControlClient.Failure.forbidden(let words) {
            throw EdgeProcess.failure(
                "error: the control socket \(control) may not be used (\(words)); ask as the user that runs Martlet",
                code: Self.forbidden)
        } catch ControlClient.Failure.broken(let words) {
            throw EdgeProcess.failure(
                "error: what serves \(control) does not answer as Martlet does: \(words); "
                    + "is it the control socket of this version?", code: Self.badProtocol)
        }
    }

    /// Prints the answer: as it came for scripts, else what people read.
    func show<Answer>(_ asked: Asked<Answer>, _ text: (Answer) -> String) {
        print(json ? asked.text : text(asked.value) + "\n", terminator: "")
    }
}

/// An answer, and its JSON as it came.
struct Asked<Value> {
    let value: Value
    let text: String
}
