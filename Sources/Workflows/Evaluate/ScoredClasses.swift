import Corpus
import DataManifests
import Recognition
import Scoring

/// The classes of a model, and those that are scored: the last that the model's can be folded into.
struct ScoredClasses: Sendable {
  /// The classes that are scored.
  let scored: Folding
  /// The model's own symbols.
  let symbols: [String]
  /// For each of the model's classes the scored one, −1 for a deleted phone.
  let scoredClass: [Int32]
  let table: PhoneTable

  var scoredSymbols: [String] { scored.symbols }
  /// For each phone the scored class, −1 for a deleted one.
  var classOfPhone: [Int32] { scored.classOfPhone }

  /// - Parameter scored: classes that the model's can be folded into; the last of the set that they can if
  ///   nil.
  init(_ folding: Folding, of phones: PhoneSet, scored: Folding? = nil) throws(ScoringError) {
    let scored = scored ?? phones.scored(folding)
    guard let map = folding.map(to: scored) else { preconditionFailure("classes that can be folded") }
    self.scored = scored
    symbols = folding.symbols
    scoredClass = map
    table = try PhoneTable(
      symbols: scored.symbols, silence: scored.silence >= 0 ? scored.symbols[Int(scored.silence)] : nil)
  }

  /// The reference phones of an utterance among the scored classes, −1 for a deleted one.
  func reference(_ track: PhoneTrack) -> [Int32] { track.intervals.map { classOfPhone[Int($0.phone)] } }

  /// Decoded phones among the scored classes, −1 for a deleted one.
  func hypothesis(_ phones: [DecodedPhone]) -> [Int32] { phones.map { scoredClass[Int($0.phone)] } }
}

extension PhoneSet {
  /// The classes that a model's are scored in: of the last column that they can be folded into.
  func scored(_ folding: Folding) -> Folding { lastFolding(of: [folding]) ?? folding }
}
