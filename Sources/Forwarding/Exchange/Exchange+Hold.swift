import Bytes
import HTTP
import Model
import Reactor

/// Requests of places that let in users alone: who is not known has its password checked on another thread, and its
/// request is held meanwhile.
///
/// One that goes to a member is held ``Step/rebuilt``, as one that waits for a member is: content fills its slab, and
/// no 100 Continue is asked for. One that Martlet answers itself is held ``Step/located``, and has no slab: the
/// client's content waits with the client. So is one that a file may answer, whose head the ``FileAnswer`` keeps: no
/// file is looked for before.
extension Exchange {
    /// Finds out whether a request is a user's.
    ///
    /// - Returns: whether it is, or is held until that is known (``isHeld``); else it is answered.
    func admit(
        _ head: borrowing RequestHead, source: Span<UInt8>, peer: ClientPeer, by users: Users
    ) -> Bool {
        guard let field = Users.field(of: head) else {
            answer(users.answer)
            return false
        }
        let value = source.extracting(field)
        guard let client = peer.known, client.user.isShown(by: value, to: users.file, now: bench.clock.nowMillis)
        else { return check(value, peer: peer, by: users) }
        ruling.admit(client.user.name)
        return true
    }

    private func check(_ value: Span<UInt8>, peer: ClientPeer, by users: Users) -> Bool {
        var text = BasicCredentials.Text(repeating: 0)
        guard let parts = Users.credentials(in: value, into: &text) else {
            answer(users.answer)
            return false
        }
        let credentials = text.span.extracting(0..<parts.count)
        let mark = users.file.mark(of: credentials)
        guard let proof = bench.passwords.proof(of: mark) else {
            return hold(credentials, parts, mark: mark, peer: peer, by: users)
        }
        guard proof.isProven else {
            answer(users.answer)
            return false
        }
        let client = peer.acquaintance
        client.note(credentials.extracting(0..<parts.nameCount), by: value, to: users.file, until: proof.end)
        ruling.admit(client.user.name)
        return true
    }

    /// Whether it waits for its password to be checked.
    var isHeld: Bool { ruling.hold != nil }

    private func hold(
        _ credentials: Span<UInt8>, _ parts: BasicCredentials.Parts, mark: UInt128, peer: ClientPeer, by users: Users
    ) -> Bool {
        guard users.file.count > 0 else {
            answer(users.answer)
            return false
        }
        var (name, password): ([UInt8], [UInt8]) = ([], [])
        for index in 0..<parts.nameCount { name.append(credentials[index]) }
        for index in (parts.nameCount + 1)..<parts.count { password.append(credentials[index]) }
        let ticket = bench.passwords.submit(
            password, of: name, in: users.file, mark: mark, address: network(of: peer), for: self)
        guard let ticket else {
            answer(Users.busy)
            return false
        }
        ruling.hold(ticket, of: name, at: bench.edge.installation)
        return true
    }

    /// The address by which checks are counted, of IPv6 its network of 64 bits, all of which one client may have; 0:
    /// there is none.
    private func network(of peer: ClientPeer) -> UInt128 {
        let bits = facts.origin != 0 ? facts.origin : peer.address.mappedBits ?? 0
        let isIPv4 = bits >> 32 == 0xFFFF
        return isIPv4 ? bits : (bits >> 64) << 64
    }

    /// Hears whether the request is a user's.
    func onPassword(_ verdict: PasswordJob.Verdict) {
        guard ruling.hold != nil, let users = ruling.rules?.users else { return }
        ruling.hold = nil
        switch verdict {
        case .undone: answer(Users.busy)
        case .refused: answer(users.answer)
        case .accepted:
            ruling.admit()
            if let own = ruling.place?.answer { return answer(own) }
            if let files = body.heldFiles { return files.onAdmitted() }
            if ruling.heldAt != bench.edge.installation { moveWhileWaiting(to: bench.edge) }
            attempt()
            sendOn()
        }
    }

    /// Waits no longer for its password to be checked.
    func leaveHold() {
        guard let ticket = ruling.hold.take() else { return }
        bench.passwords.cancel(ticket)
    }
}
