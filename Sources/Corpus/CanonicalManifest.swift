extension CorpusCatalog {
  /// The catalogue as bytes that depend on nothing but keys, relative paths and what the manifest says.
  ///
  /// One JSON object a line, in key order, fields in byte order, absent ones left out; not the root, sizes or times.
  /// The digest of these bytes identifies the manifest.
  package func canonicalManifest() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utterances.count * 160)
    for utterance in utterances {
      var mark = UInt8(ascii: "{")
      func field(_ name: StaticString, _ value: String?) {
        guard let value else { return }
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
      field("audio", utterance.audioPath)
      field("channel", utterance.channel.map { "\($0)" })
      field("key", utterance.key)
      field("labels", utterance.labelsPath)
      field("speaker", utterance.speaker)
      field("split", utterance.split)
      field("text", utterance.textPath)
      field("voice", utterance.voice)
      field("words", utterance.wordsPath)
      bytes.append(contentsOf: "}\n".utf8)
    }
    return bytes
  }
}
