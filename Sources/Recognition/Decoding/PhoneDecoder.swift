/// Finds the best path of phones through the frames of an utterance (Viterbi), and tells phones as soon as they are
/// certain.
///
/// A phone is certain once every path that is still alive has it, with the same frames; so what comes out does not depend
/// on how the frames were cut, and is the whole utterance's best path. Equal scores are settled for the lower class and
/// for staying. A decoder belongs to one thread; memory grows with the frames that are still uncertain.
package final class PhoneDecoder {
  /// A phone that some path entered: the backward chain of these is the path.
  private struct Entry {
    var phone: Int32
    /// The frame at which it was entered.
    var start: Int
    /// The entry before it; −1 at the start of the utterance.
    var previous: Int32
  }

  private let loop: PhoneLoop
  private let stateCount: Int
  /// Scores by `[state of the chain, class]`, and the entry of each path.
  private let scores: UnsafeMutableBufferPointer<Double>
  private let paths: UnsafeMutableBufferPointer<Int32>
  /// The scores of entering each class now, `[paddedCount]`, and the entry of the path that each comes from.
  private let entryScores: UnsafeMutableBufferPointer<Double>
  private let entryPaths: UnsafeMutableBufferPointer<Int32>
  /// The classes that a phone may come from now, `[classes]` at most.
  private let candidates: UnsafeMutableBufferPointer<Int>
  private var entries: [Entry] = []
  /// The entry that all paths share and whose end is not known yet; −1 before there is one.
  private var root: Int32 = -1
  /// Frames accepted.
  package private(set) var frameCount = 0

  private let searchIntervalFrames: Int

  /// - Parameter searchIntervalFrames: from one search for certain phones to the next; what is found does not depend on it.
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
  /// - Returns: The phones that have become certain.
  package func accept(_ logPosteriors: UnsafePointer<Float>, count: Int) -> [DecodedPhone] {
    var certain: [DecodedPhone] = []
    for row in 0..<count {
      advance(logPosteriors + row * loop.classCount)
      if frameCount % searchIntervalFrames == 0 { certain += takeCertain() }
    }
    return certain
  }

  /// Ends the utterance; the decoder is then ready for another.
  ///
  /// - Returns: The phones still owed, the last ending with the last frame. Of an utterance shorter than a phone may be,
  ///   one phone.
  package func finish() -> [DecodedPhone] {
    defer { reset() }
    guard frameCount > 0 else { return [] }
    var owed: [DecodedPhone] = []
    var (path, end) = (bestPath(), frameCount)
    while path >= 0 {
      let entry = entries[Int(path)]
      owed.append(DecodedPhone(phone: entry.phone, frames: entry.start..<end))
      (path, end) = (entry.previous, entry.start)
    }
    return owed.reversed()
  }

  /// Forgets the utterance.
  package func reset() {
    for i in scores.indices {
      scores[i] = -.infinity
      paths[i] = -1
    }
    entries.removeAll(keepingCapacity: true)
    root = -1
    frameCount = 0
  }

  // MARK: A frame

  private func advance(_ logPosteriors: UnsafePointer<Float>) {
    let count = loop.classCount
    let last = (stateCount - 1) * count
    scoreEntries()
    // Taken out for the frame: each access to a variable of a class is checked.
    var entries = self.entries
    self.entries = []
    let frame = frameCount
    for phone in 0..<count {
      let emission = Double(logPosteriors[phone] - loop.scaledPriors[phone])
      // From the end of the chain to its start, so that each state still reads the frame before.
      for state in stride(from: last, through: 0, by: -count) {
        let place = state + phone
        let stays = state == last ? scores[place] : -.infinity
        let comes = state == 0 ? entryScores[phone] : scores[place - count]
        if comes > stays {
          scores[place] = comes + emission
          if state == 0 {
            paths[place] = Int32(entries.count)
            entries.append(Entry(phone: Int32(phone), start: frame, previous: entryPaths[phone]))
          } else {
            paths[place] = paths[place - count]
          }
        } else {
          scores[place] = stays + emission
        }
      }
    }
    self.entries = entries
    frameCount += 1
  }

  /// The best way to enter each phone at this frame; of equal ones, from the lower class.
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

  /// Far more than what rounding makes of a score.
  private static let certainLag = 1e-3

  /// Finds the classes, in their order, that some phone may be entered from: those that no phone's bigram can lift above the
  /// best class are left out.
  private func findCandidates() -> Int {
    let count = loop.classCount
    let last = UnsafeBufferPointer(rebasing: scores[((stateCount - 1) * count)...])
    var best = 0
    for phone in 0..<count where last[phone] > last[best] { best = phone }
    let bound = last[best] - Self.certainLag
    var found = 0
    loop.advantages.withUnsafeBufferPointer { advantages in
      for phone in 0..<count where !(last[phone] + advantages[best * count + phone] < bound) {
        candidates[found] = phone
        found += 1
      }
    }
    return found
  }

  /// The entry at the end of the best path of the whole utterance.
  private func bestPath() -> Int32 {
    let count = loop.classCount
    var (best, path) = (-Double.infinity, Int32(-1))
    for phone in 0..<count {
      let place = (stateCount - 1) * count + phone
      if scores[place] + loop.ends[phone] > best {
        (best, path) = (scores[place] + loop.ends[phone], paths[place])
      }
    }
    if path >= 0 { return path }
    // No phone has had its fewest frames: the best of those begun.
    for (place, score) in scores.enumerated() where score + loop.ends[place % count] > best {
      (best, path) = (score + loop.ends[place % count], paths[place])
    }
    return path
  }

  // MARK: Certain phones

  /// Tells the phones that all paths share, and lets go of entries that no path needs.
  private func takeCertain() -> [DecodedPhone] {
    var isNeeded = [Bool](repeating: false, count: entries.count)
    // Whether a path ends in the entry, and how many entries that are needed come after it.
    var isHead = isNeeded
    for (place, score) in scores.enumerated() where score > -.infinity && paths[place] >= 0 {
      isHead[Int(paths[place])] = true
      var entry = paths[place]
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
    var certain: [DecodedPhone] = []
    var current = root
    while successorCount[Int(current) + 1] == 1, current < 0 || !isHead[Int(current)] {
      let next = successor[Int(current) + 1]
      if current >= 0 {
        let entry = entries[Int(current)]
        certain.append(
          DecodedPhone(phone: entry.phone, frames: entry.start..<entries[Int(next)].start))
        isNeeded[Int(current)] = false
      }
      current = next
    }
    root = current
    compact(isNeeded)
    return certain
  }

  /// Moves the entries that are needed together; the root's predecessor has been told.
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
    for place in paths.indices where paths[place] >= 0 { paths[place] = moved[Int(paths[place])] }
    if root >= 0 { root = moved[Int(root)] }
  }
}
