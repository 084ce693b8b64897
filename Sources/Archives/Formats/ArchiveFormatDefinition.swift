import Files

/// The features of a directory, as far as formats depend on them.
struct FeatureShape: Sendable {
  /// The number of features per frame.
  var channels: Int
  var frameShiftSeconds: Double
  /// Whether features are compressed; false unless the format can.
  var isCompressed: Bool
}

/// The definition of an archive format: how values are stored, and which indexes other programs need.
protocol ArchiveFormatDefinition: Sendable {
  /// The name on the command line and in `config.json`.
  var name: String { get }

  /// A noun phrase for the help.
  var help: String { get }

  /// Whether features can be compressed.
  var canCompress: Bool { get }

  /// The largest number of features per frame.
  var maximumChannels: Int { get }

  /// How the values of a role are stored.
  func storage(of role: ArchiveRole, _ features: FeatureShape) -> any RoleStorage

  /// The names of the indexes of the format alone.
  ///
  /// - Parameters:
  ///   - labels: the phone sets whose frame labels are stored.
  ///   - isNormalized: whether there is a second pass.
  func indexNames(labels: [LabelSet], isNormalized: Bool) -> [String]

  /// Begins the indexes of the format alone for one set of shards.
  func makeIndexes(_ context: IndexContext, _ set: ShardSet) throws(ArchiveError) -> [any FormatIndex]

  /// How to read the features in other programs.
  ///
  /// - Parameter suffix: the end of the names of indexes, before the extension.
  func readingExamples(_ folder: String, suffix: String) -> [ReadingExample]

  /// The files in which features of other programs are looked for, such as `KEY.npy`; nil if there are none.
  var externalFiles: String? { get }

  /// Lists the utterances with features that another program wrote to a folder; empty if there are none in
  /// this format.
  func externalFeatures(in folder: String, store: FileStore) throws(ArchiveError) -> [ExternalFeatures]
}

extension ArchiveFormatDefinition {
  var canCompress: Bool { false }
  var maximumChannels: Int { DirectoryConfiguration.maximumChannels }
  var externalFiles: String? { nil }

  func externalFeatures(in folder: String, store: FileStore) throws(ArchiveError) -> [ExternalFeatures] {
    []
  }
}
