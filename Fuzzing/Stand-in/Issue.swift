/// What the helpers of the tests know of the testing library: here a fault ends the process, which the fuzzer notes.
public enum Issue {
    /// Ends the process with the words.
    public static func record(_ words: String) {
        fatalError(words)
    }
}
