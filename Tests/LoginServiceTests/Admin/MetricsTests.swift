import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct MetricsTests {
    @Test func `requests, commands and statements are counted, and no label tells of a user`() async throws {
        try await withNode([.nearCache: "100", .metrics: "full"]) { backends, node in
            let code = try backends.code()
            let token = try await node.logIn(code).token
            _ = try await node.logIn("unknown")
            for _ in 0..<3 { #expect(try await node.client.me(token).outcome == .success) }
            _ = try await node.client.get("/\(token)?x=\(token)")
            try await node.withAdmin { admin in
                let text = try await admin.get("/metrics").text
                let me = #"{http_request_method="GET",http_route="/user/me",http_response_status_code="200"}"#
                #expect(text.contains("\nhttp_server_requests_total\(me) 3\n"))
                #expect(text.contains("\nhttp_server_request_duration_seconds_count\(me) 3\n"))
                #expect(text.contains("\nlogin_events_total{event=\"login\"} 1\n"))
                #expect(text.contains("\nlogin_events_total{event=\"login_refused\",reason=\"invalid_code\"} 1\n"))
                let unmatched =
                    #"{http_request_method="GET",http_route="unmatched",http_response_status_code="404"}"#
                #expect(text.contains("\nhttp_server_requests_total\(unmatched) 1\n"))
                #expect(text.contains(#"db_operation_name="users.read"} 3"#), "statements")
                #expect(text.contains(#"db_system_name="redis",db_operation_name="EVALSHA""#), "commands")
                #expect(text.contains(#"redis_client_near_cache_hits_total{cache="sessions"} 2"#))
                let openID = try backends.sandbox.openID(of: "alice")
                for secret in [code, token, openID] {
                    #expect(!text.contains(secret))
                }
                for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                    let sample = line.wholeMatch(of: /[a-z_:]+(\{[^{}]*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)/)
                    #expect(sample != nil, "\(line)")
                }
            }
        }
    }
}
