import ArgumentParser
import Signal

/// The time of a filter bank, step by step.
struct BreakdownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "breakdown", abstract: "The time of a filter bank, step by step.")

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: true) { try BreakdownSection(options).measure() }
  }
}

struct BreakdownSection {
  /// The number of samples accepted at once: 20 frames, so that the wide rows of the first steps stay in
  /// cache.
  private static let chunk = 3_200
  private let options: SharedOptions
  private let corpus: BenchmarkCorpus

  init(_ options: SharedOptions) throws {
    self.options = options
    corpus = try options.benchmarkCorpus()
  }

  private struct Step {
    let item: String
    let plan: any FeaturePlan
  }

  func measure() throws -> Section {
    let samples = try corpus.speech(seconds: 30)
    let bare = try BareFFTW(.complex256)
    var linear = FilterBankOptions()
    linear.usesLog = false
    let steps = [
      Step(item: "samples to windowed frames of 512", plan: try WindowedFramePlan(FrameOptions())),
      Step(item: "... to power spectra of 257", plan: try SpectrumPlan(FrameOptions())),
      Step(item: "samples to 40 mel energies", plan: try FilterBankPlan(linear)),
      Step(item: "... to 40 log mel energies (complete)", plan: try FilterBankPlan(FilterBankOptions())),
    ]
    let frames = steps[0].plan.frame.frameCount(sampleCount: samples.count)
    let contenders =
      steps.map { contender($0, samples) } + [.here("bare FFTW c2c 256") { bare.execute(count: frames) }]
    let summaries = try options.rounds.time(contenders).map { $0.mapped { $0 / Double(frames) } }
    let transform = Peer(name: "bare FFTW c2c 256", summary: summaries[steps.count])
    return Section(
      title: "The time of a filter bank, step by step",
      conditions: [
        "audio: \(corpus.name), 30 s, in chunks of \(Self.chunk) samples; thread CPU time, each line"
          + " including all "
          + "steps before it",
        "the first two lines also write rows of 512 and 257 floats, which the filter bank does not",
      ],
      figures: zip(steps, summaries).map { step, summary in
        Figure(
          step.item, unit: "ns/frame", ours: summary, peer: transform,
          ratio: summary.median / transform.summary.median,
          ratioMeaning: "ours ÷ bare")
      })
  }

  private func contender(_ step: Step, _ samples: [Int16]) -> Contender {
    let stream = step.plan.makeStream(utteranceKey: 0)
    var rows = [Float](
      repeating: 0, count: (Self.chunk / step.plan.frame.frameShift + 1) * step.plan.channels)
    return .here(step.item) {
      stream.reset(utteranceKey: 0)
      samples.withUnsafeBufferPointer { samples in
        rows.withUnsafeMutableBufferPointer { rows in
          for start in stride(from: 0, to: samples.count, by: Self.chunk) {
            let end = min(start + Self.chunk, samples.count)
            stream.accept(UnsafeBufferPointer(rebasing: samples[start..<end]), into: rows)
          }
        }
      }
    }
  }
}
