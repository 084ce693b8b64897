package import Foundation

/// A folder of a test's own that goes away with it.
package final class TemporaryFolder: Sendable {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("kaleido-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  package var path: String { url.path }

  package func appending(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Every regular file under the folder by its relative path, with its bytes; caches, which promise none,
  /// left out.
  package func contents(under name: String = "") throws -> [String: Data] {
    let root = name.isEmpty ? url : url.appendingPathComponent(name)
    var found: [String: Data] = [:]
    guard let walk = FileManager.default.enumerator(atPath: root.path) else { return found }
    for case let path as String in walk where !path.contains(".kaleido-cache") {
      let file = root.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue
      else { continue }
      found[path] = try Data(contentsOf: file)
    }
    return found
  }
}
