import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Recognition
import StageGraph
import Stages
import TrainedModels

/// Rows of features to phones, as they become certain.
///
///     FrontEnd -FeatureBlock-> FrameClassifier -PosteriorBlock-> PhoneDecoder -Transcription->
///     StandardOutput
///
/// A phone is written once every path of the decoder that is still alive has it, so what is written is the
/// best path of the whole stream: the phones that `evaluate` finds in the same audio.
struct LiveRecognition: Sendable {
  /// Frames that log posteriors wait for in the classifier.
  let latencyFrames: Int
  let summary: String
  private let model: LoadedModel
  private let loop: PhoneLoop
  private let symbols: [String]
  private let timing: FrameTiming

  /// - Parameters:
  ///   - timing: of the front end.
  ///
  /// - Throws: ``WorkflowError`` for a model that needs the whole utterance.
  init(_ model: LoadedModel, timing: FrameTiming) throws(WorkflowError) {
    let posteriors = PosteriorStream(model.recognizer.classifier, values: model.values)
    guard let latencyFrames = posteriors.latencyFrames else {
      throw WorkflowError.needsWholeUtterance(
        model: model.path, classifier: model.recognizer.classifier.summary)
    }
    self.latencyFrames = latencyFrames
    self.model = model
    self.timing = timing
    summary = model.recognizer.classifier.summary
    symbols = model.configuration.folding.symbols
    loop = model.recognizer.phoneLoop(model.values, options: model.decoding)
  }

  /// Adds the stages behind the front end to a graph.
  func join(
    _ features: consuming Outlet<FeatureBlock>, to blueprint: GraphBlueprint, _ writer: LiveWriter,
    _ output: LiveStreamOptions.Output, counts: LiveCounts
  ) {
    let recognizer = model.recognizer
    let classification = FrameClassification(recognizer: recognizer, values: model.values, isLive: true)
    let recognition = UtteranceRecognition(classCount: recognizer.classCount, loop: loop, isLive: true)
    let posteriors = blueprint.join(features, to: classification.stage(workers: 1), capacity: 4)
    let transcriptions = blueprint.join(posteriors, to: recognition.stage(workers: 1), capacity: 4)
    blueprint.join(
      transcriptions,
      to: Sink<Transcription>("StandardOutput", placement: .ownThread) { receiver in
        while let transcription = try await receiver.nextInStream() {
          for phone in transcription.phones {
            counts.addPhone(delayFrames: transcription.frameCount - phone.frames.upperBound)
          }
          if transcription.isLast { counts.add(frames: transcription.frameCount) }
          let end = transcription.isLast ? counts.samples(atRate: timing.sampleRateHertz) : nil
          try writer.put(text(transcription.phones, end: end, output))
        }
      }, capacity: 4)
  }

  // MARK: Output

  /// Where a phone that begins at a frame begins: half way between the centers of that frame and the one
  /// before.
  private func firstSample(ofFrame frame: Int) -> Int {
    guard frame > 0 else { return 0 }
    return (timing.centerSample(ofRow: frame - 1) + timing.centerSample(ofRow: frame) + 1) / 2
  }

  /// - Parameter streamEnd: samples of the whole stream once it has ended: its last phone lasts until then.
  private func text(
    _ phones: [DecodedPhone], end streamEnd: Int?, _ output: LiveStreamOptions.Output
  ) -> [UInt8] {
    var text = ""
    for (index, phone) in phones.enumerated() {
      let start = firstSample(ofFrame: phone.frames.lowerBound)
      var end = firstSample(ofFrame: phone.frames.upperBound)
      if let streamEnd, index == phones.count - 1 { end = max(start, streamEnd) }
      let symbol = symbols[Int(phone.phone)]
      switch output {
      case .phn: text += "\(start) \(end) \(symbol)\n"
      case .jsonl:
        text +=
          #"{"start":\#(seconds(start)),"end":\#(seconds(end)),"phone":\#(JSONValue.string(symbol).text)}"#
          + "\n"
      case .text, .npy, .ark: text += "\(seconds(start)) \(seconds(end)) \(symbol)\n"
      }
    }
    return Array(text.utf8)
  }

  /// Seconds to the nearest tenth of a millisecond.
  private func seconds(_ sample: Int) -> String {
    let tenths = (sample * 10_000 + timing.sampleRateHertz / 2) / timing.sampleRateHertz
    let digits = String(tenths % 10_000)
    return "\(tenths / 10_000).\(String(repeating: "0", count: 4 - digits.count))\(digits)"
  }
}
