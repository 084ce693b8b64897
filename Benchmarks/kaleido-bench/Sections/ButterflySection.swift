import ArgumentParser
import CKernels
import CMeasurement
import StructuredMaps

/// Butterfly products, compared with a stand-in for torch_butterfly, dense layers, FFTW and the peak of the
/// core.
struct ButterflyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "butterfly",
    abstract: "Butterfly products, forward and backward, against PyTorch, FFTW and the peak of the core.")

  @OptionGroup var options: SharedOptions

  func run() throws {
    try options.report(pinned: true) { try ButterflySection(options).measure() }
  }
}

struct ButterflySection {
  private let options: SharedOptions
  private let transform: BareFFTW
  private let peer: ButterflyPeer

  init(_ options: SharedOptions) throws {
    self.options = options
    transform = try BareFFTW(.complex512)
    peer = try ButterflyPeer(peers: options.peers, scripts: options.scripts)
  }

  /// The target speedups of one map against torch_butterfly and the dense layer.
  private struct Targets {
    var loopOrder: (forward: Double, both: Double)?
    var dense: (forward: Double, both: Double)?
  }

  func measure() throws -> Section {
    var figures: [Figure] = []
    let complex512 = try ButterflyCase(size: 512, blocks: 2, field: .complex)
    figures += try againstPeers(complex512, Targets(loopOrder: (11, 13), dense: (10, 7)))
    let real512 = try ButterflyCase(size: 512, blocks: 2, field: .real)
    figures += try againstPeers(real512, Targets(loopOrder: (18, 22)))
    let real1024 = try ButterflyCase(size: 1024, blocks: 2, field: .real)
    figures += try againstPeers(real1024, Targets(loopOrder: (18, 22), dense: (12, 9)))
    figures += try againstPeak(complex512, forward: 0.85, backward: 0.65)
    figures += try againstPeak(complex512, .unit, forward: nil, backward: nil)
    figures += try againstPeak(real512, forward: 0.72, backward: 0.54)
    figures += try againstPeak(real1024, forward: 0.72, backward: 0.54)
    figures += try singleVectorAgainstPeers()
    figures += [try againstFFTW(), try againstBareKernels(complex512)]
    return Section(
      title: "Butterfly products, one thread",
      conditions: [
        "thread CPU time per vector in a batch of 1024; contenders alternate, each turn begins with an"
          + " uncounted run",
        "row-major tensors in and out on both sides; ours includes the change of layout and the packing of"
          + " twiddles",
        "stand-in: torch_butterfly itself is not in any package index; this is its loop order, rewritten"
          + " with accessors "
          + "of PyTorch tensors, -O3 (Benchmarks/peers/butterfly_loop_order.cc); results are compared"
          + " beforehand",
        "dense: x Wᵀ of the same size and field in PyTorch \(peer.version), backward by autograd",
        "complex maps run in unit form, in which half of the matrix entries are one; \"full form\" is for"
          + " twiddles "
          + "without a unit form",
        "native layout: two tiles in cache, twiddles packed; the peak is that of independent fused"
          + " multiply-adds, "
          + "measured in turn; executed multiply-adds are counted, including recomputation in backward",
        "ours: kernels \(String(cString: ck_butterfly_best().pointee.name))",
      ],
      figures: figures)
  }

  private func againstPeers(_ map: ButterflyCase, _ targets: Targets) throws -> [Figure] {
    try map.load(into: peer)
    func theirs(_ contender: ButterflyPeer.Contender, backward: Bool) -> Contender {
      Contender(contender.rawValue) { [peer] in
        try peer.time(map.name, contender, backward: backward, repeats: $0)
      }
    }
    let summaries = try options.rounds.time([
      .here("ours") { map.forwardRows() }, theirs(.loopOrder, backward: false),
      theirs(.dense, backward: false),
      .here("ours") { map.forwardAndBackwardRows() }, theirs(.loopOrder, backward: true),
      theirs(.dense, backward: true),
    ]).map { $0.mapped { $0 / Double(map.batch) / 1e3 } }
    func figure(_ ours: Int, _ their: Int, _ pass: String, _ name: String, _ target: Double?) -> Figure {
      .faster(
        "\(map.name), \(pass)", unit: "µs/vector", ours: summaries[ours],
        peer: Peer(name: name, summary: summaries[their]), target: target)
    }
    let standIn = "stand-in for torch_butterfly"
    return [
      figure(0, 1, "forward", standIn, targets.loopOrder?.forward),
      figure(3, 4, "forward and backward", standIn, targets.loopOrder?.both),
      figure(0, 2, "forward", "dense layer", targets.dense?.forward),
      figure(3, 5, "forward and backward", "dense layer", targets.dense?.both),
    ]
  }

  /// A single vector, as in a live front end.
  private func singleVectorAgainstPeers() throws -> [Figure] {
    let map = try ButterflyCase(size: 512, blocks: 2, field: .complex, batch: 1)
    try map.load(into: peer)
    func theirs(_ contender: ButterflyPeer.Contender) -> Contender {
      Contender(contender.rawValue) { [peer] in
        try peer.time(map.name, contender, backward: false, repeats: $0)
      }
    }
    let summaries = try options.rounds.time([
      .here("ours") { map.forwardRow() }, theirs(.loopOrder), theirs(.dense),
    ]).map { $0.mapped { $0 / 1e3 } }
    return [
      .faster(
        map.name, unit: "µs", ours: summaries[0],
        peer: Peer(name: "stand-in for torch_butterfly", summary: summaries[1]), target: 14,
        note: "ours: twiddles packed in advance, as in inference"),
      .faster(
        map.name, unit: "µs", ours: summaries[0],
        peer: Peer(name: "complex matrix-vector product", summary: summaries[2]), target: 25),
    ]
  }

  /// The fraction of the core's peak, by executed multiply-adds.
  private func againstPeak(
    _ map: ButterflyCase, _ form: TwiddleForm = .full, forward: Double?, backward: Double?
  ) throws -> [Figure] {
    let kernels = try map.makeKernels(form)
    let vectors = map.field == .complex ? 16.0 : 32.0
    let rounds: UInt64 = 100_000
    let multiplyAdds = Double(measurement_multiply_adds(rounds))
    let summaries = try options.rounds.time([
      .here("forward") { kernels.forward() }, .here("backward") { kernels.backward() },
      .here("peak") { _ = measurement_multiply_adds(rounds) },
    ])
    return zip(
      [
        ("forward", kernels.multiplyAdds.forward, forward),
        ("backward", kernels.multiplyAdds.backward, backward),
      ], 0...
    )
    .map { kind, index in
      let (pass, executed, target) = kind
      let ours = summaries[index].mapped { $0 / vectors }
      let atPeak = summaries[2].mapped { $0 / multiplyAdds * Double(executed) }
      let fraction = atPeak.median / ours.median
      return Figure(
        "\(map.name), \(map.field == .complex && form == .full ? "full form, " : "")native layout, \(pass)",
        unit: "ns/vector",
        ours: ours,
        peer: Peer(name: "its \(executed) multiply-adds at the core's peak", summary: atPeak),
        ratio: fraction,
        ratioMeaning: "fraction of the peak", target: target.map { Target(.atLeast, $0, of: fraction) })
    }
  }

  private func againstFFTW() throws -> Figure {
    let map = try ButterflyCase(size: 512, blocks: 1, field: .complex, batch: 16)
    let kernels = try map.makeKernels()
    let summaries = try options.rounds.time([
      .here("ours") { kernels.forward() }, .here("FFTW") { transform.execute(count: 16) },
    ]).map { $0.mapped { $0 / 16 } }
    let ratio = summaries[0].median / summaries[1].median
    return Figure(
      "\(map.name), native layout, forward", unit: "ns/vector", ours: summaries[0],
      peer: Peer(name: "bare FFTW c2c 512", summary: summaries[1]), ratio: ratio,
      ratioMeaning: "ours ÷ bare",
      target: Target(.atMost, 1.8, of: ratio))
  }

  /// The overhead of a batch over its kernels.
  private func againstBareKernels(_ map: ButterflyCase) throws -> Figure {
    let kernels = try map.makeKernels()
    let summaries = try options.rounds.time([
      .here("batch") { map.forwardBatch() }, .here("kernels") { kernels.forwardAll() },
    ]).map { $0.mapped { $0 / Double(map.batch) } }
    let ratio = summaries[0].median / summaries[1].median
    return Figure(
      "\(map.name), batch of 1024, packed, forward", unit: "ns/vector", ours: summaries[0],
      peer: Peer(name: "its kernels alone, called from C", summary: summaries[1]), ratio: ratio,
      ratioMeaning: "ours ÷ kernels",
      target: Target(.atMost, 1.05, of: ratio))
  }
}
