import HTTP
import Model

extension HeadLimits {
    /// The limits of requests' heads.
    init(requests limits: Limits) {
        self.init(
            requestLineBytesMax: limits.requestLineBytesMax, fieldBytesMax: limits.fieldBytesMax,
            fieldCountMax: limits.fieldCountMax, headBytesMax: limits.requestHeadBytesMax)
    }

    /// The limits of answers' heads.
    init(answers limits: Limits) {
        self.init(
            fieldBytesMax: limits.answerHeadBytesMax, fieldCountMax: limits.fieldCountMax,
            headBytesMax: limits.answerHeadBytesMax)
    }
}
