package import Archives
package import Corpus
package import Files
import Foundations
import Glibc

/// Digests of the files that utterances are read from.
///
/// A digest is taken before the file is decoded, so that one which changes in between differs from its
/// record. Those of recent files are kept, as several utterances may be of one recording.
package final class InputDigests: Sendable {
  private struct Known {
    var digests: [String: (stamp: InputStamp, sha256: String)] = [:]
  }

  private let known = Guarded(Known())
  private let store = FileStore()

  private static let knownLimit = 1024

  package init() {}

  /// The states of the inputs of an utterance that can be read.
  ///
  /// - Throws: `FileError` for a system that fails, and when the task is canceled.
  package func states(of utterance: Utterance, in catalog: CorpusCatalog) throws(FileError) -> [InputState] {
    var states: [InputState] = []
    for input in catalog.inputs(of: utterance) {
      if let state = try state(of: input) { states.append(state) }
    }
    return states
  }

  /// The state of an input; nil for a file that is missing, no regular file, or may not be read.
  package func state(of input: UtteranceInput) throws(FileError) -> InputState? {
    switch input.content {
    case .bytes(let bytes):
      return InputState(role: input.role, bytes: Int64(bytes.count), sha256: try sha256(bytes), stamp: nil)
    case .file(let path):
      // Before the file is read, which may take longer than its time needs to settle.
      let now = Int64(time(nil))
      guard let stamp = try stamp(of: path) else { return nil }
      let isSettled = stamp.isSettled(atSecond: now)
      guard let digest = try digest(of: path, stamp, isKept: isSettled) else { return nil }
      return InputState(
        role: input.role, bytes: stamp.bytes, sha256: digest, stamp: isSettled ? stamp : nil)
    }
  }

  /// The stamp of a regular file; nil if there is none.
  package func stamp(of path: String) throws(FileError) -> InputStamp? {
    do {
      guard let status = try store.status(path), status.isRegular else { return nil }
      return InputStamp(status)
    } catch .system(_, _, let code) where Self.isFault(ofFile: code) {
      return nil
    }
  }

  private func digest(of path: String, _ stamp: InputStamp, isKept: Bool) throws(FileError) -> String? {
    if let found = known.withLock({ $0.digests[path] }), found.stamp == stamp { return found.sha256 }
    let digest: String
    do {
      let descriptor = try store.open(path, flags: O_RDONLY | O_NOCTTY)
      defer { store.close(descriptor) }
      digest = try sha256(of: descriptor, bytes: stamp.bytes, path: path, store: store)
    } catch .system(_, _, let code) where Self.isFault(ofFile: code) {
      return nil
    } catch .malformed {
      // It has become shorter meanwhile.
      return nil
    }
    guard isKept else { return digest }
    known.withLock { known in
      if known.digests.count >= Self.knownLimit { known.digests = [:] }
      known.digests[path] = (stamp, digest)
    }
    return digest
  }

  /// Whether an error costs the utterance and not the run, as when it is opened.
  private static func isFault(ofFile code: Int32) -> Bool {
    [ENOENT, ENOTDIR, EACCES, EPERM, ELOOP, ENXIO, ENODEV, EISDIR, ENAMETOOLONG].contains(code)
  }
}
