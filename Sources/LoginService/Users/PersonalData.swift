/// What a user may take back of a profile.
struct PersonalData: OptionSet, Sendable, Hashable {
    let rawValue: Int

    static let nickname = PersonalData(rawValue: 1)
    static let avatar = PersonalData(rawValue: 2)
    static let phone = PersonalData(rawValue: 4)
}
