import DataManifests
import Foundations
import Glibc

/// An utterance ready for reading: audio opened and checked, labels parsed and checked against the audio.
package struct OpenUtterance {
  package let utterance: Utterance
  package let audio: AudioFile

  /// Nil if the utterance has no label file.
  package let phones: PhoneTrack?

  /// Nil if there is no readable `.WRD` file.
  package let words: WordTrack?

  /// The sentence of the `.TXT` file; nil if there is no readable one.
  package let sentence: String?

  /// Harmless irregularities, those of the audio first.
  package let warnings: [Finding]
}

extension CorpusCatalog {
  /// The annotations to read in addition to the audio.
  package struct Annotations: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let phones = Annotations(rawValue: 1)
    package static let words = Annotations(rawValue: 2)
    package static let sentence = Annotations(rawValue: 4)
    package static let all: Annotations = [.phones, .words, .sentence]
  }

  /// Opens an utterance.
  ///
  /// A channel in the manifest overrides `requirements.channel`. The result is used by one thread at a time.
  ///
  /// - Parameter clippingSamples: how far a label may extend past the audio: one frame shift, at the required
  ///   rate.
  /// - Throws: `rejected` if the utterance is unusable, `inputOutput` if the system fails.
  package func open(
    _ utterance: Utterance, requirements: AudioRequirements = .init(), annotations: Annotations = .all,
    clippingSamples: Int = 160
  ) throws(CorpusError) -> OpenUtterance {
    if let rejection = utterance.rejection { throw .rejected(rejection) }
    var requirements = requirements
    requirements.channel = utterance.channel ?? requirements.channel
    requirements.resamples = requirements.resamples || options.resamples
    let whole = requirements
    if utterance.segment != nil { requirements.minimumSampleCount = 1 }
    let audio = try AudioFile(
      path: absolutePath(utterance.audioPath), shown: Sanitized.path(utterance.audioPath),
      utterance: utterance.key, requirements: requirements)
    let rate = audio.info.sampleRateHertz
    let firstSample = try restrict(
      audio, to: utterance, minimum: whole.minimumSampleCount(rate: rate))
    let clippingSamples = whole.samples(clippingSamples, rate: rate)
    var warnings = audio.warnings
    if let finding = try audio.scaleFinding() { warnings.append(finding) }
    var track: PhoneTrack?
    var words: WordTrack?
    var sentence = annotations.contains(.sentence) ? utterance.sentence : nil
    if annotations.contains(.phones), let labels = utterance.labels {
      let parsed = try PhoneTrack.check(
        labels, phones: phoneSet,
        context: context(utterance.audioPath, utterance, audio.info, firstSample, clippingSamples))
      track = parsed.track
      warnings += parsed.warnings
    } else if annotations.contains(.phones), let path = utterance.labelsPath,
      let archive = alignments?.archive
    {
      var context = context(path, utterance, audio.info, firstSample, clippingSamples)
      // A list names the utterance, whose time its labels are in, be it a part of a recording or not.
      context.segmentStart = nil
      let parsed = try archive.parse(phones: phoneSet, context: context)
      track = parsed.track
      warnings += parsed.warnings
    } else if annotations.contains(.phones), let path = utterance.labelsPath {
      let parsed = try annotation(path, utterance, audio.info, firstSample, clippingSamples) {
        (bytes, context) throws(CorpusError) in
        try PhoneTrack.parse(bytes, phones: phoneSet, context: context)
      }
      track = parsed.track
      warnings += parsed.warnings
    }
    if annotations.contains(.words), let path = utterance.wordsPath {
      let parsed = try annotation(path, utterance, audio.info, firstSample, clippingSamples) {
        (bytes, context) throws(CorpusError) in WordTrack.parse(bytes, context: context)
      }
      words = parsed.track
      warnings += parsed.warnings
    }
    if annotations.contains(.sentence), let path = utterance.textPath {
      let parsed = try annotation(path, utterance, audio.info, firstSample, clippingSamples) {
        (bytes, context) throws(CorpusError) in Transcript.parse(bytes, context: context)
      }
      sentence = parsed.sentence
      warnings += parsed.warnings
    }
    return OpenUtterance(
      utterance: utterance, audio: audio, phones: track, words: words, sentence: sentence, warnings: warnings)
  }

  /// Restricts the audio to the segment of the utterance.
  ///
  /// - Returns: the first sample.
  private func restrict(
    _ audio: AudioFile, to utterance: Utterance, minimum: Int
  ) throws(CorpusError) -> Int {
    guard let segment = utterance.segment else { return 0 }
    let rate = audio.info.sampleRateHertz
    let count = audio.info.sampleCount
    func reject(_ code: FindingCode, expected: String, found: String) -> CorpusError {
      .rejected(
        Finding(
          .reject, code, path: Sanitized.path(utterance.audioPath), field: "segment", expected: expected,
          found: found, utterance: utterance.key))
    }
    guard let start = segment.start.sample(rate: rate),
      let end = segment.end == nil ? count : segment.end?.sample(rate: rate)
    else {
      throw reject(.segment, expected: "times inside the audio", found: "others")
    }
    // Times of lists are often rounded up to a hundredth of a second.
    guard start >= 0, start < end, start < count, end - count <= max(rate / 50, 1) else {
      throw reject(.segment, expected: "a part of 0 to \(count)", found: "\(start) to \(end)")
    }
    try audio.restrict(to: start..<min(end, count))
    guard audio.info.sampleCount >= minimum else {
      throw reject(.tooShort, expected: "at least \(minimum)", found: "\(audio.info.sampleCount)")
    }
    return start
  }

  private func annotation<Parsed>(
    _ path: String, _ utterance: Utterance, _ audio: AudioInfo, _ firstSample: Int, _ clippingSamples: Int,
    _ parse: (UnsafeRawBufferPointer, LabelContext) throws(CorpusError) -> Parsed
  ) throws(CorpusError) -> Parsed {
    let context = context(path, utterance, audio, firstSample, clippingSamples)
    let file = path == utterance.labelsPath ? alignments?.absolutePath(path) : nil
    return try AnnotationFile.parse(file ?? absolutePath(path), context: context, parse)
  }

  private func context(
    _ path: String, _ utterance: Utterance, _ audio: AudioInfo, _ firstSample: Int, _ clippingSamples: Int
  ) -> LabelContext {
    LabelContext(
      path: Sanitized.path(path), utterance: utterance.key, sampleCount: audio.sampleCount,
      sampleRateHertz: audio.sampleRateHertz, clippingSamples: clippingSamples,
      names: [utterance.name, utterance.key], segmentStart: utterance.segment == nil ? nil : firstSample,
      options: options.labels)
  }
}

/// A reader of whole text files, on the stack if they are small.
enum AnnotationFile {
  /// The maximum size of a file, more than the labels of a ten-hour utterance.
  static let largest = 1 << 28

  static func parse<Parsed>(
    _ path: String, context: LabelContext,
    _ parse: (UnsafeRawBufferPointer, LabelContext) throws(CorpusError) -> Parsed
  ) throws(CorpusError) -> Parsed {
    let file = try OpenFile(path, shown: context.path, utterance: context.utterance)
    let byteCount = file.byteCount
    let descriptor = file.descriptor
    guard byteCount <= largest else {
      throw .rejected(
        context.finding(.reject, .tooLong, expected: "at most \(largest) bytes", found: "\(byteCount)"))
    }
    let result = withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) {
      buffer -> Result<Parsed, CorpusError> in
      guard let got = OpenFile.read(descriptor, at: 0, into: buffer) else {
        return .failure(.inputOutput(path: context.path, operation: "read", errno: errno))
      }
      do throws(CorpusError) {
        return .success(try parse(UnsafeRawBufferPointer(rebasing: buffer[..<got]), context))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
