import Glibc

/// The registry of label formats.
package enum LabelFormats {
  /// In order of preference where an utterance has files of several.
  package static let all: [any LabelFormat] = [
    PhnLabels(),
    TextGridLabels(),
    CtmLabels(),
    EspsLabels(),
    HtkLabels(),
    BuckeyeLabels(),
    TableLabels(),
    AudacityLabels(),
  ]

  /// The format of a name, such as `phn`; nil if there is none.
  package static func named(_ name: String) -> (any LabelFormat)? { all.first { $0.name == name } }

  /// The rank of the first format with an extension, given in upper case; nil if there is none.
  ///
  /// - Parameter format: the name of the only one that counts.
  static func rank(ofExtension name: String, format: String? = nil) -> Int? {
    guard let format else { return rankOfExtension[name] }
    return all.firstIndex {
      $0.name == format && ($0.extensions.contains(name) || $0.namedExtensions.contains(name))
    }
  }

  /// The stem of a file's name in upper case and the rank of its format; nil for other files.
  static func classify(_ name: String) -> (stem: String, rank: Int)? {
    guard let dot = name.lastIndex(of: "."),
      let rank = rank(ofExtension: name[name.index(after: dot)...].uppercased())
    else { return nil }
    return (name[..<dot].uppercased(), rank)
  }

  /// The format of a file: the named one, else the first with its extension that recognizes its content.
  static func format(
    of path: String, text: UnsafeRawBufferPointer, named name: String? = nil
  ) -> any LabelFormat {
    if let name, let format = named(name) { return format }
    let file = path.split(separator: "/").last ?? path[...]
    let name = file.lastIndex(of: ".").map { file[file.index(after: $0)...].uppercased() }
    let candidates = all.filter { name.map($0.extensions.contains) ?? false }
    return candidates.first { $0.recognizes(text) } ?? candidates.first ?? PhnLabels()
  }

  /// The label file beside audio, given the path without its extension; nil if there is none.
  static func file(beside stem: String) -> String? {
    all.flatMap(\.extensions).lazy.flatMap { [$0, $0.lowercased()] }.map { "\(stem).\($0)" }
      .first { access($0, F_OK) == 0 }
  }

  private static let rankOfExtension: [String: Int] = {
    var ranks: [String: Int] = [:]
    for (rank, format) in all.enumerated() {
      for name in format.extensions where ranks[name] == nil { ranks[name] = rank }
    }
    return ranks
  }()
}
