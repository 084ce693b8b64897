import Foundation
import Foundations
import Learning
import Signal
import Testing

@testable import FrontEnds

@Suite("Kinds of front ends")
struct FrontEndKindTests {
  private static let kinds = FrontEndKind.all.map(\.name)

  @Test("No name is used twice, and a name reads back as its kind")
  func names() throws {
    #expect(Set(Self.kinds).count == Self.kinds.count)
    for kind in FrontEndKind.all { #expect(try FrontEndKind(name: kind.name) == kind) }
  }

  @Test("The help is one line without a full stop", arguments: kinds)
  func help(name: String) throws {
    let help = try FrontEndKind(name: name).help
    #expect(!help.isEmpty && !help.contains("\n") && !help.hasSuffix("."))
  }

  @Test("The guide's page of front ends names every kind", arguments: kinds)
  func page(name: String) throws {
    let root = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardized
    let page = try String(contentsOf: root.appending(path: "docs/guide/front-ends.md"), encoding: .utf8)
    #expect(page.contains("`\(name)`"))
  }

  @Test("A kind can be built from its defaults, whole and for training", arguments: kinds)
  func defaults(name: String) throws {
    let spec = FrontEndSpec(try FrontEndKind(name: name))
    let frontEnd = try spec.makeFrontEnd()
    #expect(frontEnd.summary.hasPrefix("\(name): "))
    let mel = try FrontEndSpec(.mel).makeFrontEnd().timing
    for samples in [0, 399, 400, 16_000] {
      #expect(frontEnd.timing.rowCount(samples: samples) == mel.rowCount(samples: samples))
    }
    #expect(frontEnd.timing.centerSample(ofRow: 7) == mel.centerSample(ofRow: 7))
    var declaration = ModelDeclaration(seed: 1)
    let trainable = try spec.makeTrainable(declaration: &declaration)
    #expect(trainable.channels == frontEnd.channels)
    #expect((trainable.layer != nil) == spec.kind.isLearnable)
  }

  @Test("An option of a kind changes its initial features, or what training declares", arguments: kinds)
  func ownOptions(name: String) throws {
    let kind = try FrontEndKind(name: name)
    let samples = testSamples(count: 4000)
    // Some options need another one's value, such as the rate of an exponent its compression.
    var bases = [FrontEndSpec(kind)]
    for option in kind.ownOptions {
      guard case .choice = option.kind else { continue }
      for value in otherValues(of: option) {
        var spec = FrontEndSpec(kind)
        try option.set(value, in: &spec.configuration)
        bases.append(spec)
      }
    }
    for option in kind.ownOptions {
      let hasEffect = try bases.contains { base in
        let usual = try outcome(base, samples)
        return try otherValues(of: option).contains { value in
          var spec = base
          try option.set(value, in: &spec.configuration)
          // A value may be refused, such as a size that is no power of two.
          return spec != base && (try? outcome(spec, samples)).map { $0 != usual } ?? false
        }
      }
      #expect(hasEffect, "\(name), \(option.name)")
    }
  }

  /// Features at the start, and name, rate, and size of what is learned.
  private struct Outcome: Equatable {
    let features: [Float]
    let parameters: [String]
  }

  private func outcome(_ spec: FrontEndSpec, _ samples: [Int16]) throws -> Outcome {
    var declaration = ModelDeclaration(seed: 1)
    _ = try spec.makeTrainable(declaration: &declaration)
    return Outcome(
      features: try spec.makeFrontEnd().features(of: samples),
      parameters: declaration.parameters.map {
        "\($0.tensor.name) \($0.tensor.shape) \($0.group.rateFactor)"
      })
  }

  private func otherValues(of option: FeatureOption) -> [SettingValue] {
    switch (option.kind, option.defaultValue) {
    case (.flag, .flag(let value)): [.flag(!value)]
    case (.integer(let range), .integer(let value)):
      [value + 1, 2 * value, value / 2].filter { $0 != value && range.contains($0) }.map { .integer($0) }
    case (.real(let range), .real(let value)):
      [2 * value, value / 2].filter(range.contains).map { .real($0) }
    case (.choice(let names), let value): names.map { .string($0) }.filter { $0 != value }
    default: []
    }
  }
}
