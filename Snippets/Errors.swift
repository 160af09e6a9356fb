// The code of the article "Errors".

import KoaKit
import Logging

func find(_ id: String) async throws -> String? { id }

func throwing(_ router: Router) {
    // snippet.throwing
    router.get("/posts/:id") { ctx, _ in
        guard let post = try await find(ctx.params["id"] ?? "") else {
            throw HTTPError(404, "no such post")
        }
        ctx.body = .text(post)
    }
    // snippet.end
}

// snippet.reason
extension HTTPError.Reason {
    static let titleTaken = Self(rawValue: "title_taken")
}

func refuse() throws {
    throw HTTPError(409, "another post has this title", reason: .titleTaken)
}
// snippet.end

func recovering(_ app: Application) {
    // snippet.recovering
    app.use { ctx, next in
        do {
            try await next()
        } catch let error as HTTPError where error.status == 503 {
            ctx.status = 200
            ctx.body = .text("We are busy. Here is yesterday's page.")
        }
    }
    // snippet.end
}

func shaping(_ app: Application) {
    // snippet.shaping
    app.shapeErrors(with: ErrorShaping.problem())
    app.use(BareErrors())
    // snippet.end
}

func ownShape(_ app: Application) {
    // snippet.ownShape
    app.shapeErrors { error, ctx in
        let failure = HTTPError(error)
        ctx.body = .json(["error": .string(failure.exposedMessage)])
    }
    // snippet.end
}

func surviving(_ app: Application) {
    // snippet.surviving
    app.use { ctx, next in
        ctx.set("X-Node", "a7", survivesError: true)
        try await next()
    }
    // snippet.end
}

func observing(_ app: Application) {
    // snippet.observing
    app.onError { error, ctx in
        guard HTTPError(error).status >= 500 else { return }
        ctx.logger.error("request failed", metadata: ["error": "\(error)", "route": "\(ctx.routeLabel)"])
    }
    // snippet.end
}
