/// What an edge is doing, as somebody who asks from outside sees it.
///
/// Each number is right for itself; two need not fit together, as workers go on meanwhile.
public struct EdgeStatus: Codable, Sendable, Equatable {
    /// The version of Martlet.
    public var version: String
    /// The process's number.
    public var process: Int
    /// Where the configuration stands: the file's path, or `the command line`.
    public var configuration: String
    /// What has become of the last reload; `nil`: there was none yet.
    public var lastReload: Receipt?
    /// The process that is to take this one's place, or could not the last time; `nil`: none was asked for.
    public var upgrade: Upgrade?
    /// Which rights the process has given up, in words; `nil`: it is of before these were told.
    public var privileges: String?
    /// Counts the configurations that were served, from 1.
    public var generation: Int
    /// Whether those who balance in front may give the node requests, as `/readyz` says.
    public var readiness: NodeReadiness
    /// Seconds since the process began to serve.
    public var uptimeSeconds: Int
    /// Worker threads.
    public var workers: Int
    /// Client connections that are open.
    public var clientConnections: Int
    /// Requests that wait for a member to have room.
    public var waitingRequests: Int
    /// How often rules have refused since the start.
    public var refused: Refused
    /// What was let go of since the start, so that others find room.
    public var shed: Shed
    /// The process's memory.
    public var memory: Memory
    /// Where it listens, in the order of the declaration.
    public var listeners: [Listener]
    /// The balancers in the order of their declaration.
    public var balancers: [Balancer]
    /// Sites that are closed for maintenance as a whole, in the order of their declaration, as far as there is room.
    public var closedSites: [Site]
    /// The certificates that are served, by their files' paths.
    public var certificates: [Certificate]
    /// What the edge is made of: the configuration, then certificate folders, key files, pages and names.
    public var sources: [Source]

    /// A process that was started to take this one's place.
    public struct Upgrade: Codable, Sendable, Equatable {
        /// The process's number.
        public var process: Int
        /// When it was started, or did what it does by now, in seconds since 1970.
        public var time: Int
        /// Its version of Martlet, where it serves in place of this one; `nil`: it does not, or not yet.
        public var version: String?
        /// Why it does not serve; `nil`: it may yet.
        public var fault: String?

        /// Describes what becomes of a process that was started.
        public init(process: Int, time: Int, version: String? = nil, fault: String? = nil) {
            (self.process, self.time, self.version, self.fault) = (process, time, version, fault)
        }
    }

    /// How often rules have refused.
    public struct Refused: Codable, Sendable, Equatable {
        /// Requests of addresses that may not ask (`denied-address`).
        public var addresses: UInt64
        /// Requests beyond a rate (`rate-limit`).
        public var rates: UInt64
        /// Requests of addresses with too many under way (`exchanges-limit`).
        public var exchanges: UInt64
        /// Connections of addresses with too many open.
        public var connections: UInt64
        /// Connections of addresses that have begun too many.
        public var connectionRates: UInt64
        /// Streams of addresses that have begun too many.
        public var streams: UInt64
    }

    /// What was let go of, so that others find room.
    public struct Shed: Codable, Sendable, Equatable {
        /// Clients that were idle, for newcomers at `limits.connections`.
        public var idleForConnections: UInt64
        /// Clients that were idle, where no descriptor was left.
        public var idleForDescriptors: UInt64
        /// Clients that were idle, for `limits.memory`.
        public var idleClients: UInt64
        /// Idle connections to members, likewise.
        public var idleMembers: UInt64
        /// Clients that took nothing of their answers, likewise.
        public var slowClients: UInt64
    }

    /// The process's memory.
    public struct Memory: Codable, Sendable, Equatable {
        /// Bytes that are resident.
        public var residentBytes: Int
        /// Bytes from nine tenths of which on is let go of; `nil`: there is no such number.
        public var bytesMax: Int?
        /// Whether that is `limits.memory`; else it is what the process's control group may have.
        public var isDeclared: Bool
    }

    /// An address that clients connect to.
    public struct Listener: Codable, Sendable, Equatable {
        /// The address, port 0 resolved.
        public var address: String
        /// Whether it speaks TLS.
        public var isTls: Bool
        /// What is spoken there, by the names of ALPN and `h2c`.
        public var protocols: [String]
    }

    /// A site.
    public struct Site: Codable, Sendable, Equatable {
        /// Sites that are told at once.
        static let countMax = 1_000

        /// The host as it is declared; `*`: any.
        public var host: String
        /// Who has closed it for maintenance; `nil`: it is open.
        public var maintenanceBy: Member.Drainer?
    }

    /// A balancer and its members.
    public struct Balancer: Codable, Sendable, Equatable {
        /// The declared name.
        public var name: String
        /// How members are elected, as it is declared.
        public var method: String
        /// How sessions stay with their member, as it is declared; `none` where they do not.
        public var affinity: String
        /// The members in the order of their declaration.
        public var members: [Member]
    }

    /// A member.
    public struct Member: Codable, Sendable, Equatable {
        /// What requests a member may get.
        public enum State: String, Codable, Sendable {
            /// Any.
            case usable
            /// Those of its sessions alone.
            case draining
            /// None until its time to wait is over.
            case inError = "in-error"
            /// Any: its time to wait is over, and the next one finds out how it is.
            case due
            /// None until what has put it there ends: ``Member/causes`` has it.
            case down
            /// None.
            case disabled
        }

        /// Who has said that a member is draining, or that a site is closed.
        public enum Drainer: String, Codable, Sendable {
            /// Somebody who has asked the running process.
            case control
            /// The configuration.
            case configuration
            /// A name server, whose answer has left the member out.
            case discovery
        }

        /// The declared name.
        public var name: String
        /// What a session's identifier calls it.
        public var route: String
        /// Where it waits, as it is declared.
        public var url: String
        /// Its addresses in the order in which they are tried; empty where its name has none, so that it is in error.
        public var addresses: [String]
        /// What is declared of its use, such as `hot-standby`.
        public var status: [String]
        /// Exchanges that it may have under way; `nil`: any number.
        public var exchangesMax: Int?
        /// What it may get; of several the gravest: disabled, down, in error, due, draining.
        public var state: State
        /// What was found or said of it and holds, by ``HealthCause``'s words; also where it is not heeded.
        public var causes: [String]
        /// Milliseconds for which it is left alone still, where all that was against it has ended: it came and went;
        /// `nil` otherwise.
        public var heldMilliseconds: Int64?
        /// What it gets of new sessions, in per cent of its share; 100 unless its agent has said otherwise.
        public var sharePercent: Int
        /// Who has said that it is draining, also where it is in error or disabled; `nil`: nobody.
        public var drainedBy: Drainer?
        /// Milliseconds for which it is in error still; 0 where it is not, `nil` where that has no end, as of one whose
        /// name has no address.
        public var errorMilliseconds: Int64?
        /// Exchanges under way, tunnels included.
        public var underWay: Int
        /// Tunnels that are open.
        public var tunnels: Int
        /// How often it was given a request.
        public var elected: UInt64
        /// How often it was put in error.
        public var failures: UInt64
        /// How many of its answers had a status of 500 to 599.
        public var serverErrors: UInt64
        /// Bytes sent to it; an exchange's count when it ends.
        public var sentBytes: UInt64
        /// Bytes received from it, likewise.
        public var receivedBytes: UInt64
        /// Its live sessions; `nil` where they are not counted.
        public var sessions: Int?
        /// Whether clients are tied to it without their sessions being counted.
        public var tiesUncounted: Bool
        /// Milliseconds until its last session is gone, at the pace since control has drained it; `nil` where it was
        /// not, or none has ended yet.
        public var drainMilliseconds: Int64?
        /// What it has said last of how it is; `nil`: it was not heard of.
        public var heartbeat: Heartbeat?
        /// What its checks have come to; `nil`: it is not checked.
        public var check: Check?
    }

    /// What a member has said of how it is.
    public struct Heartbeat: Codable, Sendable, Equatable {
        /// Exchanges that it could take beside those that it has.
        public var ready: Int
        /// Exchanges that it has.
        public var busy: Int
        /// Milliseconds since it said so.
        public var ageMilliseconds: Int64
    }

    /// A certificate that is served.
    public struct Certificate: Codable, Sendable, Equatable {
        /// The file that it was read from.
        public var path: String
        /// The names that it is for.
        public var names: [String]
        /// The serial number in hexadecimal digits.
        public var serial: String
        /// Seconds since 1970 after which clients refuse it.
        public var notAfter: Int
    }

    /// Something outside of the process that the edge is made of.
    public struct Source: Codable, Sendable, Equatable {
        /// What is read.
        public enum Kind: String, Codable, Sendable {
            /// The file of the configuration, or the command line.
            case configuration
            /// A folder of certificates.
            case certificates
            /// A file of keys that routes are sealed with.
            case keyFile = "key-file"
            /// A file of a page.
            case page
            /// A file of addresses that `allow` or `deny` names.
            case addressList = "address-list"
            /// A file of users with the hashes of their passwords.
            case usersFile = "users-file"
            /// A folder that files are sent of.
            case folder
            /// A file of members.
            case membersFile = "members-file"
            /// A name of members: a host's, or a service's.
            case name
        }

        /// What is read.
        public var kind: Kind
        /// A path, or a host with the port of members there.
        public var name: String
        /// Seconds since what is served of it was read; `nil`: nothing could be read yet.
        public var ageSeconds: Int?
        /// What is wrong since, the first of it; `nil`: nothing.
        public var fault: String?
    }
}
