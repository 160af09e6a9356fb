import KoaTesting
import NIOCore
import Testing

@testable import KoaKit

/// What a client that others wrote sends and accepts.
@Suite(.timeLimit(.minutes(1)))
struct CurlTests {
    private static let curl = "/usr/bin/curl"

    @Test(.enabled(if: Command.isInstalled(curl), "curl not found"))
    func `curl sends forms and files, and reads compressed replies and ranges`() async throws {
        let folder = try TemporaryFolder()
        let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 5) }
        try folder.write(content, to: "sent/name with \"quotes\".bin")
        try folder.write(String(repeating: "text ", count: 50_000).utf8, to: "site/text.txt")
        var form = MultipartOptions()
        form.directory = folder.path
        let options = form
        let app = Application.quiet()
        app.use(Compression())
        app.use(StaticFiles(folder.file("site")))
        app.use { ctx, _ in
            if ctx.path == "/form" {
                let form = try await ctx.request.form()
                ctx.body = .text("\(form["a"] ?? "-") \(form.all("b"))")
            } else {
                let form = try await ctx.request.multipart(options)
                let file = try #require(form.file("file"))
                #expect(try await file.bytes(upTo: 100_000).readableBytesView.elementsEqual(content))
                ctx.body = .text("\(form.fields["note"] ?? "-") \(file.filename) \(file.contentType ?? "-")")
            }
        }
        try await app.withServer { server in
            let base = "http://127.0.0.1:\(server.port)"
            func curl(_ words: String...) async throws -> String {
                let outcome = try await Command.run([Self.curl, "-sS", "--max-time", "20"] + words, in: folder)
                #expect(outcome.status == 0, "\(outcome.output)")
                return outcome.output
            }
            let sent = folder.file("sent/name with \"quotes\".bin")
            let upload = "file=@\"\(sent.replacing("\"", with: "\\\""))\";type=image/x-test"
            let answer = try await curl("-F", "note=你好; \"quoted\"", "-F", upload, base + "/")
            #expect(answer.hasPrefix("你好") && answer.hasSuffix("image/x-test"), "\(answer)")
            let fields = ["--data-urlencode", "a=1 & 2", "-d", "b=x&b=y"]
            #expect(
                try await curl(fields[0], fields[1], fields[2], fields[3], base + "/form") == "1 & 2 [\"x\", \"y\"]")
            let plain = try await curl(base + "/text.txt")
            #expect(plain.utf8.count == 250_000)
            #expect(try await curl("--compressed", base + "/text.txt") == plain)
            #expect(try await curl("-r", "100000-100004", base + "/text.txt") == "text ")
        }
    }
}
