// A REST resource with validation, kept in memory.
//
//     swift run todos
//     curl -i http://127.0.0.1:3000/todos -H 'Content-Type: application/json' -d '{"title":"Buy milk"}'
//     curl -i http://127.0.0.1:3000/todos/1 -X PATCH -H 'Content-Type: application/json' -d '{"isDone":true}'
//     curl 'http://127.0.0.1:3000/todos?done=true'
//     curl -i http://127.0.0.1:3000/todos -H 'Content-Type: application/json' -d '{"title":7}'
//
// Errors are application/problem+json. HOST and PORT choose another address; with PORT=0 the system chooses the port,
// and the log says which.

import Foundation
import KoaKit

let store = TodoStore()
let todos = Router(prefix: "/todos")

todos.get("/") { ctx, _ in
    let isDone: Bool? =
        switch ctx.query["done"] {
        case nil: nil
        case "true": true
        case "false": false
        default: throw HTTPError(400, "done must be true or false", reason: .invalidParameter)
        }
    ctx.body = .json(await store.all(isDone: isDone))
}

todos.post("/") { ctx, _ in
    let new = try await ctx.request.decode(NewTodo.self)
    let todo = await store.add(try new.validated())
    ctx.status = 201
    ctx.set("Location", "/todos/\(todo.id)")
    ctx.body = .json(todo)
}

todos.get("/:id") { ctx, _ in
    ctx.body = .json(try await store.todo(id(ctx)))
}

todos.patch("/:id") { ctx, _ in
    let change = try await ctx.request.decode(TodoChange.self)
    ctx.body = .json(try await store.change(id(ctx), try change.validated()))
}

todos.delete("/:id") { ctx, _ in
    try await store.remove(id(ctx))
    ctx.body = .empty
}

/// The number in the path; a path without one names nothing.
@Sendable func id(_ ctx: Context) throws -> Int {
    guard let id = ctx.params["id"].flatMap({ Int($0) }) else { throw HTTPError(404) }
    return id
}

let app = Application()
app.shapeErrors(with: ErrorShaping.problem())
app.use(RequestID())
app.use(BareErrors())
app.use(todos.routes())
app.use(todos.allowedMethods(throwing: true))

let environment = ProcessInfo.processInfo.environment
try await app.listen(
    host: environment["HOST"] ?? "127.0.0.1",
    port: environment["PORT"].flatMap { Int($0) } ?? 3000
)
