import CoreMetrics
import KoaKit
public import PrometheusMetrics
import RedisClient

/// The metrics of a node, as `GET /metrics` shows them.
struct ServiceMetrics: Sendable {
    let registry: PrometheusRegistry
    /// Looks at the near cache, which counts by itself; nil where there is none.
    private let readCache: (@Sendable () -> Void)?

    init(registry: PrometheusRegistry, cache: NearCache<Session>?) {
        self.registry = registry
        readCache = cache.map { cache in
            let metrics = NearCacheMetrics(cache: "sessions", factory: registry)
            return { metrics.report(cache.statistics) }
        }
    }

    /// All of them in Prometheus' text format.
    func text() -> String {
        readCache?()
        return registry.text()
    }
}

extension PrometheusRegistry {
    /// A registry that describes the metrics of this service.
    public static func forService() -> PrometheusRegistry {
        var options = Options()
        options.help = [
            "http.server.requests": "Requests answered, by method, route and status.",
            "http.server.request.duration": "How long requests took to answer.",
            "http.server.active_requests": "Requests being answered.",
            EventMetrics.label: "What happened to logins, sessions and users; refused logins by reason.",
            "db.client.operation.duration": "How long Redis commands and SQL statements took, by name.",
            "db.client.operation.errors": "SQL statements that failed, by kind of error.",
            "db.client.connection.wait_time": "How long statements waited for a connection to the database.",
            "db.client.connection.used": "Connections to the database in use.",
            "redis.client.commands.in_flight": "Redis commands without a reply yet.",
            "redis.client.connections": "Connections to Redis that serve commands.",
            "redis.client.near_cache.hits": "Sessions read from this node's memory.",
            "redis.client.near_cache.misses": "Sessions read from Redis, for want of them in memory.",
            "redis.client.near_cache.live": "1 while the near cache is told of changes.",
        ]
        return PrometheusRegistry(options)
    }
}
