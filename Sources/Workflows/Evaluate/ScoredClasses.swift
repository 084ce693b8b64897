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
  /// For each of the 61 phones the one of the 39, −1 for a deleted one.
  let classOfPhone: [Int32]

  static let scored = Folding.phones39

  init(_ folding: Folding, phoneSet: PhoneSet) throws(ScoringError) {
    self.folding = folding
    symbols = phoneSet.symbols(folding)
    scoredSymbols = phoneSet.symbols(Self.scored)
    let classOfPhone = phoneSet.classOfPhone(Self.scored)
    self.classOfPhone = classOfPhone
    var map = [Int32](repeating: -1, count: symbols.count)
    for (own, scored) in zip(phoneSet.classOfPhone(folding), classOfPhone) where own >= 0 {
      map[Int(own)] = scored
    }
    scoredClass = map
    let silence = classOfPhone[phoneSet.silence]
    table = try PhoneTable(
      symbols: scoredSymbols, silence: silence >= 0 ? scoredSymbols[Int(silence)] : nil)
  }

  /// The reference phones of an utterance among the 39, −1 for a deleted one.
  func reference(_ track: PhoneTrack) -> [Int32] { track.intervals.map { classOfPhone[Int($0.phone)] } }

  /// Decoded phones among the 39, −1 for a deleted one.
  func hypothesis(_ phones: [DecodedPhone]) -> [Int32] { phones.map { scoredClass[Int($0.phone)] } }
}
