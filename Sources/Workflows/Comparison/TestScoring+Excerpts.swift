import Corpus
import DataManifests
import FrontEnds
import Glibc
import Learning
import Recognition
import Scoring
import Signal
import Stages
import TrainedModels

extension TestScoring {
  /// The utterances that show most: where the best other contender gained and lost most, and where the
  /// baseline fails.
  ///
  /// - Parameter results: by contender and seed. The first seed is shown.
  func excerpts(
    _ contenders: [TrainedContender], _ results: [[SeedResult]], measure: ErrorMeasure
  ) throws -> [Excerpt] {
    // What is normalized over utterances or speakers, or was made elsewhere, does not follow from the audio
    // shown.
    guard
      contenders.allSatisfy({ contender in
        guard let frontEnd = contender.runs[0].configuration.features.frontEnd else { return true }
        return [CMVNScope.none, .sliding].contains(frontEnd.configuration.cmvn)
          && frontEnd.wholeUtteranceOptions.isEmpty
      }),
      contenders[0].planned.external == nil
    else { return [] }
    let baseline = results[0][0]
    // Of the others the one with the lowest rate over its seeds, the first of several.
    func mean(_ index: Int) -> Double {
      results[index].reduce(0) { $0 + $1.rate(measure) } / Double(results[index].count)
    }
    let other = results.indices.dropFirst().filter { contenders[$0].planned.external == nil }.min {
      (mean($0), $0) < (mean($1), $1)
    }
    var chosen: [(reason: Excerpt.Reason, key: String)] = []
    func take(_ reason: Excerpt.Reason, _ key: String?) {
      if let key, !chosen.contains(where: { $0.key == key }) { chosen.append((reason, key)) }
    }
    if let other {
      let errors = Dictionary(
        results[other][0].utterances.map { ($0.utterance, $0.alignment.errorCount) },
        uniquingKeysWith: { first, _ in first })
      let changes = baseline.utterances.compactMap { utterance in
        errors[utterance.utterance].map { ($0 - utterance.alignment.errorCount, utterance.utterance) }
      }.sorted { $0 < $1 }
      if let first = changes.first, first.0 < 0 { take(.mostImproved, first.1) }
      if let last = changes.last, last.0 > 0 { take(.mostWorsened, last.1) }
    }
    let worst = baseline.utterances.filter { $0.alignment.referenceCount > 0 }.sorted {
      let (a, b) = ($0.alignment, $1.alignment)
      let (left, right) = (a.errorCount * b.referenceCount, b.errorCount * a.referenceCount)
      return left != right ? left > right : $0.utterance < $1.utterance
    }
    for utterance in worst.prefix(2) { take(.worst, utterance.utterance) }
    let shown = [0] + (other.map { [$0] } ?? [])
    let models = try shown.map {
      ShownModel(
        name: contenders[$0].planned.name, model: try LoadedModel(path: contenders[$0].runs[0].path),
        utterances: results[$0][0].utterances)
    }
    return try chosen.compactMap { try excerpt($0.reason, $0.key, models) }
  }

  /// A model whose view of utterances is shown.
  private struct ShownModel {
    let name: String
    let model: LoadedModel
    let utterances: [ScoredUtterance]
  }

  /// The most that is shown and played of an utterance.
  private static let secondsShown = 6

  private func excerpt(
    _ reason: Excerpt.Reason, _ key: String, _ models: [ShownModel]
  ) throws -> Excerpt? {
    guard let index = selection.indices.first(where: { catalog.utterances[$0].key == key }) else {
      return nil
    }
    let utterance = catalog.utterances[index]
    let rate = models[0].model.frontEnd.timing.sampleRateHertz
    var features = FeatureConfiguration()
    features.frame.sampleRateHertz = rate
    // At lower rates the lowest of 80 bins would hold no point of the spectrum.
    features.mel.bins = rate >= 16_000 ? 80 : 40
    let picture = try FrontEndSpec(.mel, features).makeFrontEnd()
    let opened: OpenUtterance
    do throws(CorpusError) {
      opened = try catalog.open(
        utterance,
        requirements: AudioRequirements(
          sampleRateHertz: rate, channel: models[0].model.configuration.channel,
          minimumSampleCount: picture.timing.minimumSampleCount))
    } catch {
      // Scored before, so it could be read; what cannot be shown is not shown.
      guard case .rejected = error else { throw error }
      return nil
    }
    let limit = Self.secondsShown * rate
    let audio = opened.audio.info
    let samples = try opened.audio.samples(atRate: rate, count: limit)
    let track = opened.phones?.converted(from: audio.sampleRateHertz, to: rate)
    let symbols = catalog.phoneSet.phones
    let reference = (track?.intervals ?? []).filter { $0.start < samples.count }.map {
      Excerpt.ReferencePhone(
        firstSample: $0.start, endSample: min($0.end, samples.count), symbol: symbols[Int($0.phone)],
        scoredClass: scored.classOfPhone[Int($0.phone)])
    }
    let spectrogram = picture.features(of: samples)
    let axis = FrameAxis(
      shiftSamples: picture.timing.frameShiftSamples, frames: spectrogram.count / picture.channels)
    return Excerpt(
      reason: reason, key: key, speaker: utterance.speaker, sentence: opened.sentence ?? "",
      sampleRateHertz: rate, samples: samples,
      isCut: ResamplingPlan.sample(audio.sampleCount, of: audio.sampleRateHertz, at: rate) > samples.count,
      frameShiftSamples: axis.shiftSamples, spectrogram: spectrogram,
      spectrogramBins: picture.channels, reference: reference,
      contenders: try models.map { try recognized($0, key, samples, track, axis) })
  }

  /// The frames of the picture, which all contenders are shown at.
  private struct FrameAxis {
    let shiftSamples: Int
    let frames: Int

    /// Rows of `width` values a frame, every `shift` samples, at the picture's frames: the nearest in time.
    func aligned<Value>(_ values: [Value], width: Int, shift: Int) -> [Value] {
      let count = width > 0 ? values.count / width : 0
      guard shift != shiftSamples, count > 0 else { return values }
      return (0..<frames).flatMap { frame -> ArraySlice<Value> in
        let row = min((frame * shiftSamples + shift / 2) / shift, count - 1)
        return values[row * width..<(row + 1) * width]
      }
    }
  }

  /// The features and phones of a model for some audio.
  private func recognized(
    _ shown: ShownModel, _ key: String, _ samples: [Int16], _ track: PhoneTrack?, _ axis: FrameAxis
  ) throws -> RecognizedExcerpt {
    let model = shown.model
    let frontEnd = model.frontEnd
    let features = frontEnd.features(of: samples)
    let stream = PosteriorStream(model.recognizer.classifier, values: model.values)
    let own = stream.classCount
    let logs = features.withUnsafeBufferPointer { stream.outputFrames(of: $0) }
    let written = logs.count / own
    let loop = model.recognizer.phoneLoop(model.values, options: model.decoding)
    let decoder = PhoneDecoder(loop)
    let phones = logs.withUnsafeBufferPointer { values in
      values.baseAddress.map { decoder.accept($0, count: written) + decoder.finish() } ?? []
    }
    let map = try ScoredClasses(
      model.configuration.folding, of: model.configuration.phones, scored: scored)
    let classCount = map.scoredSymbols.count
    var posteriors = [Float](repeating: 0, count: written * classCount)
    var frameClasses: [Int32] = []
    for frame in 0..<written {
      var best = 0
      for label in 0..<own {
        let value = logs[frame * own + label]
        if value > logs[frame * own + best] { best = label }
        let scored = map.scoredClass[label]
        if scored >= 0 { posteriors[frame * classCount + Int(scored)] += exp(value) }
      }
      frameClasses.append(map.scoredClass[best])
    }
    let timing = frontEnd.timing
    let labels =
      track.map {
        UtteranceLabels($0, folding: scored, timing: timing).labels(ofRows: 0..<written)
      } ?? []
    let shift = max(1, timing.centerSample(ofRow: 1) - timing.centerSample(ofRow: 0))
    let whole = shown.utterances.first { $0.utterance == key }?.alignment
    return RecognizedExcerpt(
      contender: shown.name, seed: model.configuration.training.seed, channels: frontEnd.channels,
      features: axis.aligned(
        Self.normalized(features, channels: frontEnd.channels), width: frontEnd.channels, shift: shift),
      posteriors: axis.aligned(posteriors, width: classCount, shift: shift),
      labels: axis.aligned(labels, width: 1, shift: shift),
      frameClasses: axis.aligned(frameClasses, width: 1, shift: shift),
      phones: phones.map {
        RecognizedExcerpt.RecognizedPhone(
          firstFrame: $0.frames.lowerBound * shift / axis.shiftSamples,
          endFrame: $0.frames.upperBound * shift / axis.shiftSamples,
          scoredClass: map.scoredClass[Int($0.phone)])
      }, phoneErrors: whole?.errorCount ?? 0, referencePhones: whole?.referenceCount ?? 0)
  }

  /// Each channel without its mean, over its deviation.
  private static func normalized(_ features: [Float], channels: Int) -> [Float] {
    let frames = features.count / channels
    var result = features
    for channel in 0..<channels where frames > 0 {
      var (sum, squares) = (0.0, 0.0)
      for frame in 0..<frames {
        let value = Double(features[frame * channels + channel])
        sum += value
        squares += value * value
      }
      let mean = sum / Double(frames)
      let deviation = max(0, squares / Double(frames) - mean * mean).squareRoot()
      let scale = deviation > 0 ? 1 / deviation : 0
      for frame in 0..<frames {
        result[frame * channels + channel] = Float(
          (Double(features[frame * channels + channel]) - mean) * scale)
      }
    }
    return result
  }
}
