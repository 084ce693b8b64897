/// The meaning of the folders above an audio file: TRAIN or TEST, DRn, speaker, in upper or lower case.
struct FolderAttributes {
  var part: CorpusPart?
  var dialectRegion: Int?

  /// Interprets the folders of a path relative to the root, nearest first.
  ///
  /// Missing parts are taken from the path of the root, in the strict order TRAIN or TEST, DRn, speaker, so
  /// that `TIMIT/TRAIN` or `TIMIT/TRAIN/DR1` is a corpus, too.
  init(folders: [Substring], root: [Substring]) {
    for folder in folders.reversed() {
      if part == nil { part = Self.part(folder) }
      if dialectRegion == nil { dialectRegion = Self.region(folder) }
    }
    guard part == nil else { return }
    let above = root.suffix(3)
    if let last = above.last, let named = Self.part(last) {
      part = named
    } else {
      for index in above.indices.dropFirst() {
        if let region = Self.region(above[index]), let named = Self.part(above[index - 1]) {
          part = named
          dialectRegion = dialectRegion ?? region
        }
      }
    }
  }

  static func part(_ folder: Substring) -> CorpusPart? {
    switch folder.utf8.count {
    case 5: UtteranceKey.upper(folder) == "TRAIN" ? .train : nil
    case 4: UtteranceKey.upper(folder) == "TEST" ? .test : nil
    default: nil
    }
  }

  static func region(_ folder: Substring) -> Int? {
    let bytes = Array(folder.utf8)
    guard bytes.count == 3, bytes[0] | 0x20 == 0x64, bytes[1] | 0x20 == 0x72 else { return nil }
    guard bytes[2] >= 0x31, bytes[2] <= 0x38 else { return nil }
    return Int(bytes[2] - 0x30)
  }
}
