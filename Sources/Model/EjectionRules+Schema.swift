import Balancing

extension EjectionRules {
    /// The keys of a balancer's `eject`.
    public static let schema = Schema<EjectionRules>(
        "When a member is ejected that errs or is slow, unlike the others.", of: EjectionRules(),
        [
            Field(
                "time", \.milliseconds, .milliseconds(1_000...86_400_000),
                "how long a member is ejected; as many times as long as it was in a row, which fades while it is well"),
            Field("time-max", \.millisecondsMax, .milliseconds(1_000...86_400_000), "the same at most"),
            Field(
                "max-ejected", \.ejectedMaxPercent, .count(1...100),
                "how many of the members may be ejected at once, in per cent; never the last one of a set"),
            Field(
                "errors", \.errorPercent, .number(.count, 1...100, or: "off"),
                "the share of errors in 10 s, in per cent, that is too much: statuses of 500 and more, and failures; "
                    + "three times the others' at least"),
            Field(
                "in-a-row", \.errorsInARow, .number(.count, 1...10_000, or: "off"),
                "how many errors in a row are too much"),
            Field(
                "slowness", \.slowness, .number(.count, 2...1_000, or: "off"),
                "how many times as long as the others' its answers take that is too slow, in 5 of 10 seconds"),
        ])
}
