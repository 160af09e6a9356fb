import KoaKit

extension JSONValue {
    /// The members of an object; none for anything else.
    var members: [JSONMember] { if case .object(let members) = self { members } else { [] } }

    /// The elements of an array; none for anything else.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

    /// The value at a JSON pointer without its `#/`.
    func value(at pointer: some StringProtocol) -> JSONValue? {
        pointer.split(separator: "/").reduce(self) { value, name in value?[String(name)] }
    }

    /// This value and all within it.
    var descendants: [JSONValue] {
        [self] + (members.map(\.value) + elements).flatMap(\.descendants)
    }
}
