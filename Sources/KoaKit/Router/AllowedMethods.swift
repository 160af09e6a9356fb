import NIOHTTP1

/// Answers requests whose path some route has and whose method none has.
struct AllowedMethods: Middleware {
    typealias ErrorMaker = @Sendable (_ allow: String) -> any Error

    let implemented: [HTTPMethod]
    let isThrowing: Bool
    let methodNotAllowed: ErrorMaker?
    let notImplemented: ErrorMaker?

    func handle(_ context: Context, next: Next) async throws {
        try await next()
        guard let found = context.routing.found, !context.routing.isMatched, context.status == 404,
            !context.response.isHeadSent
        else { return }
        let allow = Self.allow(found.routes)
        if !implemented.contains(context.method) {
            try refuse(context, 501, allow, notImplemented)
        } else if allow.isEmpty {
            return
        } else if context.method == .OPTIONS {
            context.body = .text("")
            context.set("Allow", allow)
        } else {
            try refuse(context, 405, allow, methodNotAllowed)
        }
    }

    private func refuse(_ context: Context, _ status: Int, _ allow: String, _ makeError: ErrorMaker?) throws {
        guard isThrowing || makeError != nil else {
            context.status = status
            if !allow.isEmpty { context.set("Allow", allow) }
            return
        }
        let error = makeError?(allow) ?? HTTPError(status)
        // RFC 9110, section 15.5.6, wants the field in every 405.
        guard var failure = error as? HTTPError, !allow.isEmpty, !failure.headers.contains(name: "Allow") else {
            throw error
        }
        failure.headers.add(name: "Allow", value: allow)
        throw failure
    }

    /// First seen first, HEAD before the GET that brings it.
    private static func allow(_ routes: [Route]) -> String {
        var names: [String] = []
        for method in routes.flatMap(\.methods) {
            for name in method == .GET ? ["HEAD", "GET"] : [method.rawValue] where !names.contains(name) {
                names.append(name)
            }
        }
        return names.joined(separator: ", ")
    }
}
