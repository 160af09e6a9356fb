import KoaKit
import NIOCore

/// What faults make of a proper answer.
extension JSONValue {
    /// The members that calls are made for.
    private static let mainNames: Set<String> = [
        "openid", "access_token", "phoneNumber", "purePhoneNumber", "trace_id",
    ]

    /// With an empty string in each place that the call was made for, the openid first of all.
    var withoutMainValues: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(
            members.map { member in
                let isMain = Self.mainNames.contains(member.name)
                return JSONMember(member.name, isMain ? "" : member.value.withoutMainValues)
            })
    }

    /// With the errcode in quotes.
    var withStringErrcode: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(
            members.map { member in
                guard member.name == "errcode", case .integer(let number) = member.value else { return member }
                return JSONMember(member.name, .string(String(number)))
            })
    }

    /// With each text and each number a second time, as something else.
    var withDuplicates: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(
            members
                + members.compactMap { member in
                    switch member.value {
                    case .string: JSONMember(member.name, "duplicate")
                    case .integer: JSONMember(member.name, 0)
                    default: nil
                    }
                })
    }

    /// With members that no documentation has, some of them with names that languages treat as special.
    var withUnknownMembers: JSONValue {
        guard case .object(let members) = self else { return self }
        let unknown: [JSONMember] = [
            JSONMember("_n", "0"), JSONMember("extra", ["list": [1, 2.5, nil, true], "object": [:]]),
            JSONMember("__proto__", ["openid": "prototype"]), JSONMember("constructor", "unknown"),
            JSONMember("OpenID", "other case"), JSONMember("", "no name"),
        ]
        return .object(unknown + members)
    }

    /// With a member in GBK, which is no UTF-8.
    var bytesInGBK: ByteBuffer {
        var bytes = ByteBuffer(string: String(text.dropLast()))
        bytes.writeStaticString(#","province":""#)
        bytes.writeBytes([0xB9, 0xE3, 0xB6, 0xAB])
        bytes.writeStaticString(#""}"#)
        return bytes
    }
}
