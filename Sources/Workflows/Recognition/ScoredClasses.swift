import Corpus
import DataManifests
import Recognition
import Scoring

/// The classes of a model and the 39 that are scored, whatever it was trained on.
struct ScoredClasses: Sendable {
  /// The model's own.
  let folding: Folding
  let symbols: [String]
  /// For each of the model's classes the one of the 39, −1 for a deleted phone.
  let scoredClass: [Int32]
  let scoredSymbols: [String]
  let table: PhoneTable
  private let scoredClassOfPhone: [Int32]

  static let scored = Folding.phones39

  init(_ folding: Folding, phoneSet: PhoneSet) throws(ScoringError) {
    self.folding = folding
    symbols = phoneSet.symbols(folding)
    scoredSymbols = phoneSet.symbols(Self.scored)
    scoredClassOfPhone = phoneSet.classOfPhone(Self.scored)
    var map = [Int32](repeating: -1, count: symbols.count)
    for (own, scored) in zip(phoneSet.classOfPhone(folding), scoredClassOfPhone) where own >= 0 {
      map[Int(own)] = scored
    }
    scoredClass = map
    let silence = scoredClassOfPhone[phoneSet.silence]
    table = try PhoneTable(
      symbols: scoredSymbols, silence: silence >= 0 ? scoredSymbols[Int(silence)] : nil)
  }

  /// The reference phones of an utterance among the 39, −1 for a deleted one.
  func reference(_ track: PhoneTrack) -> [Int32] { track.intervals.map { scoredClassOfPhone[Int($0.phone)] } }

  /// Decoded phones among the 39, −1 for a deleted one.
  func hypothesis(_ phones: [DecodedPhone]) -> [Int32] { phones.map { scoredClass[Int($0.phone)] } }
}
