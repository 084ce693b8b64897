extension CorpusCatalog {
  /// The catalogue as bytes that depend on nothing but keys, relative paths and what the manifest says.
  ///
  /// One JSON object a line, in key order, fields in byte order, absent ones left out; not the root, sizes or times.
  /// The digest of these bytes identifies the manifest.
  package func canonicalManifest() -> [UInt8] {
    var lines = CanonicalLines(reserving: utterances.count * 160)
    for utterance in utterances {
      lines.append([
        ("audio", utterance.audioPath), ("channel", utterance.channel.map { "\($0)" }),
        ("key", utterance.key),
        ("labels", utterance.labelsPath), ("speaker", utterance.speaker), ("split", utterance.split),
        ("text", utterance.textPath), ("voice", utterance.voice), ("words", utterance.wordsPath),
      ])
    }
    return lines.bytes
  }

  /// Which utterance is in which split, as bytes in the form of ``canonicalManifest()``.
  ///
  /// It may come from `corpus.json`, from TIMIT's lists in the data folder or from the root's own folders, of which the
  /// manifest's bytes say nothing.
  ///
  /// - Parameter splits: by place in `utterances`.
  package func canonicalSplits(_ splits: [Int: String]) -> [UInt8] {
    var lines = CanonicalLines(reserving: utterances.count * 48)
    for (place, utterance) in utterances.enumerated() {
      if let split = splits[place] { lines.append([("key", utterance.key), ("split", split)]) }
    }
    return lines.bytes
  }

  /// Which utterance is from which dialect region, as bytes in the form of ``canonicalManifest()``.
  ///
  /// It may come from the root's own folders, of which the manifest's bytes say nothing.
  package func canonicalDialectRegions() -> [UInt8] {
    var lines = CanonicalLines(reserving: utterances.count * 48)
    for utterance in utterances {
      guard let region = utterance.dialectRegion else { continue }
      lines.append([("dialectRegion", "\(region)"), ("key", utterance.key)])
    }
    return lines.bytes
  }
}

/// JSON objects of texts, one a line, without a choice in how they are written.
private struct CanonicalLines {
  private(set) var bytes: [UInt8] = []

  init(reserving count: Int) { bytes.reserveCapacity(count) }

  /// Appends a line; fields that are nil are left out.
  mutating func append(_ fields: [(name: StaticString, value: String?)]) {
    var mark = UInt8(ascii: "{")
    for (name, value) in fields {
      guard let value else { continue }
      bytes.append(mark)
      mark = UInt8(ascii: ",")
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
      bytes.append(contentsOf: "\":\"".utf8)
      for byte in value.utf8 {
        switch byte {
        case 0x22, 0x5C:
          bytes.append(0x5C)
          bytes.append(byte)
        case 0..<0x20, 0x7F:
          let digits = String(byte, radix: 16)
          bytes.append(contentsOf: "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8)
        default:
          bytes.append(byte)
        }
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(contentsOf: "}\n".utf8)
  }
}
