import KoaKit
import NIOCore

/// A body for the list of calls: names stay, values stay only where they cannot be a secret.
enum MaskedBody {
    private static let mostMembers = 50

    /// - Returns: Nil for no body.
    static func mask(_ body: ByteBuffer) -> String? {
        guard body.readableBytes > 0 else { return nil }
        guard let value = try? JSONValue(parsing: body), case .object(let members) = value else {
            return MaskedQuery.mask
        }
        return JSONValue.object(
            members.prefix(mostMembers).map { member in
                let isName = MaskedQuery.isName(member.name[...])
                return JSONMember(isName ? member.name : MaskedQuery.mask, isName ? mask(member) : maskedValue)
            }
        ).text
    }

    private static let maskedValue = JSONValue.string(MaskedQuery.mask)

    private static func mask(_ member: JSONMember) -> JSONValue {
        switch member.value {
        case .null, .bool: member.value
        case .integer(let number) where (0..<100).contains(number): member.value
        case .string(let text) where text.isEmpty || MaskedQuery.isPlain(member.name[...], text[...]): member.value
        default: maskedValue
        }
    }
}
