/// Kaldi's text archives, which any Kaldi reader takes where it takes binary ones.
///
/// Layout as `MatrixBase::Write` gives it. Numbers are the shortest that read back as the same bits, where Kaldi
/// itself would round to six digits; a whole number has no point, an infinity is `inf`.
package enum KaldiText {
  /// `KEY`, two spaces and the bracket.
  package static func appendOpening(key: String, to out: inout [UInt8]) {
    out.append(contentsOf: key.utf8)
    out.append(contentsOf: "  [".utf8)
  }

  /// A row on a line of its own.
  package static func appendRow(_ row: UnsafeBufferPointer<Float>, to out: inout [UInt8]) {
    out.append(contentsOf: "\n  ".utf8)
    for value in row {
      let text = value.description
      out.append(contentsOf: text.hasSuffix(".0") ? text.dropLast(2).utf8 : text[...].utf8)
      out.append(UInt8(ascii: " "))
    }
  }

  package static func appendClosing(to out: inout [UInt8]) { out.append(contentsOf: "]\n".utf8) }
}
