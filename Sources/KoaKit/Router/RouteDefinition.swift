import NIOHTTP1

/// A route as it was registered, before it is known where its router stands.
struct RouteDefinition: Sendable {
    let methods: [HTTPMethod]
    let path: String
    let name: String?
    let middleware: [any Middleware]
}
