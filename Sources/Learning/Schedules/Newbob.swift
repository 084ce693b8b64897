/// A rate that is multiplied by `factor` after each epoch whose dev error improves too little.
///
/// The improvement is (lowest error so far − error) / lowest error so far, so recovery from a bad epoch is
/// none. Training ends after `patience` such epochs in a row. Source: ICSI's QuickNet; pytorch-kaldi uses a
/// factor of ½ and a threshold of 0.001 relative to the previous epoch.
package struct Newbob: Sendable, Hashable, Codable {
  package var initialRate: Double
  package var factor: Double
  /// The relative improvement below which the rate is reduced.
  package var threshold: Double
  /// The number of consecutive epochs with too little improvement that ends training; nil never ends it.
  package var patience: Int?

  package init(
    initialRate: Double, factor: Double = 0.5, threshold: Double = 0.001, patience: Int? = 4
  ) {
    self.initialRate = initialRate
    self.factor = factor
    self.threshold = threshold
    self.patience = patience
  }

  var isUsable: Bool {
    initialRate > 0 && initialRate.isFinite && factor > 0 && factor < 1 && threshold >= 0 && threshold < 1
      && (patience.map { $0 > 0 } ?? true)
  }
}
