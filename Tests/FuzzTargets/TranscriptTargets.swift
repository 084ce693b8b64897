import Scoring

extension FuzzTarget {
  static let trn = FuzzTarget("trn") { bytes, _ in
    let read = try TRN(bytes: bytes)
    guard let text = try? read.text() else { return }
    precondition((try? TRN(parsing: text)) == read, "a transcript that is written reads as it was")
  }

  // Times are written with fewer digits than they may have, so what is written need only be readable.

  static let ctm = FuzzTarget("ctm") { bytes, _ in
    let read = try CTM(bytes: bytes)
    guard let text = try? read.text() else { return }
    precondition((try? CTM(parsing: text))?.words.count == read.words.count)
  }

  static let stm = FuzzTarget("stm") { bytes, _ in
    let read = try STM(bytes: bytes)
    guard let text = try? read.text() else { return }
    precondition((try? STM(parsing: text))?.segments.count == read.segments.count)
  }
}
