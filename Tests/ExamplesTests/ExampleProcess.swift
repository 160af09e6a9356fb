import Foundation
import KoaTesting
import ProcessFixture
import Testing

/// A run of the real binary of an example, from the folder that these tests were built into.
struct ExampleProcess: Sendable {
    /// Where it serves.
    let port: Int
    private let identifier: pid_t
    private let output: FileHandle
    private let ending: Task<ProcessEnd, Never>

    /// Starts an example on a free port, waits until it listens, and kills it when `body` is done.
    static func run<Value>(_ name: String, _ body: (ExampleProcess) async throws -> Value) async throws -> Value {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let identifier: pid_t
        do {
            defer { close(ends[1]) }
            identifier = try spawn([folder.appending(path: name).path], environment: ["PORT": "0"], output: ends[1])
        }
        let ending = Task { await ProcessEnd.of(identifier) }
        let result: Result<Value, any Error>
        do {
            let port = try #require(await Self.port(announcedOn: output), "\(name) ended before it listened")
            let process = ExampleProcess(port: port, identifier: identifier, output: output, ending: ending)
            result = .success(try await body(process))
        } catch {
            result = .failure(error)
        }
        kill(identifier, SIGKILL)
        _ = await ending.value
        return try result.get()
    }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(identifier, signal)
    }

    /// Waits until the process is gone.
    ///
    /// - Returns: How it ended.
    func end() async -> ProcessEnd {
        // Read to its end, or a process with much to say would wait for room.
        await onThread { while !output.availableData.isEmpty {} }
        return await ending.value
    }

    /// The port of the line that says `listening`; nil when the output ended without one.
    private static func port(announcedOn output: FileHandle) async -> Int? {
        await onThread {
            var text = ""
            while case let bytes = output.availableData, !bytes.isEmpty {
                text += String(decoding: bytes, as: UTF8.self)
                guard let line = text.split(separator: "\n").first(where: { $0.contains("listening") }) else {
                    continue
                }
                return line.firstMatch(of: /address=[0-9.]+:([0-9]+)/).flatMap { Int($0.1) }
            }
            return nil
        }
    }

    private static let folder =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { URL(fileURLWithPath: $0).deletingLastPathComponent() } ?? URL(fileURLWithPath: "/")
}

/// Runs what blocks on a thread of its own.
private func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}
