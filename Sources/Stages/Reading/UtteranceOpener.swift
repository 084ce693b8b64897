package import Corpus
import Foundations
package import FrontEnds
import Signal

/// Opens the utterances of a corpus for some features, or gives the reason why one cannot be used.
package struct UtteranceOpener: Sendable {
  package let catalog: CorpusCatalog
  package let timing: FrameTiming
  /// Channels of a row of features.
  package let channels: Int
  /// The channel to take from files of several, from 1.
  package let audioChannel: Int?
  package let annotations: CorpusCatalog.Annotations

  package init(
    catalog: CorpusCatalog, features: any FeatureProperties, audioChannel: Int?,
    annotations: CorpusCatalog.Annotations
  ) {
    self.catalog = catalog
    timing = features.timing
    channels = features.channels
    self.audioChannel = audioChannel
    self.annotations = annotations
  }

  /// An utterance that can be used, or the reason why it cannot.
  package enum Opened {
    case usable(OpenUtterance)
    case rejected(Finding)
  }

  /// The audio that the features can be of.
  package var requirements: AudioRequirements {
    AudioRequirements(
      sampleRateHertz: timing.sampleRateHertz, channel: audioChannel,
      minimumSampleCount: timing.minimumSampleCount)
  }

  /// Opens an utterance with its annotations.
  ///
  /// - Throws: ``CorpusError`` for a fault of the system; a fault of the utterance rejects it.
  package func open(_ index: Int) throws(CorpusError) -> Opened {
    let utterance = catalog.utterances[index]
    do throws(CorpusError) {
      let opened = try catalog.open(
        utterance, requirements: requirements, annotations: annotations,
        clippingSamples: timing.frameShiftSamples)
      if let finding = storageLimitFinding(utterance, opened.audio.info) { return .rejected(finding) }
      return .usable(opened)
    } catch {
      guard case .rejected(let finding) = error else { throw error }
      return .rejected(finding)
    }
  }

  /// The number of samples of audio at the rate of the front end.
  package func sampleCount(of audio: AudioInfo) -> Int {
    ResamplingPlan.sample(audio.sampleCount, of: audio.sampleRateHertz, at: timing.sampleRateHertz)
  }

  /// The reason why an archive cannot hold the utterance, or why its samples depend on the machine; nil if
  /// there is none: that costs the utterance, not the run.
  private func storageLimitFinding(_ utterance: Utterance, _ audio: AudioInfo) -> Finding? {
    func finding(_ code: FindingCode, _ field: String?, expected: String, found: String) -> Finding {
      Finding(
        .reject, code, path: Sanitized.path(utterance.audioPath), field: field, expected: expected,
        found: found, utterance: utterance.key)
    }
    guard !audio.coding.decoderExceedsVectorUnit else {
      return finding(
        .unsupportedCoding, "coding", expected: "a decoder that keeps to the vector unit",
        found: "\(audio.coding.rawValue), whose decoder takes what the processor has")
    }
    guard
      audio.sampleRateHertz == timing.sampleRateHertz
        || ResamplingPlan.between(audio.sampleRateHertz, and: timing.sampleRateHertz) != nil
    else {
      return finding(
        .rateMismatch, "sample_rate", expected: "one that can be resampled to \(timing.sampleRateHertz)",
        found: "\(audio.sampleRateHertz)")
    }
    // Kaldi counts in Int32.
    let rowCount = timing.rowCount(samples: sampleCount(of: audio))
    guard rowCount <= Int(Int32.max) / channels else {
      return finding(
        .tooLong, nil, expected: "at most \(Int(Int32.max) / channels) rows of \(channels)",
        found: "\(rowCount)")
    }
    guard !utterance.audioPath.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      return finding(.badID, "audio", expected: "a path without control characters", found: "one")
    }
    return nil
  }
}

extension SampleCoding {
  /// Whether the decoder uses instructions that the vector unit lacks, if that is fixed.
  ///
  /// libmpg123 and libopus choose by the processor, between instructions up to AVX.
  fileprivate var decoderExceedsVectorUnit: Bool {
    #if arch(x86_64)
      VectorUnit.isFixed && VectorUnit.current == .baseline && (self == .mp3 || self == .opus)
    #else
      false
    #endif
  }
}

extension FrameTiming {
  /// The smallest number of samples that gives a row.
  package var minimumSampleCount: Int {
    var (low, high) = (1, frameLengthSamples + frameShiftSamples)
    while rowCount(samples: high) == 0, high < 1 << 40 { high *= 2 }
    while low < high {
      let middle = (low + high) / 2
      if rowCount(samples: middle) > 0 { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
