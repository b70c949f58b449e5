import Model

/// What a balancer's `buffering` comes to.
struct Buffering: Sendable {
    /// For answers that their clients take slowly; `nil`: their members wait.
    let answers: SpoolTerms?
    /// For requests that are gathered; `nil`: none is.
    let requests: SpoolTerms?
    /// Whether all requests are gathered, and not those alone without a length.
    let gathersAll: Bool

    /// - Parameter balancer: what is declared of it.
    /// - Returns: `nil` where nothing is buffered.
    init?(_ balancer: BalancerConfiguration) {
        let declared = balancer.buffering ?? BufferingConfiguration()
        func terms(_ memoryBytesMax: Int) -> SpoolTerms {
            SpoolTerms(
                memoryBytesMax: memoryBytesMax, fileBytesMax: declared.fileBytesMax ?? 0, folder: declared.folderPath)
        }
        answers = declared.answerBytesMax.map(terms)
        requests = balancer.gatheredBytesMax.map { memoryBytesMax in
            var terms = terms(memoryBytesMax)
            terms.keeps = true
            return terms
        }
        gathersAll = declared.requestBytesMax != nil
        guard answers != nil || requests != nil else { return nil }
    }
}
