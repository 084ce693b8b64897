package import DataManifests
import Foundations
import Glibc

/// The result of inspecting a file or an utterance.
package struct Inspection: Codable, Equatable, Sendable {
  /// A summary of the labels.
  package struct Labels: Codable, Equatable, Sendable {
    package var phones: Int
    package var distinctPhones: Int

    /// The end of the last label, in samples.
    package var end: Int

    /// The number of samples without a label before the last end.
    package var gapSamples: Int
  }

  package var path: String
  package var utterance: String?
  package var audio: AudioInfo?
  package var durationSeconds: Double?
  package var level: AudioLevel?
  package var labels: Labels?
  package var words: Int?
  package var sentence: String?

  /// Rejections and warnings; after a rejection, parts that could not be read are nil.
  package var findings: [Finding]

  /// Whether the utterance can be used.
  package var isUsable: Bool { findings.rejections.isEmpty }
}

extension Inspection {
  /// The inspection of an unreadable file.
  package init(ofUnreadable finding: Finding) {
    self.init(path: finding.path, utterance: finding.utterance, findings: [finding])
  }

  /// Inspects a file named by the user: audio of any sample rate, and the labels next to it.
  ///
  /// Faults of the file are in `findings`. If its only fault is that it has several channels, or lacks the
  /// requested one, format and labels are present, but no level. The file is read in blocks.
  ///
  /// - Throws: `noSuchPath` if the file does not exist, `inputOutput` if the system fails.
  package static func file(
    _ path: String, requirements: AudioRequirements = .init(sampleRateHertz: nil), phones: PhoneSet
  ) throws(CorpusError) -> Inspection {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .noSuchPath(path: Sanitized.path(path)) }
    let shown = Sanitized.path(path)
    var inspection = Inspection(path: shown, findings: [])
    do throws(CorpusError) {
      let audio = try AudioFile(path: path, shown: shown, requirements: requirements)
      try inspection.take(audio)
      try inspection.takeNeighbors(of: path, audio: audio.info, phones: phones)
    } catch {
      try inspection.note(error)
      if inspection.findings.last?.code == .channels {
        try inspection.takeFormat(of: path, shown: shown, requirements: requirements, phones: phones)
      }
    }
    return inspection
  }

  /// Reads format and labels if no channel can be selected.
  private mutating func takeFormat(
    of path: String, shown: String, requirements: AudioRequirements, phones: PhoneSet
  ) throws(CorpusError) {
    var requirements = requirements
    requirements.channel = 1
    do throws(CorpusError) {
      let file = try AudioFile(path: path, shown: shown, requirements: requirements)
      audio = file.info
      durationSeconds = file.info.durationSeconds
      findings += file.warnings
      try takeNeighbors(of: path, audio: file.info, phones: phones)
    } catch {
      try note(error)
    }
  }

  private mutating func takeNeighbors(
    of path: String, audio: AudioInfo, phones: PhoneSet
  ) throws(CorpusError) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return }
    let clipping = audio.sampleRateHertz / 100
    func context(_ path: String) -> LabelContext {
      LabelContext(
        path: Sanitized.path(path), sampleCount: audio.sampleCount, sampleRateHertz: audio.sampleRateHertz,
        clippingSamples: clipping)
    }
    func neighbor(_ endings: [String]) -> String? {
      endings.map { path[..<dot] + $0 }.first { access($0, F_OK) == 0 }
    }
    if let file = LabelFormats.file(beside: String(path[..<dot])) {
      let parsed = try AnnotationFile.parse(file, context: context(file)) {
        (bytes, context) throws(CorpusError) in
        try PhoneTrack.parse(bytes, phones: phones, context: context)
      }
      take(parsed.track)
      findings += parsed.warnings
    }
    if let file = neighbor([".WRD", ".wrd"]) {
      let parsed = try AnnotationFile.parse(file, context: context(file)) {
        (bytes, context) throws(CorpusError) in WordTrack.parse(bytes, context: context)
      }
      words = parsed.track?.intervals.count
      findings += parsed.warnings
    }
    if let file = neighbor([".TXT", ".txt"]) {
      let parsed = try AnnotationFile.parse(file, context: context(file)) {
        (bytes, context) throws(CorpusError) in Transcript.parse(bytes, context: context)
      }
      sentence = parsed.sentence
      findings += parsed.warnings
    }
  }

  /// Reads all audio and measures its level.
  mutating func take(_ audio: AudioFile) throws(CorpusError) {
    self.audio = audio.info
    durationSeconds = audio.info.durationSeconds
    findings += audio.warnings
    var meter = AudioLevel.Meter()
    var checksum: UInt16 = 0
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: 16_384)
    defer { block.deallocate() }
    while true {
      let got = try audio.read(into: block)
      if got == 0 { break }
      meter.add(UnsafeBufferPointer(rebasing: block[..<got]))
      if audio.statedChecksum != nil {
        for sample in block[..<got] { checksum &+= UInt16(bitPattern: Int16(sample)) }
      }
    }
    level = meter.level
    noteSignal(audio, checksum: Int(checksum))
    if let level, Double(level.clippedSamples) > AudioLevel.clippingShare * Double(audio.info.sampleCount) {
      findings.append(
        Finding(
          .warning, .clipping, path: path, expected: "samples inside the 16-bit range",
          found: "\(level.clippedSamples) at its ends", utterance: utterance))
    }
  }

  /// Notes samples that are none, that have a mean, or that are not those that were written.
  private mutating func noteSignal(_ audio: AudioFile, checksum: Int) {
    func note(_ code: FindingCode, _ field: String? = nil, expected: String, found: String) {
      findings.append(
        Finding(
          .warning, code, path: path, field: field, expected: expected, found: found, utterance: utterance))
    }
    if let stated = audio.statedChecksum, stated != checksum, audio.info.channels == 1 {
      note(.checksum, "sample_checksum", expected: "\(stated)", found: "\(checksum)")
    }
    guard let level else { return }
    if level.isConstant {
      let isZero = level.peakDecibels == nil
      note(.noSignal, expected: "a signal", found: isZero ? "zeros only: digital silence" : "a constant")
    } else if abs(level.meanSample) > AudioLevel.largestMean, level.meanIsLarge {
      note(.dcOffset, expected: "a mean near 0", found: "a mean of \(Int(level.meanSample.rounded()))")
    }
  }

  mutating func take(_ track: PhoneTrack) {
    var gaps = 0
    var position = 0
    for interval in track.intervals {
      gaps += interval.start - position
      position = interval.end
    }
    labels = Labels(
      phones: track.intervals.count, distinctPhones: Set(track.intervals.map(\.phone)).count, end: track.end,
      gapSamples: gaps + track.end - position)
  }

  /// Records a rejection as a finding; rethrows other errors.
  mutating func note(_ error: CorpusError) throws(CorpusError) {
    guard case .rejected(let finding) = error else { throw error }
    findings.append(finding)
  }
}

extension CorpusCatalog {
  /// Inspects an utterance of the catalog, reading all of it; its faults are in `findings`.
  ///
  /// - Parameter clippingSamples: how far a label may extend past the audio: one frame shift.
  /// - Throws: `inputOutput` if the system fails.
  package func inspect(
    _ utterance: Utterance, requirements: AudioRequirements = .init(), clippingSamples: Int = 160
  ) throws(CorpusError) -> Inspection {
    var inspection = Inspection(
      path: Sanitized.path(utterance.audioPath), utterance: utterance.key, findings: [])
    do throws(CorpusError) {
      let opened = try open(utterance, requirements: requirements, clippingSamples: clippingSamples)
      inspection.findings = Array(opened.warnings.dropFirst(opened.audio.warnings.count))
      try inspection.take(opened.audio)
      if let track = opened.phones { inspection.take(track) }
      inspection.words = opened.words?.intervals.count
      inspection.sentence = opened.sentence
    } catch {
      try inspection.note(error)
    }
    return inspection
  }
}
