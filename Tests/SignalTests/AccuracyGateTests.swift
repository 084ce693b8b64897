import Foundation
import TestSupport
import Testing

@testable import Signal

/// The required accuracy of the fast path on speech, against double precision and kaldi-native-fbank.
@Suite("Accuracy over the built-in corpus")
struct AccuracyGateTests {
  @Test("both numbers of bins are tested")
  func figures() { #expect(PeerErrors.all.map(\.bins) == [40, 80]) }

  @Test(
    "the 99 % and 99.9 % quantiles and the maximum of errors are at most 1.25, 1.25 and 10 times the peer's",
    arguments: PeerErrors.all, Kernels.all.map(\.name))
  func besideThePeer(peer: PeerErrors, instructionSet: String) throws {
    let errors = try Self.errors(bins: peer.bins, instructionSet: instructionSet)
    #expect(errors.count == peer.cells)
    #expect(Self.percentile(0.99, ofSorted: errors) <= 1.25 * peer.percentile99)
    #expect(Self.percentile(0.999, ofSorted: errors) <= 1.25 * peer.percentile99_9)
    #expect(try #require(errors.last) <= 10 * peer.largest)
  }

  @Test(
    "cells within 40 dB of the frame maximum are within 1e-4 of the peer at 40 bins, 3e-4 at 80",
    arguments: ["TEST/DR1/MRPE0/SI1", "TRAIN/DR2/MITZ0/SX8"], [(40, 1e-4), (80, 3e-4)])
  func loudCells(utterance: String, gate: (bins: Int, largest: Double)) throws {
    let bins = gate.bins
    let name = utterance.replacingOccurrences(of: "/", with: "_")
    let peer = try Golden.npy("built_in_corpus_knf_\(name)_\(bins).npy")
    let samples = try BuiltInCorpus.samples(ofUtterance: utterance)
    let ours = Matrix(try FilterBankPlan(Self.options(bins: bins)).features(of: samples), channels: bins)
    try #require(ours.rows == peer.rows && peer.columns == bins)
    // 40 dB in natural logarithms of power.
    let range = 4 * log(10.0)
    var (largest, compared) = (0.0, 0)
    for t in 0..<peer.rows {
      let strongest = (0..<bins).map { peer[t, $0] }.max() ?? 0
      for b in 0..<bins where peer[t, b] >= strongest - range {
        compared += 1
        largest = max(largest, abs(ours[t, b] - peer[t, b]))
      }
    }
    #expect(largest < gate.largest)
    #expect(compared > peer.rows * bins / 4, "the rule must apply to many cells")
  }

  @Test(
    "the peer's recorded errors agree within 2 % with its distance from our double precision path",
    .enabled(if: KaldiNativeFbank.python != nil, "KALEIDO_ORACLES names no Python with kaldi_native_fbank"),
    arguments: PeerErrors.all)
  func committedErrors(peer: PeerErrors) throws {
    let errors = try Self.errors(bins: peer.bins) { samples in
      try KaldiNativeFbank.features(samples, bins: peer.bins, snipsEdges: true).values
    }
    #expect(abs(Self.percentile(0.99, ofSorted: errors) / peer.percentile99 - 1) < 0.02)
    #expect(abs(Self.percentile(0.999, ofSorted: errors) / peer.percentile99_9 - 1) < 0.02)
    #expect(abs((errors.last ?? 0) / peer.largest - 1) < 0.02)
  }

  private static func options(bins: Int) -> FilterBankOptions {
    var options = FilterBankOptions()
    options.mel.bins = bins
    return options
  }

  private static func errors(bins: Int, instructionSet: String) throws -> [Double] {
    let kernels = try #require(Kernels.all.first { $0.name == instructionSet })
    let plan = try FilterBankPlan(options(bins: bins), kernels: kernels)
    return try errors(bins: bins) { plan.features(of: $0).map { Double($0) } }
  }

  /// The sorted absolute errors of all cells of the corpus against double precision.
  private static func errors(bins: Int, features: ([Int16]) throws -> [Double]) throws -> [Double] {
    var errors: [Double] = []
    for utterance in try BuiltInCorpus.utterances() {
      let samples = try BuiltInCorpus.samples(ofUtterance: utterance)
      let exact = try ReferenceFeatures.filterBank(options(bins: bins), samples: samples.map { Double($0) })
      let tried = try features(samples)
      try #require(tried.count == exact.count * bins, "\(utterance)")
      for (value, expected) in zip(tried, exact.joined()) { errors.append(abs(value - expected)) }
    }
    try #require(!errors.contains { $0.isNaN })
    return errors.sorted()
  }

  /// By nearest rank.
  private static func percentile(_ fraction: Double, ofSorted values: [Double]) -> Double {
    values.isEmpty ? .infinity : values[Int((fraction * Double(values.count)).rounded(.up)) - 1]
  }
}

/// The errors of kaldi-native-fbank against double precision over the built-in corpus.
struct PeerErrors: Codable, CustomStringConvertible, Sendable {
  var bins, cells: Int
  var percentile99, percentile99_9, largest: Double

  var description: String { "\(bins) bins" }

  static let all: [PeerErrors] = {
    struct File: Codable { var figures: [PeerErrors] }
    let data = try? Golden.data("built_in_corpus_knf.json")
    return data.flatMap { try? JSONDecoder().decode(File.self, from: $0) }?.figures ?? []
  }()
}
