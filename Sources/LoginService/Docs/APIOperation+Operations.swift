import KoaKit
import NIOHTTP1

/// For whoever runs the service, and for the document itself.
extension APIOperation {
    static let operations: [APIOperation] = [
        APIOperation(
            method: .GET, path: "/healthz", id: "healthz", tag: .operations,
            summary: APIText("200 while the process can serve", "进程可服务时返回 200"),
            reply: .success),
        APIOperation(
            method: .GET, path: "/readyz", id: "readyz", tag: .operations,
            summary: APIText("200 while requests should come here", "可以接收请求时返回 200"),
            description: APIText(
                "503 with the dependency that fails, and first of all when the node stops.",
                "依赖不可用或节点正在停止时返回 503，并说明原因。"),
            reply: .enveloped(
                JSONSchema.object(["sessionStore": JSONSchema.constant("ok"), "userStore": JSONSchema.constant("ok")])),
            failures: [.sessionStoreUnavailable, .userStoreUnavailable, .overloaded]),
        APIOperation(
            method: .GET, path: "/openapi.json", id: "openapi", tag: .operations,
            summary: APIText("This document", "本文档"),
            reply: .plain(["type": "object"])),
        APIOperation(
            method: .GET, path: "/docs", id: "docs", tag: .operations,
            summary: APIText("A page to read and try it", "阅读与试用的页面"),
            reply: .content("text/html")),
    ]

    /// Every route there may be; a node describes those that its settings let it serve.
    static let all = user + seeds + weChat + operations
}
