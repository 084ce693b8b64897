package import Archives
import Corpus
import DataManifests
import FrontEnds
import Recognition
import Stages
package import Synthesis

/// The whole story on the built-in corpus, or on one that is made first: check it, preprocess it in every
/// format, show a picture.
package struct Demo: Sendable {
  package var outputFolder: String
  /// The corpus to make; the built-in one is taken if nil.
  package var preset: CorpusPreset?
  package var dataFolder: String?
  package var jobs: Int

  package init(
    outputFolder: String, preset: CorpusPreset? = nil, dataFolder: String? = nil, jobs: Int = 1
  ) {
    self.outputFolder = outputFolder
    self.preset = preset
    self.dataFolder = dataFolder
    self.jobs = jobs
  }

  /// One utterance as it sounds and as it looks.
  package struct Example: Sendable, Equatable {
    package var key: String
    package var sentence: String
    package var picture: SpectrogramText
  }

  /// The making of the corpus; nil where it is built in.
  package func making() throws -> CorpusMakingPlan? {
    guard let folder = madeCorpus, let preset else { return nil }
    var options = CorpusMakingOptions(
      outputDirectory: folder, recipe: CorpusRecipe(preset: preset), jobs: jobs)
    options.dataFolder = dataFolder
    return try CorpusMakingPlan(options)
  }

  private var madeCorpus: String? { preset.map { "\(outputFolder)/corpus-\($0.rawValue)" } }

  /// The checking of the corpus.
  package func checking() throws -> CorpusChecking {
    CorpusChecking(corpus: try corpus(), jobs: jobs)
  }

  /// The preprocessing of the corpus with forty log mel bins.
  package func preprocessing(_ format: ArchiveFormat) throws -> PreprocessPlan {
    // Features of another corpus are another configuration, in a directory beside.
    let folder = preset.map { "\(format.rawValue)-\($0.rawValue)" } ?? format.rawValue
    var options = PreprocessOptions(
      corpus: try corpus(), outputDirectory: "\(outputFolder)/\(folder)", frontEnd: FrontEndSpec(.mel),
      jobs: jobs)
    options.format = format
    options.commandLine = ["kaleido", "demo"]
    return try PreprocessPlan(options)
  }

  /// The first utterance that is not a calibration sentence, as a picture.
  package func example(_ plan: PreprocessPlan) throws -> Example? {
    let catalog = plan.catalog
    guard
      let utterance = catalog.utterances.first(where: { !catalog.isCalibration($0) && $0.rejection == nil })
    else { return nil }
    let opened = try catalog.open(
      utterance, requirements: plan.source.opener.requirements)
    let samples = try Self.samples(of: opened.audio)
    let timing = plan.frontEnd.timing
    let symbols = catalog.phoneSet.phones
    let labels = (opened.phones?.intervals ?? []).map { interval in
      (symbol: symbols[Int(interval.phone)], frame: max(0, interval.start / timing.frameShiftSamples))
    }
    return Example(
      key: utterance.key, sentence: opened.sentence ?? "",
      picture: SpectrogramText(
        rows: plan.frontEnd.features(of: samples, utterance: utterance.key),
        channels: plan.frontEnd.channels,
        labels: labels))
  }

  /// The comparison of the filter bank with the front end that learns most, by a small classifier.
  package func comparing() throws -> ComparisonOptions {
    let folder = "\(outputFolder)/" + (preset.map { "comparison-\($0.rawValue)" } ?? "comparison")
    let (corpus, jobs) = (try corpus(), jobs)
    let contenders: [Contender]
    contenders = try ["mel", "kaleidoscope-time"].map { try Contender(parsing: $0) }
    var options = ComparisonOptions(
      contenders, outputDirectory: folder,
      test: TestOptions(corpus, jobs: jobs),
      training: TrainOptions(
        corpus: corpus, runDirectory: "", features: .frontEnd(FrontEndSpec(.mel)), jobs: jobs))
    options.training.classifier.hiddenLayers = [128]
    options.training.training.epochs = 8
    options.seedCount = 3
    return options
  }

  private static func samples(of audio: AudioFile) throws -> [Int16] {
    var samples = [Int16](repeating: 0, count: audio.info.sampleCount)
    _ = try samples.withUnsafeMutableBufferPointer { try audio.read(into: $0) }
    return samples
  }

  private func corpus() throws -> CorpusLocation {
    if let madeCorpus {
      return CorpusLocation("\(madeCorpus)/\(CorpusLocation.manifestName)", dataFolder: dataFolder)
    }
    return CorpusLocation(
      try DataManifests.locate(explicit: dataFolder).builtInCorpus, dataFolder: dataFolder)
  }
}
