import ArgumentParser

/// A member as operators write it: `BALANCER/MEMBER`.
struct MemberPath: ExpressibleByArgument {
    let balancer: String
    let member: String

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        // As names are declared; nothing else can be one.
        let isName = { (name: Substring) in
            !name.isEmpty
                && name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
        guard parts.count == 2, parts.allSatisfy(isName) else { return nil }
        (balancer, member) = (String(parts[0]), String(parts[1]))
    }

    /// The path by which the control socket knows it.
    var target: String { "/balancers/\(balancer)/members/\(member)" }
}

extension MemberPath: CustomStringConvertible {
    var description: String { "\(balancer)/\(member)" }
}
