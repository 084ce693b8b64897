import Archives
import Corpus
import Foundations
import FrontEnds
import Stages
import TrainedModels
import Workflows

extension Failure {
  init(stage error: StageError) {
    switch error {
    case .rejected(let finding): self.init(.badInput, finding)
    case .globalNormalization:
      self.init(
        .usage, code: "global-cmvn", subject: "--cmvn", expected: "none, utterance, speaker or sliding",
        found: "global", remedy: "Leave it out: the classifier's input normalizer does the same.")
    case .storedFeaturesDiffer(let path, let fields):
      let differences = fields.map {
        Difference(field: $0.field, held: $0.held ?? "nothing", wanted: $0.wanted)
      }
      self.init(
        .configurationDiffers, code: "features-differ", subject: Sanitized.path(path),
        remedy: Self.remedyOfVectorUnit(for: differences)
          ?? Remedy([
            "leave --features-from out",
            "run kaleido preprocess with the same front end and options, and with --no-compress",
          ]),
        differences: Self.withVectorUnits(differences))
    case .storedFeaturesIncomplete(let path, let missing, let damaged):
      self.init(
        damaged == 0 ? .interrupted : .badInput, code: "shards-missing", subject: Sanitized.path(path),
        expected: "every shard committed and as it was written",
        found: "\(missing) missing, \(damaged) damaged",
        remedy: "Run the preprocess command again: it does what is missing and what is wrong.")
    case .storedFeaturesStale(let path, let key, let expected, let isStored):
      self.init(
        .badInput, code: "features-stale", subject: Sanitized.path(path), location: key,
        expected: "\(expected, "row")", found: isStored ? "another number" : "none",
        remedy:
          "Run the preprocess command again: it does again what has changed.")
    case .storedFeaturesChanged(let path, let changes):
      let first = changes.first
      self.init(
        .badInput, code: "features-stale", subject: Sanitized.path(path), location: first?.utterance,
        expected: "the files that the features were made of",
        found: "\(changes.count, "changed file"), such as \(first?.path ?? "")",
        remedy: "Run the preprocess command again: it does again what has changed.")
    case .externalFolderUnnamed: self.init(trainedModel: .externalFeatures(path: "the model"))
    case .externalFolderMissing(let path):
      self.init(
        .noInput, code: "missing-file", subject: Sanitized.path(path), expected: "a folder of features",
        found: "nothing", remedy: "Check the path.")
    case .externalFeaturesMissing(let path):
      self.init(
        .noInput, code: "no-features", subject: Sanitized.path(path),
        expected: "features: \(ArchiveFormat.externalFiles.joined(separator: ", or "))", found: "none")
    case .externalUtteranceMissing(let path, let key):
      self.init(
        .badInput, code: "features-missing", subject: Sanitized.path(path), location: key,
        expected: "features of every utterance with labels", found: "none",
        remedy: "Keys are SPEAKER_UTTERANCE, as in kaleido preprocess.")
    case .externalChannelsDiffer(let path, let key, let expected, let found):
      self.init(
        .badInput, code: "features-shape", subject: Sanitized.path(path), location: key,
        expected: "\(expected, "channel")", found: "\(found)")
    case .externalTransposed(let path, let key, let rows, let columns):
      self.init(
        .badInput, code: "features-transposed", subject: Sanitized.path(path), location: key,
        expected: "a row a frame", found: "\(rows, "row") of \(columns): rows and columns look exchanged",
        remedy: "Transpose the matrices, as with features.T of NumPy.")
    case .externalValue(let path, let key, let row, let column, let found, let largest):
      self.init(
        .badInput, code: "features-range", subject: Sanitized.path(path),
        location: "\(key), row \(row), column \(column)", expected: "values within ±\(largest)",
        found: "\(found)",
        remedy: "Make the features again: a sum or a division has overflowed.")
    case .externalFrameCount(
      let path, let key, let rows, let expected, let fillable, let samples, let timing):
      let shift = timing.frameShiftSamples
      self.init(
        .badInput, code: "features-frames", subject: Sanitized.path(path), location: key,
        expected: """
          \(expected, "row"), one a frame of \(timing.frameLengthSamples) samples every \(shift), inside \
          \(samples)
          """,
        found: "\(rows)",
        remedy: Self.remedy(
          rows: rows, expected: expected, fillable: fillable, samples: samples, timing: timing))
    case .rateNotResampled(let found, let wanted):
      self.init(
        .badInput, code: FindingCode.rateMismatch.rawValue, subject: "the audio", location: "sample_rate",
        expected: "one that can be resampled to \(wanted)", found: "\(found)",
        remedy: Remedy(["give --sample-rate \(found)"]))
    default: self.init(liveInput: error)
    }
  }

  private init(liveInput error: StageError) {
    let input = "standard input"
    switch error {
    case .channelOfRawInput(let kind):
      self.init(
        .usage, code: "channel-of-raw-input", subject: "--channel",
        expected: "a WAV or SPHERE file as input",
        found: "\(kind.rawValue): samples without a header, which are mono",
        remedy: "Leave --channel out, or send a file with its header.")
    case .foreignInput(let format):
      self.init(
        .badInput, code: "unknown-format", subject: input,
        expected: "RIFF WAVE, NIST SPHERE or samples without a header", found: format,
        remedy: "Convert it first, or give --input s16 if these really are samples.")
    case .headerMissing:
      self.init(
        .badInput, code: "unknown-format", subject: input, expected: "RIFF WAVE or NIST SPHERE",
        found: "something else", remedy: "Give --input s16 or f32 for audio without a header.")
    case .inputTruncated(let bytes):
      self.init(
        .badInput, code: "truncated", subject: input,
        expected: bytes.map { "\($0) more bytes of samples" } ?? "a whole header", found: "the end",
        remedy: Remedy(FindingCode.truncated.remedy))
    case .nonFiniteSamples:
      self.init(
        .badInput, code: FindingCode.nonFinite.rawValue, subject: input, expected: "finite samples",
        found: "a NaN or an infinity", remedy: Remedy(FindingCode.nonFinite.remedy))
    case .nonFiniteFeatures(let frame, let value):
      self.init(
        .badInput, code: FindingCode.nonFinite.rawValue, subject: input, location: "frame \(frame)",
        expected: "finite features", found: value.isNaN ? "NaN" : "infinity",
        remedy: Remedy(FindingCode.nonFinite.remedy))
    case .nonFinitePosteriors(let frame):
      self.init(
        .badInput, code: FindingCode.nonFinite.rawValue, subject: input, location: "frame \(frame)",
        expected: "finite posteriors", found: "NaN", remedy: Remedy(FindingCode.nonFinite.remedy))
    default: preconditionFailure("a fault of no live input: \(error)")
    }
  }

  /// The likely reason for a number of rows that does not fit the frames.
  private static func remedy(
    rows: Int, expected: Int, fillable: Int, samples: Int, timing: FrameTiming
  ) -> Remedy {
    let shift = timing.frameShiftSamples
    if rows == (samples + shift / 2) / shift { return "As without snipped edges: give --no-snip-edges." }
    if rows == samples / shift + 1 {
      return Remedy(
        because: "As with centered frames (librosa's center=True)",
        ["give --no-snip-edges and --label-shift 0", "make them with center=False"])
    }
    if rows > 0, abs(rows - expected) > max(2, expected / 20) {
      let milliseconds = 1000 * Double(samples) / Double(rows) / Double(timing.sampleRateHertz)
      let rounded = (milliseconds * 10).rounded() / 10
      return
        "The rows seem to be \(rounded) ms apart: give --frame-shift and --frame-length as they were made."
    }
    return """
      Give --label-shift N if row t is of frame t − N; up to \(fillable, "frame") without a row take the \
      nearest one.
      """
  }
}
