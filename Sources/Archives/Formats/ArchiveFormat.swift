/// A format of the files in a shard and of the indexes beside them.
///
/// To add a format, define it in a folder of its own and list it in `ArchiveFormatRegistry.swift`.
package struct ArchiveFormat: Sendable {
  let definition: any ArchiveFormatDefinition

  init(_ definition: any ArchiveFormatDefinition) { self.definition = definition }

  /// The name on the command line and in `config.json`.
  package var name: String { definition.name }

  /// A noun phrase for the help.
  package var help: String { definition.help }

  /// Whether features can be compressed.
  package var canCompress: Bool { definition.canCompress }

  /// The largest number of features per frame.
  package var maximumChannels: Int { definition.maximumChannels }

  /// How to read the features of a directory in other programs.
  ///
  /// - Parameters:
  ///   - folder: the directory.
  ///   - set: the features to be read.
  package func readingExamples(_ folder: String, set: ShardSet) -> [ReadingExample] {
    definition.readingExamples(folder, suffix: set.indexSuffix)
  }

  /// The formats that can compress features.
  package static var compressible: [ArchiveFormat] { allCases.filter(\.canCompress) }
}

extension ArchiveFormat: RawRepresentable, Hashable, CustomStringConvertible {
  package init?(rawValue name: String) {
    guard let format = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = format
  }

  package var rawValue: String { name }

  package var description: String { name }
}

extension ArchiveFormat {
  /// The layouts of the files of all formats.
  private static var layouts: [FileLayout] {
    allCases.flatMap { format in
      ArchiveRole.kinds.flatMap { role in
        (format.canCompress ? [false, true] : [false]).map { isCompressed in
          let shape = FeatureShape(channels: 1, frameShiftSeconds: 0.01, isCompressed: isCompressed)
          return format.definition.storage(of: role, shape).layout
        }
      }
    }
  }

  /// The extensions of entries of `shards/`, with their dots; folders have none.
  static let entrySuffixes: Set<String> = Set(layouts.map(\.entrySuffix))

  /// The extensions of the files in folders of `shards/`, with their dots.
  static let utteranceSuffixes: Set<String> = Set(
    layouts.compactMap {
      if case .filePerUtterance(let suffix) = $0 { suffix } else { nil }
    })
}

/// A line of another program that reads the features of a directory.
package struct ReadingExample: Equatable, Sendable {
  /// The program or language.
  package let reader: String
  package let code: String
}
