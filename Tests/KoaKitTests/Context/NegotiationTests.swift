import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NegotiationTests {
    private static let browser = "application/*;q=0.2, image/jpeg;q=0.8, text/html, text/plain"

    @Test(arguments: [
        (browser, "text/html,text/plain,image/jpeg,application/*"), ("a/b;q=0, c/d", "c/d"), ("", "*/*"),
    ])
    func `koa 1.62 accepts without types lists by quality`(sent: String, expected: String) async throws {
        #expect(try await ask(headers: ["Accept": sent]) { $0.accepts().joined(separator: ",") } == expected)
        #expect(try await ask { $0.accepts().joined() } == "*/*")
    }

    @Test(arguments: [
        (browser, ["image/png", "image/tiff"], "nil"), (browser, ["json", "html"], "html"), (browser, ["png"], "nil"),
        (browser, ["jpeg", "json"], "jpeg"), (browser, ["json"], "json"), ("", ["png", "html"], "png"),
        ("application/json", ["html", ".json"], ".json"), ("text/*, image/png", ["png", "html"], "png"),
        ("text/*;q=.5, text/html;q=.1", ["html", "text/plain"], "text/plain"), ("*/*", ["html", "json"], "html"),
        ("text/html;level=1, text/html;q=.3", ["text/html;level=1", "text/html"], "text/html;level=1"),
        ("text/html;q=1.5, text/plain", ["html", "text/plain"], "text/plain"), ("text/html;q=0", ["html"], "nil"),
        ("text/x;a=\"b,c\", text/html", ["html"], "html"), ("*/*", ["nosuchextension"], "nil"),
    ])
    func `koa 1.62 accepts picks what the client likes best`(sent: String, types: [String], expected: String)
        async throws
    {
        #expect(try await ask(headers: ["Accept": sent]) { $0.request.accepts(types) ?? "nil" } == expected)
    }

    @Test func `koa 1.62 a client without Accept takes the first`() async throws {
        #expect(try await ask { $0.accepts("text/html", "json") ?? "nil" } == "text/html")
    }

    @Test(arguments: [
        ("gzip, compress;q=0.2", "gzip,compress,identity", "gzip"), ("gzip;q=0.5, br", "br,gzip,identity", "br"),
        ("", "identity", "identity"), ("*", "*", "gzip"), ("identity;q=0, gzip", "gzip", "gzip"),
        ("*;q=0", "", "nil"), ("gzip;q=0", "identity", "identity"), ("compress", "compress,identity", "identity"),
    ])
    func `koa 1.62 encodings, identity unless it is refused`(sent: String, list: String, best: String) async throws {
        let answer = try await ask(headers: ["Accept-Encoding": sent]) {
            "\($0.acceptsEncodings().joined(separator: ","))|\($0.acceptsEncodings("gzip", "br", "identity") ?? "nil")"
        }
        #expect(answer == "\(list)|\(best)")
    }

    @Test func `koa 1.62 a client without Accept-Encoding takes identity alone`() async throws {
        let answer = try await ask {
            "\($0.acceptsEncodings())|\($0.acceptsEncodings("gzip", "identity") ?? "nil")|"
                + "\($0.acceptsEncodings("gzip") ?? "nil")"
        }
        #expect(answer == "[\"identity\"]|identity|nil")
    }

    @Test func `koa 1.62 charsets alike`() async throws {
        let headers: HTTPHeaders = ["Accept-Charset": "utf-8, iso-8859-1;q=0.2, utf-7;q=0.5"]
        let answer = try await ask(headers: headers) {
            $0.acceptsCharsets().joined(separator: ",") + "|\($0.acceptsCharsets("utf-7", "utf-8") ?? "nil")"
                + "|\($0.acceptsCharsets("utf-16") ?? "nil")"
        }
        #expect(answer == "utf-8,utf-7,iso-8859-1|utf-8|nil")
        #expect(try await ask { $0.acceptsCharsets("utf-7", "utf-8") ?? "nil" } == "utf-7")
    }

    @Test func `koa 1.62 languages alike`() async throws {
        let headers: HTTPHeaders = ["Accept-Language": "en;q=0.8, es, zh-CN;q=0.9"]
        let answer = try await ask(headers: headers) {
            $0.acceptsLanguages().joined(separator: ",") + "|\($0.acceptsLanguages("es", "en") ?? "nil")"
                + "|\($0.acceptsLanguages("en-US", "zh") ?? "nil")|\($0.acceptsLanguages("fr") ?? "nil")"
        }
        #expect(answer == "es,zh-cn,en|es|zh|nil")
        #expect(try await ask { $0.acceptsLanguages("fr", "en") ?? "nil" } == "fr")
    }

    @Test(arguments: [
        ("text/html; charset=utf-8", [], "text/html"), ("image/png", ["png"], "png"), ("image/png", [".png"], ".png"),
        ("image/png", ["image/*"], "image/png"), ("image/png", ["*/png"], "image/png"),
        ("image/png", ["text/*", "image/*"], "image/png"), ("image/png", ["jpeg"], "nil"),
        ("application/x-www-form-urlencoded", ["json", "urlencoded"], "urlencoded"),
        ("application/vnd.api+json", ["+json"], "application/vnd.api+json"), ("application/json", ["+json"], "nil"),
        ("multipart/form-data; boundary=x", ["multipart"], "multipart"), ("", ["*/*"], "nil"), ("text", ["*/*"], "nil"),
    ])
    func `koa 1.61 matches finds the type of the request's body`(type: String, patterns: [String], expected: String)
        async throws
    {
        let answer = try await ask("/", .POST, headers: ["Content-Type": type], body: "a") {
            $0.request.matches(patterns) ?? "nil"
        }
        #expect(answer == expected)
    }

    @Test func `koa 1.61 without a body nothing matches, and that can be told apart`() async throws {
        let answer = try await ask(headers: ["Content-Type": "image/png"]) {
            "\($0.matches("png") ?? "nil") \($0.request.hasBody)"
        }
        #expect(answer == "nil false")
        #expect(try await ask("/", .POST, body: "") { "\($0.request.hasBody)" } == "true")
    }

    @Test func `koa 1.61 the response matches alike`() async throws {
        let answer = try await ask { ctx in
            let none = ctx.response.matches("text/*") ?? "nil"
            ctx.type = "png"
            let body = [ctx.response.matches("html", "png"), ctx.response.matches("image/*"), ctx.response.matches()]
            return ([none] + body.map { $0 ?? "nil" }).joined(separator: "|")
        }
        #expect(answer == "nil|png|image/png|image/png")
    }
}
