import Testing

/// What a test has started: kept until the test ends, and then let go in reverse order.
///
/// Programs, members and folders end with their last owner, and in a release build that is right after a variable's
/// last use. So each of them enters itself here.
final class Belongings: Sendable {
    @TaskLocal static var current: Belongings?

    private let kept = Monitor([any AnyObject & Sendable]())

    /// Keeps an object until the running test ends.
    static func keep(_ object: any AnyObject & Sendable) {
        current?.kept.withLock { $0.append(object) }
    }

    fileprivate func letGo() {
        while let last = kept.withLock({ $0.popLast() }) {
            withExtendedLifetime(last) {}
        }
    }
}

/// Gives each test of a suite its ``Belongings``.
struct BelongingsTrait: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        let belongings = Belongings()
        defer { belongings.letGo() }
        try await Belongings.$current.withValue(belongings) { try await function() }
    }
}

extension Trait where Self == BelongingsTrait {
    /// The test ends what it started, and not before its end.
    static var endsWhatItStarts: Self { BelongingsTrait() }
}
