import Glibc

/// A file that was found under a root, open.
struct StaticFile: Sendable {
    let file: OpenFile
    let info: OpenFile.Info
    /// The name that was asked for, by which its type goes.
    let name: String
    /// The coding of a compressed stand-in; nil when this is the file itself.
    let coding: Precompressed?

    /// Looks for a file.
    ///
    /// It blocks: for ``FileThreads``.
    ///
    /// - Parameters:
    ///   - path: What is asked for.
    ///   - root: A folder; looked up each time, so that it may be a link that a deployment moves.
    ///   - options: What to serve.
    ///   - codings: The compressed stand-ins that would do, the best first.
    /// - Returns: Nil when there is no such file, or when links lead out of the root.
    /// - Throws: ``SystemCallError`` when there is one and it cannot be opened.
    static func find(
        _ path: StaticPath, in root: String, _ options: StaticFiles.Options, codings: [Precompressed]
    ) throws(SystemCallError) -> StaticFile? {
        guard let boundary = try open(root)?.file.realPath() else { return nil }
        var name = ([root] + path.segments).joined(separator: "/")
        guard var found = try open(name, within: boundary) else { return nil }
        if found.info.isDirectory {
            guard let index = options.index else { return nil }
            name += "/" + index
            guard let file = try open(name, within: boundary) else { return nil }
            found = file
        } else if path.isFolder {
            return nil
        }
        guard found.info.isRegular else { return nil }
        for coding in codings {
            guard let coded = try open(name + coding.suffix, within: boundary), coded.info.isRegular else { continue }
            return StaticFile(file: coded.file, info: coded.info, name: name, coding: coding)
        }
        return StaticFile(file: found.file, info: found.info, name: name, coding: nil)
    }

    private static func open(
        _ path: String, within boundary: String? = nil
    ) throws(SystemCallError) -> (file: OpenFile, info: OpenFile.Info)? {
        do throws(SystemCallError) {
            let file = try OpenFile(reading: path)
            // Asked of the open file, so that nobody can put a link in its place in between.
            if let boundary, boundary != "/" {
                let realPath = try file.realPath()
                guard realPath == boundary || realPath.hasPrefix(boundary + "/") else { return nil }
            }
            return (file, try file.info())
        } catch {
            guard [ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, ENXIO].contains(error.code) else { throw error }
            return nil
        }
    }
}
