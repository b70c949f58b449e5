/// The metrics. Their names never change.
package enum MetricFamily: CaseIterable, Sendable {
    case buildInformation, generation, reloadSuccess, reloadTime, reloads, draining, workerUp
    case connections, accepted, connectionsMax
    case requests, ownAnswers, outcomes, retries, requestBytes, answerBytes, durations, answers
    case waiting, refusals, shed
    case handshakes, handshakeFailures, handshakeTimes, certificateEnd
    case balancerMembers, balancerMembersUp
    case memberUp, memberDraining, memberDisabled, memberLoadFactor, memberExchanges, memberExchangesMax
    case memberTunnels, memberElected, memberFailures, memberAnswers, memberSentBytes, memberReceivedBytes
    case memberConnections, memberWaiting, memberSessions, memberAnswerTimes, memberCheckUp, memberChecks
    case logLinesLost, leftOut
    case processTime, processStart, processResident, processVirtual, processDescriptors, processDescriptorsMax
    case memoryMax

    /// What kind of numbers a family has, in the word of both formats.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// What is known of a family.
    package struct Entry: Sendable {
        /// Without the `_total` of a counter's samples.
        package let name: String
        /// What its numbers are.
        package let kind: Kind
        /// What they are measured in, which its name ends with; `nil`: they are numbers of something.
        package let unit: String?
        /// What it says.
        package let words: String

        init(_ name: String, _ kind: Kind, _ words: String) {
            self.name = name
            self.kind = kind
            unit = ["seconds", "bytes"].first { name.hasSuffix("_" + $0) }
            self.words = words
        }
    }

    /// What is known of it.
    package var entry: Entry { Self.entries[self] ?? Entry("", .gauge, "") }

    private static let entries = Dictionary(uniqueKeysWithValues: process + traffic + security + members)

    private static let process: [(MetricFamily, Entry)] = [
        (.buildInformation, Entry("martlet_build_info", .gauge, "1, with the version.")),
        (.generation, Entry("martlet_config_generation", .gauge, "Counts the configurations that were served.")),
        (
            .reloadSuccess,
            Entry("martlet_config_last_reload_successful", .gauge, "Whether the last configuration was taken.")
        ),
        (
            .reloadTime,
            Entry(
                "martlet_config_last_reload_success_timestamp_seconds", .gauge,
                "When the configuration was read that is served.")
        ),
        (.reloads, Entry("martlet_config_reloads", .counter, "Reloads by what has become of them.")),
        (.draining, Entry("martlet_node_draining", .gauge, "Whether the node is to be left: /readyz says 503.")),
        (.workerUp, Entry("martlet_worker_up", .gauge, "Whether the worker has answered in time.")),
        (
            .logLinesLost,
            Entry("martlet_log_lines_lost", .counter, "Lines that a log did not take, by the log.")
        ),
        (
            .leftOut,
            Entry("martlet_metrics_left_out", .gauge, "How many have no series of their own, beyond metrics.series.")
        ),
        (.processTime, Entry("process_cpu_seconds", .counter, "Time of the processor that the process took.")),
        (.processStart, Entry("process_start_time_seconds", .gauge, "When the process began, since 1970.")),
        (.processResident, Entry("process_resident_memory_bytes", .gauge, "Resident memory.")),
        (.processVirtual, Entry("process_virtual_memory_bytes", .gauge, "Virtual memory.")),
        (
            .memoryMax,
            Entry(
                "martlet_memory_max_bytes", .gauge,
                "Resident memory from nine tenths of which on connections are let go of, if that is bounded.")
        ),
        (.processDescriptors, Entry("process_open_fds", .gauge, "Open descriptors.")),
        (.processDescriptorsMax, Entry("process_max_fds", .gauge, "Descriptors that may be open.")),
    ]

    private static let traffic: [(MetricFamily, Entry)] = [
        (.connections, Entry("martlet_connections_open", .gauge, "Client connections, by listener.")),
        (.accepted, Entry("martlet_connections_accepted", .counter, "Client connections let in, by listener.")),
        (.connectionsMax, Entry("martlet_connections_max", .gauge, "Client connections that may be open.")),
        (
            .requests,
            Entry(
                "martlet_requests", .counter,
                "Requests that have ended, by the class of their status; a gRPC call's refusal has it in grpc-status.")
        ),
        (.ownAnswers, Entry("martlet_own_answers", .counter, "Requests that Martlet has answered itself.")),
        (
            .outcomes,
            Entry("martlet_request_outcomes", .counter, "Requests by what became of them, as the log says it.")
        ),
        (
            .retries,
            Entry("martlet_retries", .counter, "Times that a request was sent anew, or to a further member.")
        ),
        (.requestBytes, Entry("martlet_request_bytes", .counter, "Content from clients.")),
        (.answerBytes, Entry("martlet_answer_bytes", .counter, "Content to clients.")),
        (
            .durations,
            Entry("martlet_request_duration_seconds", .histogram, "From a request's head to its end; no tunnels.")
        ),
        (
            .answers,
            Entry("martlet_answer_duration_seconds", .histogram, "From a request's head to that of a member's answer.")
        ),
        (.waiting, Entry("martlet_requests_waiting", .gauge, "Requests that wait for a member to have room.")),
        (.refusals, Entry("martlet_refusals", .counter, "What rules have refused, by the rule.")),
        (
            .shed,
            Entry("martlet_connections_shed", .counter, "Connections let go of so that others find room, by the limit.")
        ),
    ]

    private static let security: [(MetricFamily, Entry)] = [
        (.handshakes, Entry("martlet_tls_handshakes", .counter, "TLS handshakes by their result.")),
        (
            .handshakeFailures,
            Entry("martlet_tls_handshake_failures", .counter, "TLS handshakes that have failed, by the reason.")
        ),
        (
            .handshakeTimes,
            Entry(
                "martlet_tls_handshake_duration_seconds", .histogram,
                "From a connection's beginning to the end of its handshake.")
        ),
        (
            .certificateEnd,
            Entry(
                "martlet_certificate_not_after_timestamp_seconds", .gauge,
                "When clients begin to refuse the certificate.")
        ),
    ]

    private static let members: [(MetricFamily, Entry)] = [
        (.balancerMembers, Entry("martlet_balancer_members", .gauge, "Members that are declared.")),
        (.balancerMembersUp, Entry("martlet_balancer_members_up", .gauge, "Members that may get requests.")),
        (.memberUp, Entry("martlet_member_up", .gauge, "Whether the member may get requests, new sessions or not.")),
        (.memberDraining, Entry("martlet_member_draining", .gauge, "Whether it gets its sessions' requests alone.")),
        (.memberDisabled, Entry("martlet_member_disabled", .gauge, "Whether it is declared disabled or stopped.")),
        (.memberLoadFactor, Entry("martlet_member_load_factor", .gauge, "Its share of the work.")),
        (.memberExchanges, Entry("martlet_member_exchanges", .gauge, "Requests that it has, tunnels included.")),
        (.memberExchangesMax, Entry("martlet_member_exchanges_max", .gauge, "Requests that it may have, if bounded.")),
        (.memberTunnels, Entry("martlet_member_tunnels", .gauge, "Tunnels that are open.")),
        (.memberElected, Entry("martlet_member_elected", .counter, "Times that it was given a request.")),
        (.memberFailures, Entry("martlet_member_failures", .counter, "Times that it was put in error.")),
        (.memberAnswers, Entry("martlet_member_answers", .counter, "Its answers by the class of their status.")),
        (.memberSentBytes, Entry("martlet_member_sent_bytes", .counter, "Bytes to the member.")),
        (.memberReceivedBytes, Entry("martlet_member_received_bytes", .counter, "Content from the member.")),
        (.memberConnections, Entry("martlet_member_connections", .gauge, "Connections to it, in use and idle.")),
        (.memberWaiting, Entry("martlet_member_connections_awaited", .gauge, "Requests that wait for a connection.")),
        (.memberCheckUp, Entry("martlet_member_check_up", .gauge, "Whether it is up by its checks, if it has any.")),
        (.memberChecks, Entry("martlet_member_checks", .counter, "Checks by what they have come to.")),
        (
            .memberSessions,
            Entry(
                "martlet_member_sessions", .gauge,
                "Its live sessions, where they are counted: of each 1,000 members in turn, a scrape after the other.")
        ),
        (
            .memberAnswerTimes,
            Entry(
                "martlet_member_answer_duration_seconds", .histogram, "From a request's head to that of its answer.")
        ),
    ]
}
