// The code of the article "Bodies and streams".

import KoaKit
import NIOCore

struct Post: Codable, Sendable {
    let title: String
    let tags: [String]?
}

actor Storage {
    func append(_ bytes: ByteBuffer) {}
}

func reading(_ router: Router) {
    // snippet.reading
    router.post("/posts") { ctx, _ in
        let post = try await ctx.request.decode(Post.self)
        ctx.status = 201
        ctx.body = .json(post)
    }
    router.post("/contact") { ctx, _ in
        let form = try await ctx.request.form()
        ctx.body = .text("Thank you, \(form["name"] ?? "you")")
    }
    router.post("/hook") { ctx, _ in
        // The bytes for the check of a signature, then the same bytes as JSON.
        let bytes = try await ctx.request.bytes(upTo: 262_144)
        let event = try await ctx.request.json(upTo: 262_144)
        ctx.body = .text("\(bytes.readableBytes) bytes, \(event["type"]?.stringValue ?? "")")
    }
    // snippet.end
}

func uploading(_ router: Router) {
    // snippet.multipart
    router.post("/avatar") { ctx, _ in
        var options = MultipartOptions()
        options.fileBytes = 5_242_880
        let form = try await ctx.request.multipart(options)
        let file = try ctx.assert(form.file("avatar"), 400, "avatar is missing")
        try await file.move(to: "/var/lib/app/avatars/7")
        ctx.body = .empty
    }
    // snippet.end
}

func receiving(_ router: Router, storage: Storage) {
    // snippet.receiving
    router.put("/backup") { ctx, _ in
        for try await bytes in ctx.request.body {
            await storage.append(bytes)
        }
        ctx.status = 201
    }
    // snippet.end
}

func sending(_ router: Router) {
    // snippet.sending
    router.get("/numbers") { ctx, _ in
        ctx.type = "text/plain"
        ctx.body = .stream(
            ResponseStream { writer in
                for number in 1...1_000_000 {
                    try await writer.write(ByteBuffer(string: "\(number)\n"))
                }
            }
        )
    }
    // snippet.end
}

func bodyParser(_ app: Application) {
    // snippet.bodyParser
    var options = BodyParser.Options()
    options.kinds = [.json, .form, .multipart]
    app.use(BodyParser(options))
    app.use { ctx, _ in
        switch ctx.parsedBody {
        case .json(let value): ctx.body = .json(value)
        case .form(let form): ctx.body = .text(form["name"] ?? "")
        case .multipart(let form): ctx.body = .text("\(form.files.count) files")
        default: throw HTTPError(415)
        }
    }
    // snippet.end
}

func events(_ router: Router, messages: AsyncStream<String>) {
    // snippet.events
    router.get("/events") { ctx, _ in
        ctx.sendEvents(heartbeat: .seconds(30)) { events in
            for await message in messages {
                try await events.send(ServerSentEvent(data: message, event: "message"))
            }
        }
    }
    // snippet.end
}
