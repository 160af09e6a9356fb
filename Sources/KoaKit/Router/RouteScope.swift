/// The paths for which a router's middleware runs.
struct RouteScope: Sendable {
    let pattern: RoutePattern
    /// Whether only the path itself, or also all paths below it.
    let isExact: Bool
    let isSensitive: Bool
    /// What the router looks up in place of the request's path, if so set.
    let routerPath: String?

    /// How a scope stands to the paths of a route.
    enum Relation {
        case none
        case some
        case all
    }

    /// The form that a path, or the beginning of it, has.
    func form(matching path: RequestPath) -> RoutePattern.Form? {
        pattern.forms.first { $0.matches(path, isSensitive: isSensitive, allowsMore: !isExact) }
    }

    /// Which of a route's paths are in the scope, and bind the same names.
    func relation(to route: RoutePattern, isSensitive isRouteSensitive: Bool) -> Relation {
        let relations = pattern.forms.flatMap { form in
            route.forms.map { relation(of: form, to: $0, isRouteSensitive) }
        }
        if relations.allSatisfy({ $0 == .all }) { return .all }
        return relations.allSatisfy { $0 == .none } ? .none : .some
    }

    private func relation(
        of form: RoutePattern.Form,
        to route: RoutePattern.Form,
        _ isRouteSensitive: Bool
    ) -> Relation {
        var relation = Relation.all
        for (index, segment) in form.segments.enumerated() {
            guard index < route.segments.count else {
                if case .rest? = route.segments.last { return .some }
                return .none
            }
            switch (segment, route.segments[index]) {
            case (.literal(let own), .literal(let other)):
                guard own.lowercased() == other.lowercased() else { return .none }
                if isSensitive, !isRouteSensitive || own != other { relation = .some }
            case (_, .rest): return .some
            case (let own, let other): if own != other { relation = .some }
            }
            if case .rest = segment { return .some }
        }
        return isExact && route.segments.count != form.segments.count ? .none : relation
    }
}
