import Logging
import Model
import Reactor

/// The process that this one is to take the place of: it has started this one, goes on until this one serves, and for
/// good if that fails.
///
/// Belongs to the main thread. There is none where anybody else has started the process.
final class Predecessor {
    /// A socket of the other process.
    struct Inherited: ~Copyable {
        let purpose: SuccessionMessage.Purpose
        /// Where it is declared to be, there.
        let declared: String
        let descriptor: Descriptor

        /// Gives the open descriptor to the caller.
        consuming func takeDescriptor() -> Descriptor { descriptor }
    }

    private let channel: ProcessChannel
    private let coding: Legacy.Coding
    private let logger: Logger
    /// What the other process has left; `nil` until it was asked, or where it cannot be read.
    private(set) var legacy: Legacy?

    /// - Returns: `nil` where no process is to be taken the place of.
    init?(coding: Legacy.Coding, logger: Logger) {
        guard let channel = ProcessChannel.inherited(by: SuccessionLimits.variable) else { return nil }
        channel.setPatience(seconds: SuccessionLimits.patienceSeconds)
        self.channel = channel
        self.coding = coding
        self.logger = logger
    }

    /// Takes the other process's sockets; to be called once, before one is opened. They stay that process's too, until
    /// this one serves.
    func takeSockets(_ body: (consuming Inherited) -> Void) throws(SystemError) {
        while var message = try channel.receive() {
            switch SuccessionMessage(message.words) {
            case .lastSocket: return
            case .socket(let purpose, let declared):
                guard let descriptor = message.descriptor.take() else { continue }
                body(Inherited(purpose: purpose, declared: declared, descriptor: descriptor))
            default: continue
            }
        }
    }

    /// Asks for what the other process leaves, and waits for it; what cannot be read is said, and done without.
    func askForLegacy() {
        do {
            try channel.send(SuccessionMessage.asksForLegacy.words)
            while var message = try channel.receive() {
                guard case .legacy = SuccessionMessage(message.words), let file = message.descriptor.take() else {
                    continue
                }
                legacy = try coding.decode(try MemoryFile.read(file))
                return
            }
        } catch {
            logger.warning(
                """
                what the process before has counted, learned and been told cannot be taken over (\(error)): it begins \
                anew
                """)
        }
    }

    /// Says that every worker serves.
    func tellServing() {
        try? channel.send(SuccessionMessage.serves(version: Version.current).words)
    }

    /// Says why nothing will be served.
    func tellRefused(_ words: String) {
        try? channel.send(SuccessionMessage.refuses(String(words.prefix(SuccessionLimits.wordsMax))).words)
    }
}
