import KoaKit

extension JSONValue {
    /// The members of an object; none for anything else.
    var members: [JSONMember] { if case .object(let members) = self { members } else { [] } }

    /// The elements of an array; none for anything else.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

    /// An element of an array; nil where there is none.
    subscript(index: Int) -> JSONValue? { elements.indices.contains(index) ? elements[index] : nil }

    /// The value at a JSON pointer without its `#/`.
    func value(at pointer: some StringProtocol) -> JSONValue? {
        pointer.split(separator: "/").reduce(self) { value, name in value?[String(name)] }
    }

    /// This value and all within it.
    var descendants: [JSONValue] {
        [self] + (members.map(\.value) + elements).flatMap(\.descendants)
    }
}
