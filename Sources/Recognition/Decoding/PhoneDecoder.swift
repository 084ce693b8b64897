/// A Viterbi search for the best path of phones through the frames of an utterance, which emits phones as
/// soon as they are final.
///
/// A phone is final once all surviving paths have it, with the same frames. So the phones are those of the
/// utterance's best path, however its frames are split into calls. Ties go to the lower class, and to staying
/// in a state. A decoder belongs to one thread; its memory grows with the frames that are not final.
package final class PhoneDecoder {
  /// A phone on some path, which is a chain of entries from its end.
  private struct Entry {
    var phone: Int32
    /// The first frame.
    var start: Int
    /// The index of the previous entry; −1 at the start of the utterance.
    var previous: Int32
  }

  private let loop: PhoneLoop
  private let stateCount: Int
  /// The scores, `[states of a chain, classes]`, and the last entry of each path.
  private let scores: UnsafeMutableBufferPointer<Double>
  private let paths: UnsafeMutableBufferPointer<Int32>
  /// The scores of entering each class at the current frame, `[paddedCount]`, and the last entries of their
  /// paths.
  private let entryScores: UnsafeMutableBufferPointer<Double>
  private let entryPaths: UnsafeMutableBufferPointer<Int32>
  /// The classes that the current frame's entries may come from; room for `[classes]`.
  private let candidates: UnsafeMutableBufferPointer<Int>
  private var entries: [Entry] = []
  /// The entry that all paths share and whose end is not final; −1 if there is none.
  private var root: Int32 = -1
  /// The frames accepted so far.
  package private(set) var frameCount = 0

  private let searchIntervalFrames: Int

  /// - Parameters:
  ///   - loop: the phones and their weights.
  ///   - searchIntervalFrames: the frames between searches for final phones, which do not depend on it.
  package init(_ loop: PhoneLoop, searchIntervalFrames: Int = 16) {
    precondition(searchIntervalFrames > 0)
    self.searchIntervalFrames = searchIntervalFrames
    self.loop = loop
    stateCount = loop.options.minimumFrames
    scores = .allocate(capacity: stateCount * loop.classCount)
    paths = .allocate(capacity: stateCount * loop.classCount)
    entryScores = .allocate(capacity: loop.paddedCount)
    entryPaths = .allocate(capacity: loop.paddedCount)
    candidates = .allocate(capacity: loop.classCount)
    candidates.initialize(repeating: 0)
    scores.initialize(repeating: -.infinity)
    paths.initialize(repeating: -1)
    entryScores.initialize(repeating: 0)
    entryPaths.initialize(repeating: -1)
  }

  deinit {
    scores.deallocate()
    paths.deallocate()
    entryScores.deallocate()
    entryPaths.deallocate()
    candidates.deallocate()
  }

  /// Takes frames of log posteriors, `[count, classes]`.
  ///
  /// - Returns: The phones that have become final.
  package func accept(_ logPosteriors: UnsafePointer<Float>, count: Int) -> [DecodedPhone] {
    var emitted: [DecodedPhone] = []
    for row in 0..<count {
      advance(logPosteriors + row * loop.classCount)
      if frameCount % searchIntervalFrames == 0 { emitted += takeFinal() }
    }
    return emitted
  }

  /// Ends the utterance; the decoder is then ready for another.
  ///
  /// - Returns: The remaining phones, the last ending with the last frame. An utterance shorter than
  ///   `minimumFrames` has one phone.
  package func finish() -> [DecodedPhone] {
    defer { reset() }
    guard frameCount > 0 else { return [] }
    var remaining: [DecodedPhone] = []
    var (path, end) = (bestPath(), frameCount)
    while path >= 0 {
      let entry = entries[Int(path)]
      remaining.append(DecodedPhone(phone: entry.phone, frames: entry.start..<end))
      (path, end) = (entry.previous, entry.start)
    }
    return remaining.reversed()
  }

  /// Discards the utterance.
  package func reset() {
    for i in scores.indices {
      scores[i] = -.infinity
      paths[i] = -1
    }
    entries.removeAll(keepingCapacity: true)
    root = -1
    frameCount = 0
  }

  // MARK: One frame

  private func advance(_ logPosteriors: UnsafePointer<Float>) {
    let count = loop.classCount
    let last = (stateCount - 1) * count
    scoreEntries()
    // A local copy: each access to a class's variable is checked for exclusivity.
    var entries = self.entries
    self.entries = []
    let frame = frameCount
    for phone in 0..<count {
      let emission = Double(logPosteriors[phone] - loop.scaledPriors[phone])
      // From the end of the chain to its start, so that each state reads the previous frame.
      for state in stride(from: last, through: 0, by: -count) {
        let index = state + phone
        let staying = state == last ? scores[index] : -.infinity
        let arriving = state == 0 ? entryScores[phone] : scores[index - count]
        if arriving > staying {
          scores[index] = arriving + emission
          if state == 0 {
            paths[index] = Int32(entries.count)
            entries.append(Entry(phone: Int32(phone), start: frame, previous: entryPaths[phone]))
          } else {
            paths[index] = paths[index - count]
          }
        } else {
          scores[index] = staying + emission
        }
      }
    }
    self.entries = entries
    frameCount += 1
  }

  /// Finds the best entry to each phone at the current frame; of equal ones, from the lower class.
  private func scoreEntries() {
    typealias Lanes = SIMD8<Double>
    let (count, padded) = (loop.classCount, loop.paddedCount)
    let last = (stateCount - 1) * count
    loop.entries.withUnsafeBytes { table in
      guard frameCount > 0 else {
        let start = table.bindMemory(to: Double.self)
        for phone in 0..<padded {
          entryScores[phone] = start[count * padded + phone]
          entryPaths[phone] = -1
        }
        return
      }
      let candidateCount = findCandidates()
      for block in stride(from: 0, to: padded, by: PhoneLoop.lanes) {
        var best = Lanes(repeating: -.infinity)
        var from = SIMD8<Int64>(repeating: -1)
        for candidate in 0..<candidateCount {
          let before = candidates[candidate]
          let entry = table.loadUnaligned(fromByteOffset: (before * padded + block) * 8, as: Lanes.self)
          let score = entry + scores[last + before]
          let isBetter = score .> best
          best.replace(with: score, where: isBetter)
          from.replace(with: Int64(before), where: isBetter)
        }
        for lane in 0..<PhoneLoop.lanes {
          entryScores[block + lane] = best[lane]
          entryPaths[block + lane] = from[lane] < 0 ? -1 : paths[last + Int(from[lane])]
        }
      }
    }
  }

  /// Much larger than the rounding error of a score.
  private static let roundingMargin = 1e-3

  /// Finds the classes, in order, that can be the best predecessor of some phone: those whose score plus
  /// their advantage reaches the best class.
  private func findCandidates() -> Int {
    let count = loop.classCount
    let last = UnsafeBufferPointer(rebasing: scores[((stateCount - 1) * count)...])
    var best = 0
    for phone in 0..<count where last[phone] > last[best] { best = phone }
    let bound = last[best] - Self.roundingMargin
    var found = 0
    loop.advantages.withUnsafeBufferPointer { advantages in
      for phone in 0..<count where !(last[phone] + advantages[best * count + phone] < bound) {
        candidates[found] = phone
        found += 1
      }
    }
    return found
  }

  /// The last entry of the best path of the whole utterance.
  private func bestPath() -> Int32 {
    let count = loop.classCount
    var (best, path) = (-Double.infinity, Int32(-1))
    for phone in 0..<count {
      let index = (stateCount - 1) * count + phone
      if scores[index] + loop.ends[phone] > best {
        (best, path) = (scores[index] + loop.ends[phone], paths[index])
      }
    }
    if path >= 0 { return path }
    // No phone has its minimum of frames: the best incomplete one.
    for (index, score) in scores.enumerated() where score + loop.ends[index % count] > best {
      (best, path) = (score + loop.ends[index % count], paths[index])
    }
    return path
  }

  // MARK: Final phones

  /// Returns the phones that all paths share, and removes entries that no path needs.
  private func takeFinal() -> [DecodedPhone] {
    var isNeeded = [Bool](repeating: false, count: entries.count)
    // Whether a path ends in the entry.
    var isHead = isNeeded
    for (index, score) in scores.enumerated() where score > -.infinity && paths[index] >= 0 {
      isHead[Int(paths[index])] = true
      var entry = paths[index]
      while entry >= 0, !isNeeded[Int(entry)] {
        isNeeded[Int(entry)] = true
        entry = entries[Int(entry)].previous
      }
    }
    var successorCount = [Int](repeating: 0, count: entries.count + 1)
    var successor = [Int32](repeating: -1, count: entries.count + 1)
    for index in entries.indices where isNeeded[index] {
      let before = Int(entries[index].previous) + 1
      successorCount[before] += 1
      successor[before] = Int32(index)
    }
    var emitted: [DecodedPhone] = []
    var current = root
    while successorCount[Int(current) + 1] == 1, current < 0 || !isHead[Int(current)] {
      let next = successor[Int(current) + 1]
      if current >= 0 {
        let entry = entries[Int(current)]
        emitted.append(
          DecodedPhone(phone: entry.phone, frames: entry.start..<entries[Int(next)].start))
        isNeeded[Int(current)] = false
      }
      current = next
    }
    root = current
    compact(isNeeded)
    return emitted
  }

  /// Closes the gaps between needed entries; the predecessor of the root is gone.
  private func compact(_ isNeeded: [Bool]) {
    var moved = [Int32](repeating: -1, count: entries.count)
    var kept: Int32 = 0
    for index in entries.indices where isNeeded[index] {
      let previous = entries[index].previous
      entries[Int(kept)] = Entry(
        phone: entries[index].phone, start: entries[index].start,
        previous: previous < 0 ? -1 : moved[Int(previous)])
      moved[index] = kept
      kept += 1
    }
    entries.removeLast(entries.count - Int(kept))
    for index in paths.indices where paths[index] >= 0 { paths[index] = moved[Int(paths[index])] }
    if root >= 0 { root = moved[Int(root)] }
  }
}
