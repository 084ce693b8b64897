import Foundations

extension CorpusCatalog {
  /// The catalog as bytes that depend only on keys, relative paths and the content of the manifest.
  ///
  /// One JSON object per line, in key order, with the present fields in byte order; without root, sizes or
  /// times. The digest of these bytes identifies the manifest.
  package func canonicalManifest() -> [UInt8] {
    var lines = CanonicalLines(reserving: utterances.count * 160)
    for utterance in utterances {
      lines.append([
        ("audio", utterance.audioPath), ("channel", utterance.channel.map { "\($0)" }),
        ("end", utterance.segment?.end?.canonicalText), ("key", utterance.key),
        ("labels", utterance.labelsPath), ("sentence", utterance.sentence), ("speaker", utterance.speaker),
        ("split", utterance.split),
        ("start", utterance.segment?.start.canonicalText),
        ("text", utterance.textPath), ("voice", utterance.voice), ("words", utterance.wordsPath),
      ])
    }
    // How labels are read is part of what is read, where it is not the usual way.
    if options.labels != LabelOptions() {
      lines.append([
        ("labelFormat", options.labels.format), ("labelUnit", options.labels.unit?.rawValue),
        ("tier", options.labels.tier), ("unknownPhone", options.labels.unknownPhone.rawValue),
      ])
    }
    if options.resamples { lines.append([("resample", "true")]) }
    return lines.bytes
  }

  /// The split of each utterance, as bytes in the form of ``canonicalManifest()``.
  ///
  /// Splits may come from `corpus.json`, from TIMIT's lists in the data folder or from the folders of the
  /// root, which the canonical manifest does not contain.
  ///
  /// - Parameter splits: by index in `utterances`.
  package func canonicalSplits(_ splits: [Int: String]) -> [UInt8] {
    var lines = CanonicalLines(reserving: utterances.count * 48)
    for (index, utterance) in utterances.enumerated() {
      if let split = splits[index] { lines.append([("key", utterance.key), ("split", split)]) }
    }
    return lines.bytes
  }

  /// The dialect region of each utterance, as bytes in the form of ``canonicalManifest()``.
  ///
  /// Regions may come from the folders of the root, which the canonical manifest does not contain.
  package func canonicalDialectRegions() -> [UInt8] {
    var lines = CanonicalLines(reserving: utterances.count * 48)
    for utterance in utterances {
      guard let region = utterance.dialectRegion else { continue }
      lines.append([("dialectRegion", "\(region)"), ("key", utterance.key)])
    }
    return lines.bytes
  }
}

extension LabelTime {
  /// The time as text, the same for equal times of one unit.
  fileprivate var canonicalText: String { denominator == 0 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

/// Canonical JSON objects of texts, one per line.
private struct CanonicalLines {
  private(set) var bytes: [UInt8] = []

  init(reserving count: Int) { bytes.reserveCapacity(count) }

  /// Appends a line with the fields that are not nil.
  mutating func append(_ fields: [(name: StaticString, value: String?)]) {
    var mark = UInt8(ascii: "{")
    for (name, value) in fields {
      guard let value else { continue }
      bytes.append(mark)
      mark = UInt8(ascii: ",")
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
      bytes.append(utf8: "\":\"")
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
    bytes.append(utf8: "}\n")
  }
}
