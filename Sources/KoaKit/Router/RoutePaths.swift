/// One path pattern or several, for a route or a middleware that stands at each of them.
///
/// ```swift
/// router.get(["/", "/index.html"], showIndex)
/// ```
public protocol RoutePaths {
    /// The patterns; at least one.
    var paths: [String] { get }
}

extension String: RoutePaths {
    /// The pattern.
    public var paths: [String] { [self] }
}

extension [String]: RoutePaths {
    /// The patterns.
    public var paths: [String] { self }
}
