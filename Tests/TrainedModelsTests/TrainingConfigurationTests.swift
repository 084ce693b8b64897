import Archives
import DataManifests
import Files
import Foundations
import FrontEnds
import Learning
import Recognition
import TestSupport
import Testing

@testable import TrainedModels

@Suite("TrainingConfiguration") struct TrainingConfigurationTests {
  private func configuration(_ frontEnd: String = "kaleidoscope") throws -> TrainingConfiguration {
    try configuration(of: .frontEnd(try FrontEndSpec(parsing: frontEnd)))
  }

  private func configuration(of features: FeatureSpec) throws -> TrainingConfiguration {
    var classifier = FrameClassifierOptions(kind: .tdnn)
    classifier.dropout = 0.1
    classifier.hiddenLayers = [7, 9]
    classifier.classCount = 48
    var training = TrainingOptions()
    training.seed = UInt64(Int.max)
    training.epochs = 3
    training.learningRate = 0.1 + 0.2
    training.labelSmoothing = 0.05
    return TrainingConfiguration(
      features: features, classifier: classifier,
      phones: try DataManifests.locate(environment: [:]).phoneSet, classes: "48", training: training,
      trainSplit: "train", devSplit: "dev", includesCalibration: true,
      channel: 2, corpusSHA256: "c", arithmeticFingerprint: "f")
  }

  private func read(_ text: String) throws -> TrainingConfiguration {
    try TrainingConfiguration(
      try JSONParser.parse(Array(text.utf8), path: "r/config.json"), path: "r/config.json")
  }

  @Test(
    "what is written reads back as it was",
    arguments: ["mel:bins=23", "mfcc", "kaleidoscope:fixed", "kaleidoscope-time:learn=all"])
  func roundTrip(frontEnd: String) throws {
    let written = try configuration(frontEnd)
    let read = try TrainingConfiguration(
      try JSONParser.parse(written.json.bytes, path: "config.json"), path: "config.json")
    #expect(read == written)
    #expect(read.json == written.json)
  }

  /// Features of another tool, as trainings on them have recorded them in every version.
  private static let external =
    #""front_end":"given:frame-shift=5,channels=13,label-shift=2","#
    + #""features":{"sample-rate":16000,"frame-length":25.0,"frame-shift":5.0,"seed":3,"snip-edges":true,"#
    + #""channels":13,"label-shift":2}"#

  @Test("a training on features of another tool reads back as it was, in the form that it always had")
  func external() throws {
    var settings = FeatureSettings()
    for (name, value) in [("frame-shift", "5"), ("seed", "3"), ("mel-bins", "80")] {
      try settings.set(FeatureOption.named(name), to: value, origin: .flag)
    }
    let spec = try ExternalFeatureSpec(
      framing: try settings.externalFraming(), channels: 13, labelShift: 2)
    let written = try configuration(of: .external(spec))
    #expect(written.json.text.contains(Self.external), "\(written.json.text)")
    let back = try read(written.json.text)
    #expect(back == written)
    #expect(back.features == .external(spec) && back.features.frontEnd == nil)
  }

  @Test(
    "features of another tool that contradict themselves or a range are refused by field",
    arguments: [
      (#""given:channels=13,label-shift=2""#, #""given:frame-shift=5,channels=13""#, "front_end"),
      (#""given:channels=13,label-shift=2""#, #""given""#, "front_end"),
      (#""given:channels=13,label-shift=2""#, #""given:""#, "front_end"),
      (#""channels":13"#, #""channels":0"#, "features.channels"),
      (#""seed":1,"snip"#, #""seed":-1,"snip"#, "features.seed"),
    ])
  func damagedExternal(part: String, damage: String, field: String) throws {
    let spec = try ExternalFeatureSpec(framing: FeatureConfiguration(), channels: 13, labelShift: 2)
    let text = try configuration(of: .external(spec)).json.text
    try #require(text.contains(part), "\(text)")
    do {
      _ = try read(text.replacing(part, with: damage))
      Issue.record("\(damage) was read")
    } catch TrainedModelError.invalidField(_, let found, _, _) {
      #expect(found == field)
    } catch TrainedModelError.invalidSetting(_, let found, _, _) {
      #expect(found == field)
    }
  }

  @Test("a field out of its range is refused by name")
  func outOfRange() throws {
    let text = try configuration().json.text.replacing("\"epochs\":3", with: "\"epochs\":0")
    do {
      _ = try read(text)
      Issue.record("a training of no epoch was read")
    } catch TrainedModelError.invalidSetting(let path, let field, _, let found) {
      #expect(path == "r/config.json")
      #expect(field == "training.epochs")
      #expect(found == "0")
    }
  }

  @Test("a configuration of an earlier version is refused as one")
  func earlierVersion() throws {
    let earlier = try configuration().json.text.replacing("\"version\":4", with: "\"version\":3")
    #expect(throws: FileError.otherVersion(path: "r/config.json", expected: 4, found: "3")) {
      try read(earlier)
    }
  }

  @Test("a front end that cannot be is the file's fault, not an option's")
  func unknownRow() throws {
    let text = try configuration("mel").json.text.replacing(
      "\"front_end\":\"mel\"", with: "\"front_end\":\"melon\"")
    do {
      _ = try read(text)
      Issue.record("a front end that does not exist was read")
    } catch TrainedModelError.invalidConfiguration(let path, let cause) {
      #expect(path == "r/config.json")
      #expect(cause is FrontEndError)
    }
  }

  @Test("a file with a byte changed or missing is read or refused, and never anything else", arguments: 0..<4)
  func hostile(seed: Int) throws {
    func isRefusal(_ error: any Error) -> Bool {
      switch error {
      case TrainedModelError.invalidField, TrainedModelError.invalidSetting,
        TrainedModelError.invalidConfiguration, FileError.malformed,
        FileError.otherVersion:
        true
      default: false
      }
    }
    let bytes = try configuration().json.bytes
    var generator = SplitMix64(seed: UInt64(seed))
    for _ in 0..<200 {
      var changed = bytes
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      if Bool.random(using: &generator) {
        changed[index] = UInt8.random(in: 0x20...0x7E, using: &generator)
      } else {
        changed.remove(at: index)
      }
      do {
        _ = try TrainingConfiguration(try JSONParser.parse(changed, path: "x"), path: "x")
      } catch {
        #expect(isRefusal(error), "seed \(seed): \(error)")
      }
    }
    for count in stride(from: 0, to: bytes.count - 2, by: 97) {
      do {
        _ = try TrainingConfiguration(
          try JSONParser.parse(Array(bytes.prefix(count)), path: "x"), path: "x")
        Issue.record("\(count) bytes of a configuration were read as a whole one")
      } catch {
        #expect(isRefusal(error), "\(count) bytes: \(error)")
      }
    }
  }
}
