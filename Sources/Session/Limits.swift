/// The limits of the session room.
public enum Limits {
    /// Members that one request can ask for: a browser sends one cookie of a name for each path and domain that set it.
    public static let candidatesMax = 8
    /// Routes that a balancer declares at most, as many as it holds members.
    public static let routesMax = 1_024
}
