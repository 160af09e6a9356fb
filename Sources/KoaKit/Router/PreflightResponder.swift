/// A middleware that answers OPTIONS for the routes it stands on, such as one for CORS.
///
/// A router runs a route's middleware for the methods of the route only, so a preflight would pass it by. A middleware
/// that conforms is also run for OPTIONS on the paths of its routes, when no route answers OPTIONS there; the other
/// middleware and the handlers are not. Where the routes of a path have different ones, `Access-Control-Request-Method`
/// decides. If it calls `next`, the request goes on as if the router had not matched, to
/// ``Router/allowedMethods(throwing:methodNotAllowed:notImplemented:)``.
///
/// ```swift
/// router.get("/feed", CORS(), showFeed)
/// ```
public protocol PreflightResponder: Middleware {}
