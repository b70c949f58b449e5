import Bytes

/// What is said to a member that is checked, and what it must answer: a conversation without I/O.
///
/// Whatever comes is the member's, and may be anything: a conversation keeps no more than ``CheckLimits`` allow, and
/// whoever has it ends it after ``CheckLimits/answerBytesMax`` and the check's time.
package protocol ProbeDialogue: AnyObject {
    /// Puts into `output`, which is empty, what is said first.
    func begin(to output: Buffer)

    /// Takes what has come, and puts into `output` what is said to that.
    ///
    /// - Returns: the result; `nil`: more is needed.
    func receive(_ bytes: Span<UInt8>, to output: Buffer) -> ProbeResult?

    /// The member has ended its direction.
    func end() -> ProbeResult
}

/// What a check has come to.
package enum ProbeResult: Sendable, Equatable {
    /// The member has proven itself, by this.
    case passed(String)
    /// It has not, for this.
    case failed(String)
    /// It could not be asked, for this, which is not its fault.
    case undecided(String)

    /// By what, in a few words.
    package var evidence: String {
        switch self {
        case .passed(let words), .failed(let words), .undecided(let words):
            String(words.prefix(CheckLimits.evidenceBytesMax))
        }
    }

    /// Whether the member has proven itself.
    package var hasPassed: Bool { if case .passed = self { true } else { false } }
}

extension Buffer {
    /// Appends a text; what has no room is a broken invariant of who made it.
    func put(_ text: String) {
        let bytes = Array(text.utf8)
        precondition(append(bytes.span) == bytes.count, "what a check says fits its slab")
    }
}
