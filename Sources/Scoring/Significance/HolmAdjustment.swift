/// Holm's step-down adjustment for a family of tests.
///
/// With p₍₁₎ ≤ … ≤ p₍ₘ₎ the adjusted p₍ᵢ₎ is the largest of min(1, (m − k + 1) p₍ₖ₎) over k ≤ i. Rejecting
/// where the adjusted p is at most α bounds the probability of any false rejection by α, for any dependence.
///
/// Source: Holm, "A simple sequentially rejective multiple test procedure" (1979).
package func holmAdjusted(_ pValues: [Double]) -> [Double] {
  var adjusted = pValues
  var largest = 0.0
  for (rank, index) in pValues.indices.sorted(by: { (pValues[$0], $0) < (pValues[$1], $1) }).enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}
