import ArgumentParser
import CKernels
import CMeasurement
import StructuredMaps

/// Butterfly products beside a stand-in for torch_butterfly, dense layers, FFTW and the peak of the core.
struct ButterflyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "butterfly",
    abstract: "Butterfly products, forward and backward, beside PyTorch, FFTW and the core's peak.")

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

  /// The targets of one map: against torch_butterfly and the dense layer, forward, and forward and backward.
  private struct Targets {
    var loopOrder: (forward: Double, both: Double)?
    var dense: (forward: Double, both: Double)?
  }

  func measure() throws -> Section {
    var figures: [Figure] = []
    let complex512 = try ButterflyCase(size: 512, blocks: 2, field: .complex)
    figures += try besidePeers(complex512, Targets(loopOrder: (11, 13), dense: (10, 7)))
    let real512 = try ButterflyCase(size: 512, blocks: 2, field: .real)
    figures += try besidePeers(real512, Targets(loopOrder: (18, 22)))
    let real1024 = try ButterflyCase(size: 1024, blocks: 2, field: .real)
    figures += try besidePeers(real1024, Targets(loopOrder: (18, 22), dense: (12, 9)))
    figures += try besidePeak(complex512, forward: 0.85, backward: 0.65)
    figures += try besidePeak(complex512, .unit, forward: nil, backward: nil)
    figures += try besidePeak(real512, forward: 0.72, backward: 0.54)
    figures += try besidePeak(real1024, forward: 0.72, backward: 0.54)
    figures += try aloneBesidePeers()
    figures += [try besideFFTW(), try besideBareKernels(complex512)]
    return Section(
      title: "Butterfly products, one thread",
      conditions: [
        "thread CPU time of one vector of a batch of 1024, contenders alternating, each turn begun by an uncounted run",
        "tensors row by row in and out on both sides; ours includes the change of layout and the packing of twiddles",
        "stand-in: torch_butterfly itself cannot be had from a package index; its loop order, written anew on PyTorch's "
          + "tensors with accessors, -O3 (Benchmarks/peers/butterfly_loop_order.cc); results are compared before",
        "dense: x Wᵀ of the same size and field in PyTorch \(peer.version), backward by its autograd",
        "complex maps run with unit diagonals, half of whose entries are one; \"all entries\" are the kernels without, for "
          + "twiddles that they do not serve",
        "native layout: two tiles in cache, twiddles packed; the peak is that of independent fused multiply-adds, measured "
          + "in turn; multiply-adds are those executed, what is computed again in the backward included",
        "ours: kernels \(String(cString: ck_best().pointee.name))",
      ],
      figures: figures)
  }

  private func besidePeers(_ map: ButterflyCase, _ targets: Targets) throws -> [Figure] {
    try map.give(to: peer)
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
    func figure(_ ours: Int, _ their: Int, _ what: String, _ name: String, _ target: Double?) -> Figure {
      .faster(
        "\(map.name), \(what)", unit: "µs/vector", ours: summaries[ours],
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

  /// One vector, as a live front end runs it.
  private func aloneBesidePeers() throws -> [Figure] {
    let map = try ButterflyCase(size: 512, blocks: 2, field: .complex, batch: 1)
    try map.give(to: peer)
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
        note: "ours: twiddles packed beforehand, as for a map that no longer changes"),
      .faster(
        map.name, unit: "µs", ours: summaries[0],
        peer: Peer(name: "complex matrix-vector product", summary: summaries[2]), target: 25),
    ]
  }

  /// The share of the core's peak, by the multiply-adds that are executed.
  private func besidePeak(
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
      let (what, executed, target) = kind
      let ours = summaries[index].mapped { $0 / vectors }
      let atPeak = summaries[2].mapped { $0 / multiplyAdds * Double(executed) }
      let share = atPeak.median / ours.median
      return Figure(
        "\(map.name), \(map.field == .complex && form == .full ? "all entries, " : "")native layout, \(what)",
        unit: "ns/vector",
        ours: ours,
        peer: Peer(name: "its \(executed) multiply-adds at the core's peak", summary: atPeak),
        ratio: share,
        ratioMeaning: "share of the peak", target: target.map { Target(.atLeast, $0, of: share) })
    }
  }

  private func besideFFTW() throws -> Figure {
    let map = try ButterflyCase(size: 512, blocks: 1, field: .complex, batch: 16)
    let kernels = try map.makeKernels()
    let summaries = try options.rounds.time([
      .here("ours") { kernels.forward() }, .here("FFTW") { transform.execute(count: 16) },
    ]).map { $0.mapped { $0 / 16 } }
    let ratio = summaries[0].median / summaries[1].median
    return Figure(
      "\(map.name), native layout, forward", unit: "ns/vector", ours: summaries[0],
      peer: Peer(name: "bare FFTW c2c 512", summary: summaries[1]), ratio: ratio, ratioMeaning: "ours ÷ bare",
      target: Target(.atMost, 1.8, of: ratio))
  }

  /// What the running of a batch adds to its kernels.
  private func besideBareKernels(_ map: ButterflyCase) throws -> Figure {
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
