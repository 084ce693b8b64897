/// Counts of classified frames by class, from which frame error rates are computed.
///
/// A frame whose reference is −1 is not counted. A frame whose hypothesis is −1 (a class of 61 that is not
/// among the 39) is counted as wrong.
package struct FrameTally: Sendable, Equatable {
  package let classCount: Int

  /// Frames, `[reference class, hypothesis class]`.
  package private(set) var confusions: [Int]

  /// Frames without a hypothesis, by reference class.
  package private(set) var unclassifiedByClass: [Int]

  package init(classCount: Int) {
    precondition(classCount >= 0 && classCount <= 1 << 14, "a phone set, not a vocabulary")
    self.classCount = classCount
    confusions = [Int](repeating: 0, count: classCount * classCount)
    unclassifiedByClass = [Int](repeating: 0, count: classCount)
  }

  /// Counts the frames of one utterance, labels `[frames]`.
  ///
  /// - Throws: ``ScoringError/lengthMismatch(reference:hypothesis:)``,
  ///   ``ScoringError/labelOutOfRange(label:classes:)``, and then counts nothing.
  package mutating func add(reference: [Int32], hypothesis: [Int32]) throws(ScoringError) {
    guard reference.count == hypothesis.count else {
      throw .lengthMismatch(reference: reference.count, hypothesis: hypothesis.count)
    }
    for label in reference where label < -1 || Int(label) >= classCount {
      throw .labelOutOfRange(label: label, classes: classCount)
    }
    for label in hypothesis where label < -1 || Int(label) >= classCount {
      throw .labelOutOfRange(label: label, classes: classCount)
    }
    for (spoken, recognized) in zip(reference, hypothesis) where spoken >= 0 {
      if recognized < 0 {
        unclassifiedByClass[Int(spoken)] += 1
      } else {
        confusions[Int(spoken) * classCount + Int(recognized)] += 1
      }
    }
  }

  /// Adds the counts of another tally over the same classes.
  ///
  /// - Throws: ``ScoringError/classCountMismatch(expected:found:)``.
  package mutating func merge(_ other: FrameTally) throws(ScoringError) {
    guard other.classCount == classCount else {
      throw .classCountMismatch(expected: classCount, found: other.classCount)
    }
    for index in confusions.indices { confusions[index] += other.confusions[index] }
    for label in 0..<classCount { unclassifiedByClass[label] += other.unclassifiedByClass[label] }
  }
}

extension FrameTally {
  /// Folds the classes, such as 61 to 39.
  ///
  /// Frames of a reference class without a new label are not counted; frames with such a hypothesis are
  /// wrong.
  ///
  /// - Parameters:
  ///   - map: the new label of each class, or −1.
  ///   - folded: the number of new classes.
  /// - Throws: ``ScoringError/classCountMismatch(expected:found:)`` for a map of another length,
  ///   ``ScoringError/labelOutOfRange(label:classes:)``.
  package func folded(by map: [Int32], classCount folded: Int) throws(ScoringError) -> FrameTally {
    guard map.count == classCount else {
      throw .classCountMismatch(expected: classCount, found: map.count)
    }
    for label in map where label < -1 || Int(label) >= folded {
      throw .labelOutOfRange(label: label, classes: folded)
    }
    var tally = FrameTally(classCount: folded)
    for spoken in 0..<classCount where map[spoken] >= 0 {
      let row = Int(map[spoken])
      tally.unclassifiedByClass[row] += unclassifiedByClass[spoken]
      for recognized in 0..<classCount {
        let frames = confusions[spoken * classCount + recognized]
        if map[recognized] < 0 {
          tally.unclassifiedByClass[row] += frames
        } else {
          tally.confusions[row * folded + Int(map[recognized])] += frames
        }
      }
    }
    return tally
  }

  /// The number of counted frames.
  package var frameCount: Int { confusions.reduce(0, +) + unclassifiedByClass.reduce(0, +) }

  package var correct: Int { (0..<classCount).reduce(0) { $0 + confusions[$1 * classCount + $1] } }

  package var errorCount: Int { frameCount - correct }

  /// FER = wrong frames / counted frames; nil if none was counted.
  package var errorRate: Double? {
    let frames = frameCount
    return frames == 0 ? nil : Double(errorCount) / Double(frames)
  }

  /// The frame accuracy, correct frames / counted frames; nil if none was counted.
  package var accuracy: Double? {
    let frames = frameCount
    return frames == 0 ? nil : Double(correct) / Double(frames)
  }

  /// The counts of one class.
  package func counts(ofClass label: Int) -> FrameClassCounts {
    let row = confusions[label * classCount..<(label + 1) * classCount]
    return FrameClassCounts(
      frames: row.reduce(0, +) + unclassifiedByClass[label],
      correct: confusions[label * classCount + label],
      hypothesized: (0..<classCount).reduce(0) { $0 + confusions[$1 * classCount + label] })
  }
}

/// The counts of one frame class.
package struct FrameClassCounts: Sendable, Equatable {
  /// Frames of the class, correct ones among them, and all frames with it as hypothesis.
  package var frames, correct, hypothesized: Int

  /// The fraction of frames of the class that are correct; nil if it has none.
  package var recall: Double? { frames == 0 ? nil : Double(correct) / Double(frames) }

  /// The fraction of frames with the class as hypothesis that are correct; nil if there are none.
  package var precision: Double? { hypothesized == 0 ? nil : Double(correct) / Double(hypothesized) }
}
