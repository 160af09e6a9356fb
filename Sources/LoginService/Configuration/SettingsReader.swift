import Configuration
import Foundation
import KoaKit
import NIOCore
import SystemPackage

/// Reads settings as text: a flag beats the environment, the environment beats the configuration file, and
/// `NAME_FILE` names a file that holds the value, such as a mounted secret.
struct SettingsReader {
    /// Flags, the environment, the configuration file: the first that has a setting, by itself or in a file, decides.
    private let layers: [ConfigReader]

    /// - Parameters:
    ///   - flags: What the command line said, by setting.
    ///   - environment: The environment variables.
    ///   - file: The path of a JSON file, an object with the names of settings.
    /// - Throws: ``ConfigurationError`` when the file cannot be read or is not such an object.
    init(flags: [Setting: String], environment: [String: String], file: String?) async throws(ConfigurationError) {
        let values = flags.map { (AbsoluteConfigKey([$0.rawValue]), ConfigValue(.string($1), isSecret: false)) }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(values: Dictionary(uniqueKeysWithValues: values)),
            EnvironmentVariablesProvider(environmentVariables: environment),
        ]
        if let file {
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
            } catch {
                throw ConfigurationError("configuration file \(file): not a readable JSON object of settings")
            }
            try Self.checkMembers(of: file)
        }
        layers = providers.map { ConfigReader(provider: $0) }
    }

    /// A misspelt name or a value of another type would be passed over in silence, and a default used in its place.
    private static func checkMembers(of file: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: file),
            case .object(let members)? = try? JSONValue(parsing: ByteBuffer(bytes: data))
        else { throw ConfigurationError("configuration file \(file): not a readable JSON object of settings") }
        for member in members {
            let name = member.name.hasSuffix("_FILE") ? String(member.name.dropLast(5)) : member.name
            guard Setting(rawValue: name) != nil else {
                throw ConfigurationError("configuration file \(file): there is no setting \(member.name)")
            }
            switch member.value {
            case .string, .integer, .bool: break
            default:
                throw ConfigurationError("\(member.name): must be a string, a whole number, true or false in \(file)")
            }
        }
    }

    /// The text of a setting; nil when it is not set.
    ///
    /// - Throws: ``ConfigurationError`` when one layer has both it and its `_FILE`, or the file cannot be read.
    func text(_ setting: Setting) throws(ConfigurationError) -> String? {
        for layer in layers {
            if let text = try text(setting, in: layer) { return text }
        }
        return nil
    }

    private func text(_ setting: Setting, in layer: ConfigReader) throws(ConfigurationError) -> String? {
        let direct = Self.value(setting.rawValue, in: layer)
        guard let path = Self.value(setting.rawValue + "_FILE", in: layer) else { return direct }
        guard direct == nil else { throw ConfigurationError(setting, "set it or \(setting.rawValue)_FILE, not both") }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else {
            throw ConfigurationError("\(setting.rawValue)_FILE: \(path) cannot be read as text")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A value as text, whatever JSON type it has in a file.
    private static func value(_ name: String, in layer: ConfigReader) -> String? {
        let key = ConfigKey([name])
        return layer.string(forKey: key) ?? layer.int(forKey: key).map(String.init)
            ?? layer.bool(forKey: key).map(String.init)
    }
}
