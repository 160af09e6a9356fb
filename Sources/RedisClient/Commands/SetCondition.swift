/// When a value is set.
public enum SetCondition: Hashable, Sendable {
    /// Only if there is no such key yet (NX).
    case ifAbsent
    /// Only if there is such a key (XX).
    case ifPresent
}
