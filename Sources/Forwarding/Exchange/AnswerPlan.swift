import HTTP

/// What the exchange has decided about an answer's head before the client's stream writes it.
package struct AnswerPlan: ~Copyable {
    /// How the content's end will be known, as far as the exchange knows: ``Framing/chunked`` means a length that is
    /// not known.
    package var framing: Framing
    /// What compression changes in the fields.
    package var coding: ResponseRewrite.CodingChange
    /// Field lines to add, each with its CR LF.
    package var extra: [UInt8]
    /// Field lines that rules add, likewise; those of all answers of a place are the same array, unless facts stand in
    /// them.
    package var lines: [UInt8] = []
    /// The member's fields that are left out; `nil`: none.
    package var omitted: FieldNames?
    /// What is replaced in its fields; `nil` where nothing is.
    package var splices: Splices?
    /// Whether the client's protocol is switched (101).
    package var isSwitching: Bool

    /// Puts it together.
    package init(
        framing: Framing, coding: ResponseRewrite.CodingChange = .none, extra: [UInt8] = [], splices: Splices? = nil,
        isSwitching: Bool = false
    ) {
        self.framing = framing
        self.coding = coding
        self.extra = extra
        self.splices = splices
        self.isSwitching = isSwitching
    }
}
