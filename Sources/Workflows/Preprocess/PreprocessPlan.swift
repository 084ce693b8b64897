package import Archives
package import Corpus
package import DataManifests
package import FrontEnds
import Signal

/// Everything a run needs to know before it touches the output directory.
package struct PreprocessPlan: Sendable {
  package let options: PreprocessOptions
  package let catalog: CorpusCatalog
  package let data: DataManifests
  /// What the first pass computes: everything but normalisation over more than a window.
  package let frontEnd: any FrontEnd
  package let features: FeatureConfiguration
  package let layout: ShardLayout
  package let configuration: DirectoryConfiguration

  /// Catalogues the corpus and checks the options; opens no audio and writes nothing.
  ///
  /// Throws ``Failure``.
  package init(_ options: PreprocessOptions) throws(Failure) {
    do {
      self.options = options
      features = try options.row.configuration(over: options.features)
      let firstPass = features.cmvn == .sliding ? features : features.withoutNormalization
      frontEnd = try SpectralFrontEnd(row: options.row.name, configuration: firstPass)
      guard !options.isCompressed || options.format == .kaldi else {
        throw Failure(
          .usage, code: "compress", subject: "--compress", expected: "--format kaldi",
          found: options.format.rawValue)
      }
      data = try DataManifests.locate(explicit: options.dataFolder)
      catalog = try CorpusCatalog(options.corpus, root: options.root, data: data)
      guard !catalog.utterances.isEmpty else { throw CorpusError.emptyCorpus(path: options.corpus) }
      layout = try ShardLayout(
        keys: catalog.utterances.map(\.key), shardUtterances: options.shardUtterances)
      configuration = DirectoryConfiguration(
        format: options.format, channels: frontEnd.channels, isCompressed: options.isCompressed,
        labels: catalog.utterances.contains { $0.labelsPath != nil } ? PhoneClasses.allCases : [],
        storesCmvnStatistics: true, normalisedFrom: Self.normalisationSource(features.cmvn),
        frameShiftSeconds: frontEnd.timing.rowShiftMilliseconds / 1000,
        shardUtterances: options.shardUtterances, utteranceCount: layout.keys.count,
        manifestSHA256: try sha256(catalog.canonicalManifest()),
        arithmeticFingerprint: Self.text(of: frontEnd.fingerprint),
        options: Self.optionsJSON(row: options.row, features: features, channel: options.channel))
    } catch {
      throw Failure(error)
    }
  }

  /// Whether normalisation needs statistics of more than what went before.
  static func needsSecondPass(_ scope: CMVNScope) -> Bool { normalisationSource(scope) != nil }

  /// What a second pass of normalisation is made of; nil when what went before is enough.
  private static func normalisationSource(_ scope: CMVNScope) -> NormalisationSource? {
    switch scope {
    case .none, .sliding: nil
    case .utterance: .shard
    case .speaker, .global: .directory
    }
  }

  /// What the shards' bytes depend on beside the corpus, by option name.
  private static func optionsJSON(
    row: Row, features: FeatureConfiguration, channel: Int?
  ) -> JSONValue {
    var fields = [JSONField("row", .string(row.name.rawValue))]
    fields.append(JSONField("channel", channel.map { .integer(Int64($0)) } ?? .string("mono")))
    for option in row.name.options {
      let value: JSONValue =
        switch option.value(in: features) {
        case .flag(let flag): .bool(flag)
        case .integer(let number): .integer(Int64(number))
        case .real(let number): .number(number)
        case .name(let name): .string(name)
        case .context(let left, let right): .array([.integer(Int64(left)), .integer(Int64(right))])
        }
      fields.append(JSONField(option.name, value))
    }
    return .object(fields)
  }

  /// The fingerprint in one line, as `config.json` and `doctor` show it.
  static func text(of fingerprint: ArithmeticFingerprint) -> String {
    "kaleido \(ProgramVersion.current); \(fingerprint.fftwVersion); plan \(fingerprint.planDigest) (\(fingerprint.planProvenance.rawValue)); "
      + "tables \(fingerprint.tableDigest); kernels \(fingerprint.kernels)"
  }

  /// The smallest number of samples that gives a row.
  var minimumSampleCount: Int {
    var (low, high) = (1, frontEnd.timing.frameLengthSamples + frontEnd.timing.frameShiftSamples)
    while frontEnd.timing.rowCount(samples: high) == 0, high < 1 << 40 { high *= 2 }
    while low < high {
      let middle = (low + high) / 2
      if frontEnd.timing.rowCount(samples: middle) > 0 { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
