/// What somebody thinks of doing to members.
public struct ForecastRequest: Codable, Sendable, Equatable {
    /// A member that is to come.
    public struct Addition: Codable, Sendable, Equatable {
        /// Its name, which no member has.
        public var name: String
        /// Its share of the work, `0.01 ... 100`.
        public var loadFactor: Double

        /// Makes an addition.
        public init(name: String, loadFactor: Double) {
            self.name = name
            self.loadFactor = loadFactor
        }
    }

    /// The balancer; `nil`: each that has all the members named.
    public var balancer: String?
    /// Members that are to be drained: their sessions go as they end.
    public var drain: [String]
    /// Members that are to be lost: their sessions go at once.
    public var lose: [String]
    /// Members that are to come.
    public var add: [Addition]

    /// Makes a request.
    public init(balancer: String? = nil, drain: [String] = [], lose: [String] = [], add: [Addition] = []) {
        self.balancer = balancer
        self.drain = drain
        self.lose = lose
        self.add = add
    }

    /// Reads a request; what is left out has its default.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            balancer: try values.decodeIfPresent(String.self, forKey: .balancer),
            drain: try values.decodeIfPresent([String].self, forKey: .drain) ?? [],
            lose: try values.decodeIfPresent([String].self, forKey: .lose) ?? [],
            add: try values.decodeIfPresent([Addition].self, forKey: .add) ?? [])
    }
}
