import Foundations
import FrontEnds
import Signal
import TestSupport
import Testing

@Suite("Requests of front ends")
struct FrontEndRequestTests {
  @Test(
    "A request is read, and written in one canonical form",
    arguments: [
      ("mel", "mel"),
      ("mel:bins=80,low-frequency=0", "mel:mel-bins=80,low-frequency=0"),
      ("mel:low-frequency=0,mel-bins=080", "mel:mel-bins=80,low-frequency=0"),
      ("mfcc:use-energy,deltas=2", "mfcc:use-energy,deltas=2"),
      ("mfcc:use-energy=true,no-snip-edges", "mfcc:no-snip-edges,use-energy"),
      ("mel:snip-edges=false", "mel:no-snip-edges"),
      ("mel:no-snip-edges=true,no-remove-dc=false", "mel:no-snip-edges,remove-dc"),
      ("fft:splice=5:2", "fft:splice=5:2"),
      ("fft:splice=4:4", "fft:splice=4"),
      ("mel:preemphasis=0.970,frame-length=25.0", "mel:frame-length=25,preemphasis=0.97"),
      ("mel:high-frequency=-400", "mel:high-frequency=-400"),
      (
        "mel:window=hamming,mel-scale=slaney,mel-norm=area",
        "mel:window=hamming,mel-scale=slaney,mel-norm=area"
      ),
      ("mel:seed=9223372036854775807", "mel:seed=9223372036854775807"),
      ("kaleidoscope:fixed,init=unitary", "kaleidoscope:fixed,init=unitary"),
      ("kaleidoscope-time:learn=compression+time", "kaleidoscope-time:learn=compression+time"),
      ("mel:time=dct", "mel:time=dct"),
    ])
  func canonicalForm(text: String, canonical: String) throws {
    let request = try FrontEndRequest(parsing: text)
    #expect(request.description == canonical)
    #expect(try FrontEndRequest(parsing: request.description) == request)
  }

  @Test("The canonical form reads back as the same request, for options drawn at random", arguments: 0..<200)
  func roundTrip(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let name = try #require(FrontEndKind.all.randomElement(using: &generator))
    let options = name.options.shuffled(using: &generator).prefix(Int.random(in: 0...9, using: &generator))
    let settings = options.map { "\($0.name)=\(randomText($0.kind, using: &generator))" }
    let text = settings.isEmpty ? name.name : "\(name.name):\(settings.joined(separator: ","))"
    let request = try FrontEndRequest(parsing: text)
    #expect(request.settings.count == options.count, "seed \(seed), \(text)")
    #expect(try FrontEndRequest(parsing: request.description) == request, "seed \(seed), \(text)")

    let configuration = try request.resolved(over: FeatureConfiguration()).configuration
    for option in options {
      #expect(
        option.value(in: configuration) == request.settings[option.name], "seed \(seed), \(option.name)")
    }
    let untouched = FeatureOption.all.filter { request.settings[$0.name] == nil }
    #expect(untouched.allSatisfy { $0.value(in: configuration) == $0.defaultValue }, "seed \(seed), \(text)")
  }

  private func randomText(_ kind: SettingKind, using generator: inout SplitMix64) -> String {
    switch kind {
    case .flag: Bool.random(using: &generator) ? "true" : "false"
    case .integer(let range): String(Int.random(in: range, using: &generator))
    case .real(let range): "\(Double.random(in: range, using: &generator))"
    case .choice(let names): names.randomElement(using: &generator) ?? ""
    case .context(let range):
      "\(Int.random(in: range, using: &generator)):\(Int.random(in: range, using: &generator))"
    case .integerChoice, .text, .keyword: ""
    }
  }

  @Test("A request's own options override the common ones, which hold elsewhere")
  func merge() throws {
    var common = FeatureConfiguration()
    common.mel.bins = 64
    common.deltas.order = 1
    let configuration = try FrontEndRequest(parsing: "mel:bins=80").resolved(over: common).configuration
    #expect(configuration.mel.bins == 80)
    #expect(configuration.deltas.order == 1)
  }

  // MARK: Refusals

  private func error(_ text: String) -> FrontEndError? {
    do throws(FrontEndError) {
      _ = try FrontEndRequest(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "The error of an unknown kind has all kinds and the nearest of them",
    arguments: [
      ("mell", "mel"), ("MFCC", "mfcc"), ("mfc", "mfcc"), ("ftf", "fft"), ("", nil),
      ("kaleidoscop", "kaleidoscope"),
      ("mel-pool", "mel-pooled"), ("low_rank", "low-rank"), ("run", nil), (" mel", "mel"),
    ] as [(String, String?)])
  func unknownKind(name: String, suggestion: String?) {
    let known = FrontEndKind.all.map(\.name)
    #expect(error(name) == .unknownKind(name: name, known: known, suggestion: suggestion))
    #expect(error(name + ":bins=80") == .unknownKind(name: name, known: known, suggestion: suggestion))
  }

  @Test(
    "The error of an unknown option has the nearest one, by its full name",
    arguments: [
      ("mel-bin", "mel-bins"), ("bin", "mel-bins"), ("melbins", "mel-bins"),
      ("low-freqency", "low-frequency"),
      ("dleta-window", "delta-window"), ("Window", "window"), ("no-dither", nil),
      ("no-snip-edge", "no-snip-edges"),
      ("quux", nil), ("no-", nil), ("-", nil), ("\u{0}", nil), (String(repeating: "b", count: 100_000), nil),
    ] as [(String, String?)])
  func unknownOption(name: String, suggestion: String?) {
    guard case .unknownOption(let unknown, let known, let nearest) = error("mel:\(name)=1") else {
      Issue.record("\(name) was taken")
      return
    }
    #expect(unknown == name)
    #expect(known == FeatureOption.all.map(\.name))
    #expect(nearest == suggestion)
  }

  @Test(
    "The error of a value that is not allowed has the allowed ones",
    arguments: [
      ("bins=2", "mel-bins", "2"), ("bins=", "mel-bins", ""), ("bins=4O", "mel-bins", "4O"),
      ("bins=99999999999999999999", "mel-bins", "99999999999999999999"), ("bins=40.5", "mel-bins", "40.5"),
      ("bins=40 ", "mel-bins", "40 "), ("dither=nan", "dither", "nan"), ("dither=inf", "dither", "inf"),
      ("dither=-1", "dither", "-1"), ("dither=0,5", "", ""), ("dither=1e999", "dither", "1e999"),
      ("use-energy=yes", "use-energy", "yes"), ("splice=1:", "splice", "1:"), ("splice=:1", "splice", ":1"),
      ("splice=-1", "splice", "-1"), ("splice=1:2:3", "splice", "1:2:3"), ("seed=-1", "seed", "-1"),
      ("bins=80=80", "mel-bins", "80=80"),
    ])
  func invalidValue(setting: String, option: String, text: String) throws {
    guard !option.isEmpty else {
      #expect(
        error("mel:\(setting)")
          == .unknownOption(name: "5", known: FeatureOption.all.map(\.name), suggestion: nil))
      return
    }
    let kind = try FeatureOption.named(option).kind
    #expect(
      error("mel:\(setting)")
        == .setting(.invalidValue(setting: option, text: text, allowed: kind, suggestion: nil)))
  }

  @Test("The error of a name that is not among an option's has the nearest")
  func invalidName() throws {
    let kind = try FeatureOption.named("window").kind
    #expect(
      error("mel:window=haming")
        == .setting(.invalidValue(setting: "window", text: "haming", allowed: kind, suggestion: "hamming")))
    #expect(
      error("mel:window=blackman(0.3)")
        == .setting(.invalidValue(setting: "window", text: "blackman(0.3)", allowed: kind, suggestion: nil)))
  }

  @Test("An option without effect, set twice, or empty is refused")
  func shape() throws {
    #expect(
      error("mel:cepstra=20")
        == .optionNotForKind(option: "cepstra", kind: "mel", allowed: FrontEndKind.mel.options.map(\.name)))
    #expect(
      error("fft:bins=80")
        == .optionNotForKind(
          option: "mel-bins", kind: "fft", allowed: try FrontEndKind(name: "fft").options.map(\.name)))
    #expect(
      error("mel:bins=80,mel-bins=40")
        == .duplicateOption(option: "mel-bins", request: "mel:bins=80,mel-bins=40")
    )
    for text in ["mel:", "mel:,", "mel:bins=80,", "mel:,bins=80", "mel:bins=80,,deltas=2"] {
      #expect(error(text) == .emptyOption(request: text))
    }
    #expect(
      error("mel:bins") == .missingValue(option: "mel-bins", allowed: try FeatureOption.named("bins").kind))
  }

  @Test("No text whatever does harm", arguments: 0..<300)
  func hostileText(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let pieces = [
      "mel", "mfcc", "fft", ":", ",", "=", "-", "no-", "bins", "splice", "9", "é", "\n", "\u{0}", "1e9",
    ]
    let text = (0..<Int.random(in: 0...12, using: &generator))
      .compactMap { _ in pieces.randomElement(using: &generator) }.joined()
    // It reads or it throws; what reads, reads again from its canonical form.
    if let request = try? FrontEndRequest(parsing: text) {
      #expect((try? FrontEndRequest(parsing: request.description)) == request, "seed \(seed), \(text)")
    }
  }
}
