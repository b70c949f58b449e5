import Model

/// How much resident memory the process is to have at most, and who says so.
package struct MemoryCeiling: Sendable, Equatable {
    /// Bytes.
    package let bytesMax: Int
    /// Whether the configuration says it; else the process's control group does.
    package let isDeclared: Bool

    /// What holds for a configuration.
    ///
    /// - Parameter groupBytesMax: what the control group lets the process have; `nil`: any.
    /// - Returns: `nil`: nothing does.
    package init?(_ limits: Model.Limits, groupBytesMax: Int?) {
        guard let bytes = limits.memoryBytesMax ?? groupBytesMax, bytes < .max else { return nil }
        bytesMax = bytes
        isDeclared = limits.memoryBytesMax != nil
    }

    /// Bytes from which on is let go of.
    package var tightBytes: Int { bytesMax / 100 * MemoryLimits.tightPercent }

    /// Bytes which that is to lead back to.
    package var aimBytes: Int { bytesMax / 100 * MemoryLimits.aimPercent }

    /// What operators are told of it.
    package var words: String {
        let origin = isDeclared ? "as declared" : "as much as the process's control group may have"
        return "limits.memory is \(Self.mebibytes(bytesMax)), \(origin): idle clients go from "
            + "\(Self.mebibytes(tightBytes)) on"
    }

    /// Bytes as `512 MiB`, for people.
    static func mebibytes(_ bytes: Int) -> String { "\((bytes + 1 << 19) >> 20) MiB" }
}
