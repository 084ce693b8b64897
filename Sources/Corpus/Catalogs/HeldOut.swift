/// Dev speakers that were held out of the speakers to train on.
///
/// They are every tenth in key order; where that is fewer than four, or their files are less than a tenth of
/// all, more, at even distances: at least four of twelve, a third of fewer, and at most a third. A single
/// speaker stays in training.
package struct HeldOut: Codable, Equatable, Sendable {
  package let speakers: Int
  package let of: Int

  /// The indices of the speakers that are held out, ascending.
  ///
  /// - Parameter speech: the bytes of each speaker's audio, in key order.
  static func indices(speech: [Int]) -> [Int] {
    let count = speech.count
    guard count > 1 else { return [] }
    let tenths = stride(from: 9, to: count, by: 10)
    let total = speech.reduce(0, +)
    func isEnough(_ chosen: some Sequence<Int>) -> Bool { chosen.reduce(0) { $0 + speech[$1] } * 10 >= total }
    let least = max(1, min(4, count / 3))
    let first = Array(tenths)
    if first.count >= least, isEnough(first) { return first }
    // At even distances, the last speaker among them.
    func spread(_ number: Int) -> [Int] { (1...number).map { $0 * count / number - 1 } }
    let most = max(1, count / 3)
    return (max(least, first.count)...max(most, first.count)).lazy.map(spread).first(where: isEnough)
      ?? spread(most)
  }
}
