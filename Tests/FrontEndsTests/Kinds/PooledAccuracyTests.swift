import FrontEnds
import Signal
import TestSupport
import Testing

/// How far kaldi-native-fbank is from double precision over the built-in corpus (SignalTests/Golden).
private struct PeerErrors: Sendable {
  let bins: Int
  let percentile99, percentile99_9, largest: Double
}

@Suite("Accuracy of pooled front ends over the built-in corpus")
struct PooledAccuracyTests {
  private static let peers = [
    PeerErrors(
      bins: 40, percentile99: 8.27767406086366e-06, percentile99_9: 2.0420184782210526e-05,
      largest: 9.120131323836489e-05),
    PeerErrors(
      bins: 80, percentile99: 2.127737625556847e-05, percentile99_9: 4.390016441035982e-05,
      largest: 0.00019403128353490118),
  ]

  @Test(
    "At first, against double precision: the parity gates of a mel filter bank",
    arguments: peers, ["kaleidoscope-pooled", "mel-pooled"])
  private func gates(peer: PeerErrors, request: String) throws {
    var options = FilterBankOptions()
    options.mel.bins = peer.bins
    let frontEnd = try FrontEndSpec(parsing: "\(request):bins=\(peer.bins)").makeFrontEnd()
    var errors: [Double] = []
    for utterance in try BuiltInCorpus.utterances() {
      let samples = try BuiltInCorpus.samples(ofUtterance: utterance)
      let exact = try ReferenceFeatures.filterBank(options, samples: samples.map { Double($0) })
      let found = frontEnd.features(of: samples)
      try #require(found.count == exact.count * peer.bins)
      for (value, expected) in zip(found, exact.joined()) { errors.append(abs(Double(value) - expected)) }
    }
    try #require(!errors.contains { $0.isNaN })
    errors.sort()
    func percentile(_ fraction: Double) -> Double {
      errors[Int((fraction * Double(errors.count)).rounded(.up)) - 1]
    }
    #expect(percentile(0.99) <= 1.25 * peer.percentile99)
    #expect(percentile(0.999) <= 1.25 * peer.percentile99_9)
    #expect(percentile(1) <= 10 * peer.largest)
  }
}
