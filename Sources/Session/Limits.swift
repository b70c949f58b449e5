/// The limits of the session room.
public enum Limits {
    /// Members that one request can ask for: a browser sends one cookie of a name for each path and domain that set it.
    public static let candidatesMax = 8
    /// Names that a table holds at most: the hosts of all sites, or the routes of a balancer's members.
    public static let namesMax = 65_536
}
