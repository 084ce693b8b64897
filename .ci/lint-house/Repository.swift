import Foundation

/// The files of the repository that are checked, by their paths relative to its root.
struct Repository {
  struct Module {
    let name: String
    let files: [File]
  }

  struct File {
    let path: String
    /// The folder inside the module, or nothing for a file beside the folders.
    let folder: String
    let source: SwiftSource
  }

  let root: URL
  let modules: [Module]

  init(root: URL) throws {
    self.root = root
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent("Sources").path)
    modules = try folders.sorted().compactMap { name in
      let files = try Self.paths(under: "Sources/\(name)", of: root, endingIn: ["swift"]).map { path in
        let components = path.split(separator: "/").dropFirst(2)
        return File(
          path: path, folder: components.count > 1 ? String(components.first ?? "") : "",
          source: SwiftSource(try Self.text(of: path, in: root)))
      }
      return files.isEmpty ? nil : Module(name: name, files: files)
    }
  }

  static func text(of path: String, in root: URL) throws -> String {
    String(decoding: try Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
  }

  /// Files under a folder, sorted; generated ones and those of a build are left out.
  static func paths(under folder: String, of root: URL, endingIn extensions: Set<String>) throws -> [String] {
    let start = root.appendingPathComponent(folder).path
    guard FileManager.default.fileExists(atPath: start) else { return [] }
    return try FileManager.default.subpathsOfDirectory(atPath: start).map { "\(folder)/\($0)" }
      .filter { path in
        extensions.contains((path as NSString).pathExtension) && !isGenerated(path)
      }.sorted()
  }

  static func isGenerated(_ path: String) -> Bool {
    path.contains("/Generated/") || path.hasSuffix(".pb.swift")
  }
}

/// Something that breaks a rule.
struct Violation: CustomStringConvertible {
  let path: String
  var line = 0
  let text: String

  var description: String { line > 0 ? "\(path):\(line): \(text)" : "\(path): \(text)" }
}
