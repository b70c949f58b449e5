import Model

/// What the `buffering` of a balancer, or of a site's path, comes to.
struct Buffering: Sendable {
    /// For answers that their clients take slowly; `nil`: their members wait.
    let answers: SpoolTerms?
    /// For requests that are gathered; `nil`: none is.
    let requests: SpoolTerms?
    /// Whether all requests are gathered, and not those alone without a length.
    let gathersAll: Bool

    /// - Parameters:
    ///   - declared: by the balancer, or by a path in its place.
    ///   - balancer: who answers.
    /// - Returns: `nil` where nothing is buffered.
    init?(_ declared: BufferingConfiguration?, for balancer: BalancerConfiguration) {
        let declared = declared ?? BufferingConfiguration()
        func terms(_ memoryBytesMax: Int) -> SpoolTerms {
            SpoolTerms(
                memoryBytesMax: memoryBytesMax, fileBytesMax: declared.fileBytesMax ?? 0, folder: declared.folderPath)
        }
        answers = declared.answerBytesMax.map(terms)
        requests = balancer.gatheredBytesMax(declared).map { memoryBytesMax in
            var terms = terms(memoryBytesMax)
            terms.keeps = true
            return terms
        }
        gathersAll = declared.requestBytesMax != nil
        guard answers != nil || requests != nil else { return nil }
    }
}
