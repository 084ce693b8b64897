import Corpus
import DataManifests
import Foundations
import FrontEnds
import Recognition
import StageGraph
import Stages
import TrainedModels

/// Rows of features to phones, as they become certain.
///
///     FrontEnd -FeatureBlock-> FrameClassifier -PosteriorBlock-> PhoneDecoder -PhoneBlock-> StandardOutput
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
  ///   - dataFolder: the folder of the program's data, before the other places where it is looked for.
  ///   - timing: of the front end.
  ///
  /// - Throws: ``WorkflowError`` for a model that needs the whole utterance; ``TrainedModelError``,
  ///   ``DataManifestError``.
  init(_ model: LoadedModel, dataFolder: String?, timing: FrameTiming) throws {
    let posteriors = PosteriorStream(model.recognizer.classifier, values: model.values)
    guard let latencyFrames = posteriors.latencyFrames else {
      throw WorkflowError.needsWholeUtterance(
        model: model.path, classifier: model.recognizer.classifier.summary)
    }
    let data = try DataManifests.locate(explicit: dataFolder)
    try model.configuration.requirePhoneTable(of: data.phoneSet, model: model.path)
    self.latencyFrames = latencyFrames
    self.model = model
    self.timing = timing
    summary = model.recognizer.classifier.summary
    symbols = data.phoneSet.symbols(model.configuration.folding)
    loop = model.recognizer.phoneLoop(model.values, options: model.decoding)
  }

  /// Log posteriors on their way to the decoder.
  struct LivePosteriors: GraphMessage {
    static var messageName: String { "PosteriorBlock" }
    /// `[frames, classes]`.
    let values: [Float]
    let frames: Int
    var byteCount: Int { values.count * 4 }
  }

  /// Phones on their way to the output.
  struct LivePhones: GraphMessage {
    static var messageName: String { "PhoneBlock" }
    let phones: [DecodedPhone]
    /// Samples of the whole stream once it has ended.
    let sampleCount: Int?
    var byteCount: Int { phones.count * 24 }
  }

  /// Adds the stages behind the front end to a graph.
  func join(
    _ rows: consuming Outlet<LiveStream.LiveRows>, to blueprint: GraphBlueprint, _ writer: LiveWriter,
    _ output: LiveStreamOptions.Output, counts: LiveCounts
  ) {
    let posteriors = blueprint.join(rows, to: classification(counts), capacity: 4)
    let phones = blueprint.join(posteriors, to: decoding(counts), capacity: 4)
    blueprint.join(
      phones,
      to: Sink<LivePhones>("StandardOutput", placement: .ownThread) { receiver in
        while let phones = try await receiver.nextInStream() {
          try writer.put(text(phones, output))
        }
      }, capacity: 4)
  }

  // MARK: Classifier

  private struct ClassifierState {
    let stream: PosteriorStream
    var rowsGiven = 0
  }

  private func classification(_ counts: LiveCounts) -> Stage<LiveStream.LiveRows, LivePosteriors> {
    let model = self.model
    return .grouped(
      "FrameClassifier",
      freshState: {
        ClassifierState(stream: PosteriorStream(model.recognizer.classifier, values: model.values))
      },
      each: { state, rows, sender in
        counts.add(frames: rows.count)
        let (base, count) = (rows.slab.base, rows.count)
        let frames = UnsafeBufferPointer(start: base, count: count * state.stream.inputChannels)
        let posteriors = try Self.posteriors(
          &state, atMost: state.stream.maximumFrames(accepting: count)
        ) { stream, output in stream.accept(frames, into: output) }
        if posteriors.frames > 0 { try await sender.send(posteriors) }
      },
      end: { state, sender in
        let posteriors = try Self.posteriors(
          &state, atMost: state.stream.maximumFinishFrames
        ) { stream, output in stream.finish(into: output) }
        if posteriors.frames > 0 { try await sender.send(posteriors) }
      })
  }

  private static func posteriors(
    _ state: inout ClassifierState, atMost rows: Int,
    _ fill: (PosteriorStream, UnsafeMutableBufferPointer<Float>) -> Int
  ) throws(WorkflowError) -> LivePosteriors {
    let (stream, classes) = (state.stream, state.stream.classCount)
    var frames = 0
    // An array of capacity zero is the empty array that all threads share, and must not be written to.
    let values = [Float](unsafeUninitializedCapacity: max(1, rows) * classes) { buffer, count in
      frames = fill(stream, buffer)
      count = frames * classes
    }
    guard !values.contains(where: \.isNaN) else {
      throw .nonFinitePosteriors(frame: state.rowsGiven)
    }
    state.rowsGiven += frames
    return LivePosteriors(values: values, frames: frames)
  }

  // MARK: Decoder

  private func decoding(_ counts: LiveCounts) -> Stage<LivePosteriors, LivePhones> {
    let loop = self.loop
    return .grouped(
      "PhoneDecoder",
      // A stream is slow and its phones are waited for, so certain ones are looked for at every frame.
      freshState: { PhoneDecoder(loop, searchIntervalFrames: 1) },
      each: { decoder, posteriors, sender in
        let phones = posteriors.values.withUnsafeBufferPointer { values in
          values.baseAddress.map { decoder.accept($0, count: posteriors.frames) } ?? []
        }
        for phone in phones {
          counts.addPhone(delayFrames: decoder.frameCount - phone.frames.upperBound)
        }
        if !phones.isEmpty { try await sender.send(LivePhones(phones: phones, sampleCount: nil)) }
      },
      end: { decoder, sender in
        let end = decoder.frameCount
        let phones = decoder.finish()
        for phone in phones { counts.addPhone(delayFrames: end - phone.frames.upperBound) }
        if !phones.isEmpty { try await sender.send(LivePhones(phones: phones, sampleCount: counts.samples)) }
      })
  }

  // MARK: Output

  /// Where a phone that begins at a frame begins: half way between the centers of that frame and the one
  /// before.
  private func firstSample(ofFrame frame: Int) -> Int {
    guard frame > 0 else { return 0 }
    return (timing.centerSample(ofRow: frame - 1) + timing.centerSample(ofRow: frame) + 1) / 2
  }

  private func text(_ block: LivePhones, _ output: LiveStreamOptions.Output) -> [UInt8] {
    var text = ""
    for (place, phone) in block.phones.enumerated() {
      let start = firstSample(ofFrame: phone.frames.lowerBound)
      var end = firstSample(ofFrame: phone.frames.upperBound)
      // The last phone of the stream lasts to its end.
      if let samples = block.sampleCount, place == block.phones.count - 1 { end = max(start, samples) }
      let symbol = symbols[Int(phone.phone)]
      switch output {
      case .phn: text += "\(start) \(end) \(symbol)\n"
      case .jsonl:
        text +=
          #"{"start":\#(seconds(start)),"end":\#(seconds(end)),"phone":"\#(symbol)"}"# + "\n"
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
