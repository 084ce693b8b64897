import Foundations

/// A table of a Kaldi data directory: lines `id rest`.
struct KaldiTable {
  struct Row {
    var id: String
    /// The text after the id, blanks at its ends removed and tabs made blanks.
    var value: String
    var line: Int
  }

  private(set) var rows: [Row]

  /// By id, the first of each.
  var dictionary: [String: String] {
    Dictionary(rows.map { ($0.id, $0.value) }) { first, _ in first }
  }

  private static let maximumBytes = 1 << 32

  /// - Parameter isRequired: whether a file that is not there is an error; else it is an empty table.
  init(_ corpus: CorpusPath, _ name: String, isRequired: Bool = true) throws(CorpusError) {
    guard isRequired || corpus.has(name) else {
      self.init()
      return
    }
    try self.init(path: "\(corpus.given)/\(name)")
  }

  private init() { rows = [] }

  init(path: String) throws(CorpusError) {
    let bytes = try ListFile.bytes(path, maximum: Self.maximumBytes)
    let shown = Sanitized.path(path)
    rows = []
    var failure: CorpusError?
    var rows: [Row] = []
    bytes.withUnsafeBytes { buffer in
      var lines = TextLines(buffer)
      while let line = lines.next() {
        let words = line.words(atMost: 2)
        guard let id = words.first else { continue }
        guard let id = String(validating: id, as: UTF8.self),
          let value = words.count < 2 ? "" : String(validating: words[1], as: UTF8.self)
        else {
          failure = .badManifest(
            path: shown, line: line.number, field: nil, expected: "UTF-8", found: Sanitized.token(line.bytes))
          return
        }
        rows.append(Row(id: id, value: value.replacing("\t", with: " "), line: line.number))
      }
    }
    if let failure { throw failure }
    self.rows = rows
  }
}
