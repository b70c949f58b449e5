/// A client's connection as its worker knows it, whatever protocol it speaks.
protocol Client: AnyObject {
    /// Whether an exchange is under way or an answer is still going out.
    var isBusy: Bool { get }

    /// Comes to an end: a connection that stays idle is closed, the others after their next answers.
    func drain()

    /// Ends at once, whatever is under way.
    func cut()
}
