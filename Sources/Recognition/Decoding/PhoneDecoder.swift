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
  private var scores: [Double]
  private var paths: [Int32]
  /// The scores of entering each class now, and from which entry.
  private var entryScores: [Double]
  private var entryPaths: [Int32]
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
    scores = [Double](repeating: -.infinity, count: stateCount * loop.classCount)
    paths = [Int32](repeating: -1, count: stateCount * loop.classCount)
    entryScores = [Double](repeating: 0, count: loop.classCount)
    entryPaths = [Int32](repeating: -1, count: loop.classCount)
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
    scores.withUnsafeMutableBufferPointer { scores in
      for phone in 0..<count {
        let emission = Double(logPosteriors[phone] - loop.scaledPriors[phone])
        // From the end of the chain to its start, so that each state still reads the frame before.
        for state in stride(from: last, through: 0, by: -count) {
          let place = state + phone
          var (score, path) = (state == last ? scores[place] : -.infinity, paths[place])
          let isFirst = state == 0
          let (came, cameBy) =
            isFirst
            ? (entryScores[phone], Int32(-1)) : (scores[place - count], paths[place - count])
          if came > score {
            score = came
            path = isFirst ? enter(Int32(phone)) : cameBy
          }
          scores[place] = score + emission
          paths[place] = path
        }
      }
    }
    frameCount += 1
  }

  /// The best way to enter each phone at this frame.
  private func scoreEntries() {
    let count = loop.classCount
    guard frameCount > 0 else {
      for phone in 0..<count {
        entryScores[phone] = loop.entries[count * count + phone]
        entryPaths[phone] = -1
      }
      return
    }
    let last = (stateCount - 1) * count
    for phone in 0..<count {
      entryScores[phone] = -.infinity
      entryPaths[phone] = -1
    }
    loop.entries.withUnsafeBufferPointer { bigram in
      entryScores.withUnsafeMutableBufferPointer { best in
        for before in 0..<count {
          let score = scores[last + before]
          guard score > -.infinity else { continue }
          let path = paths[last + before]
          for phone in 0..<count where score + bigram[before * count + phone] > best[phone] {
            best[phone] = score + bigram[before * count + phone]
            entryPaths[phone] = path
          }
        }
      }
    }
  }

  private func enter(_ phone: Int32) -> Int32 {
    entries.append(Entry(phone: phone, start: frameCount, previous: entryPaths[Int(phone)]))
    return Int32(entries.count - 1)
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
