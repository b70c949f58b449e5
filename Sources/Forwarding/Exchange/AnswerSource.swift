/// Where an answer's content comes from.
package protocol AnswerSource: AnyObject {
    /// Goes on with the answer, because the client has room again.
    func resume()

    /// Gives the answer up and forgets the exchange, which is not told.
    func close()
}
