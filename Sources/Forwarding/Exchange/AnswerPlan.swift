import HTTP

/// What the exchange has decided about an answer's head before the client's stream writes it.
struct AnswerPlan: ~Copyable {
    /// How the content's end will be known, as far as the exchange knows: ``Framing/chunked`` means a length that is
    /// not known.
    var framing: Framing
    /// What compression changes in the fields.
    var coding: ResponseRewrite.CodingChange
    /// Field lines to add, each with its CR LF.
    var extra: [UInt8]
    /// What is replaced in its fields; `nil` where nothing is.
    var splices: Splices?
    /// Whether the client's protocol is switched (101).
    var isSwitching: Bool
}
