import Model
import Testing

@testable import Forwarding

/// Modes that write into cookies have somebody who does.
@Suite("Written affinities")
struct WrittenAffinityTests {
    @Test(
        "a mode that is read in what Martlet has written has its writer, others have none",
        arguments: AffinityConfiguration.Name.allCases)
    func writers(_ name: AffinityConfiguration.Name) {
        var declared = AffinityDeclaration()
        (declared.mode, declared.cookie, declared.keyPath) = (name, "SID", "affinity.keys")
        var isWritten = false
        if case .written = declared.affinity?.mode.reading { isWritten = true }
        let member = MemberConfiguration(name: "node1", address: .host("192.0.2.1", port: 80))
        let balancer = BalancerConfiguration(name: "shop", affinity: declared.affinity, members: [member])
        #expect((WrittenAffinity(balancer) != nil) == isWritten)
    }
}
