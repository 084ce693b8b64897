import Foundations
import FrontEnds
import Learning
import Signal
import Testing

@Suite("ExternalFeatureSpec") struct ExternalFeatureSpecTests {
  private func framed(_ change: (inout FeatureConfiguration) -> Void) throws -> ExternalFeatureSpec {
    var configuration = FeatureConfiguration()
    change(&configuration)
    return try ExternalFeatureSpec(framing: configuration, channels: 13, labelShift: 2)
  }

  @Test("no front end has the name of another tool's features")
  func noKind() {
    #expect(!FrontEndKind.all.map(\.name).contains(ExternalFeatureSpec.name))
    #expect(throws: FrontEndError.self) { try FrontEndRequest(parsing: ExternalFeatureSpec.name) }
  }

  @Test("of the feature options framing alone is taken")
  func framing() throws {
    let plain = try framed { _ in }
    #expect(plain.description == "given:channels=13,label-shift=2")
    #expect(
      try framed {
        $0.mel.bins = 23
        $0.frame.dither = 1
        $0.deltas.order = 2
      } == plain)
    let shifted = try framed {
      $0.frame.sampleRateHertz = 8000
      $0.frame.frameShiftMilliseconds = 5
      $0.frame.seed = 7
    }
    #expect(shifted.description == "given:sample-rate=8000,frame-shift=5,channels=13,label-shift=2")
    #expect(shifted.seed == 7)
    #expect(try shifted.makePlan().timing.frameShiftSamples == 40)
    #expect(
      FeatureOption.all.filter { ExternalFeatureSpec.uses($0) }.map(\.name)
        == ["sample-rate", "frame-length", "frame-shift", "seed", "snip-edges"])
  }

  @Test("framing or numbers that cannot be are refused")
  func refused() throws {
    #expect(throws: FrontEndError.self) {
      try ExternalFeatureSpec(framing: FeatureConfiguration(), channels: 0, labelShift: 0)
    }
    #expect(throws: FrontEndError.self) {
      try ExternalFeatureSpec(framing: FeatureConfiguration(), channels: 1, labelShift: 2_000_000)
    }
    #expect(throws: FrontEndError.self) {
      try framed { $0.frame.frameLengthMilliseconds = 0 }.makePlan()
    }
  }

  @Test("a model of them learns nothing before its classifier, and keeps its shape")
  func trainable() throws {
    var declaration = ModelDeclaration(seed: 1)
    let features = try FeatureSpec.external(try framed { _ in }).makeTrainable(declaration: &declaration)
    #expect(declaration.parameters.isEmpty)
    #expect(features.layer == nil && features.frontEnd == nil && features.channels == 13)
    #expect(features.frozen(ModelValues(declaration)).summary == "features made elsewhere; 13 channels")
  }
}
