import Crypto
import FoundationEssentials

/// A page that shows the document and lets its reader try each route: one file, without anything from elsewhere.
///
/// What it shows comes from the document by `textContent` alone, and its policy lets nothing run but its own script,
/// which may call nobody but the service itself.
struct DocsPage: Sendable {
    let html: String
    let policy: String

    init() {
        html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>wechat-login</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <header><h1>wechat-login</h1><button id="language" type="button"></button></header>
            <main id="main"><p id="intro"></p><label class="token"><span id="tokenLabel"></span> <input id="token" autocomplete="off" spellcheck="false"></label><div id="routes"></div></main>
            <noscript>The document is at <a href="openapi.json">openapi.json</a>.</noscript>
            <script>\(Self.script)</script>
            </body>
            </html>

            """
        policy = """
            default-src 'none'; script-src '\(Self.hash(Self.script))'; style-src '\(Self.hash(Self.style))'; \
            connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
            """
    }

    private static func hash(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }

    private static let style = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
        body { margin: 0 auto; max-width: 60rem; padding: 0 1rem 4rem; }
        header { display: flex; align-items: center; justify-content: space-between; }
        h2 { border-bottom: 1px solid #8884; font-size: 1.1rem; margin: 2rem 0 .5rem; }
        details { border: 1px solid #8884; border-radius: 6px; margin: .4rem 0; padding: .4rem .7rem; }
        summary { cursor: pointer; }
        summary code { font-weight: 600; margin: 0 .6rem 0 .3rem; }
        .method { display: inline-block; font: 600 .75rem ui-monospace, monospace; min-width: 3.6rem; }
        .GET { color: #1a7f37; } .POST { color: #0969da; } .PUT { color: #9a6700; } .DELETE { color: #cf222e; }
        pre, textarea, input { background: #8881; border: 1px solid #8884; border-radius: 4px; box-sizing: border-box;
          color: inherit; font: .85rem/1.4 ui-monospace, monospace; padding: .4rem; width: 100%; }
        pre { overflow: auto; white-space: pre-wrap; word-break: break-all; }
        textarea { min-height: 6rem; }
        button { cursor: pointer; font: inherit; padding: .2rem .8rem; }
        label { display: block; margin: .4rem 0; }
        .token { background: Canvas; padding: .4rem 0; position: sticky; top: 0; }
        table { border-collapse: collapse; } td { padding: .1rem .8rem .1rem 0; vertical-align: top; }
        """
}
