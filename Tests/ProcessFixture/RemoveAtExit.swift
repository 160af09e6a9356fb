package import Foundation
import Synchronization

private let directories = Mutex<[URL]>([])

/// Removes a directory when this process exits normally.
package func removeAtExit(_ directory: URL) {
    let isFirst = directories.withLock { directories in
        directories.append(directory)
        return directories.count == 1
    }
    guard isFirst else { return }
    atexit {
        for directory in directories.withLock({ $0 }) { try? FileManager.default.removeItem(at: directory) }
    }
}
