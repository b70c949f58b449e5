/// Where a front of a site is reached, and what stands for its ports in answers.
struct MoveFront: Sendable {
    let cleartext: Int
    let tls: Int
    let names: [Int: String]
}
