import Forwarding

extension MemberHistory {
    /// What is known of the member, for people.
    func text(of member: NamedMember) -> String {
        var lines = ["\(member) is \(self.member.stateWords)."]
        if ignoresVerdicts {
            lines.append("So few of its balancer can be used that checks and ejections are not heeded.")
        }
        guard !verdicts.isEmpty else {
            return lines.joined(separator: "\n") + "\nNothing was ever found or said against it."
        }
        var table = TextTable(["TIME", ">AGO", "CAUSE", "", "SO IT IS", "EVIDENCE"])
        for verdict in verdicts {
            let again = verdict.count > 1 ? " (\(verdict.count) times)" : ""
            table.add([
                Words.exactTime(milliseconds: verdict.timeMilliseconds),
                Words.duration(seconds: Int(verdict.ageMilliseconds / 1_000)), verdict.cause, verdict.event.rawValue,
                verdict.standing, verdict.evidence + again,
            ])
        }
        return lines.joined(separator: "\n") + "\n" + table.text
    }
}
