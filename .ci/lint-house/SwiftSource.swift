/// A Swift file as identifiers and string literals, without comments.
struct SwiftSource {
  struct Identifier {
    let text: String
    let line: Int
    /// The number of braces that are open around it.
    let depth: Int
  }

  struct Literal {
    let text: String
    let line: Int
  }

  private(set) var identifiers: [Identifier] = []
  private(set) var literals: [Literal] = []

  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var depth = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    while index < bytes.count { scanToken() }
  }

  private func byte(_ offset: Int = 0) -> UInt8 {
    index + offset < bytes.count ? bytes[index + offset] : 0
  }

  private mutating func advance(by count: Int = 1) {
    for _ in 0..<count where index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") { line += 1 }
      index += 1
    }
  }

  private mutating func scanToken() {
    switch byte() {
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
      while index < bytes.count, byte() != UInt8(ascii: "\n") { advance() }
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
      skipBlockComment()
    case UInt8(ascii: "\""):
      scanString(hashes: 0)
    case UInt8(ascii: "#"):
      var hashes = 0
      while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
      let isString = byte(hashes) == UInt8(ascii: "\"")
      advance(by: isString ? hashes : 1)
      if isString { scanString(hashes: hashes) }
    case UInt8(ascii: "{"):
      depth += 1
      advance()
    case UInt8(ascii: "}"):
      depth -= 1
      advance()
    case let first where Self.startsIdentifier(first):
      let start = index
      while Self.continuesIdentifier(byte()) { index += 1 }
      let text = String(decoding: bytes[start..<index], as: UTF8.self)
      identifiers.append(Identifier(text: text, line: line, depth: depth))
    default:
      advance()
    }
  }

  private mutating func skipBlockComment() {
    var open = 0
    repeat {
      if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        open += 1
        advance(by: 2)
      } else if byte() == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
        open -= 1
        advance(by: 2)
      } else {
        advance()
      }
    } while open > 0 && index < bytes.count
  }

  /// Scans from the opening quotation mark; code in interpolations counts as code.
  private mutating func scanString(hashes: Int) {
    let quote = UInt8(ascii: "\"")
    let isMultiline = byte(1) == quote && byte(2) == quote
    let marks = isMultiline ? 3 : 1
    let firstLine = line
    advance(by: marks)
    var text: [UInt8] = []
    while index < bytes.count {
      if (0..<marks).allSatisfy({ byte($0) == quote }), hasHashes(hashes, after: marks) {
        advance(by: marks + hashes)
        break
      }
      if byte() == UInt8(ascii: "\\"), hasHashes(hashes, after: 1) {
        advance(by: 1 + hashes)
        if byte() == UInt8(ascii: "(") {
          skipInterpolation()
        } else {
          advance()
        }
        // So that text on either side of it does not run together.
        text.append(UInt8(ascii: " "))
        continue
      }
      text.append(byte())
      advance()
    }
    literals.append(Literal(text: String(decoding: text, as: UTF8.self), line: firstLine))
  }

  private func hasHashes(_ count: Int, after offset: Int) -> Bool {
    (0..<count).allSatisfy { byte(offset + $0) == UInt8(ascii: "#") }
  }

  private mutating func skipInterpolation() {
    var open = 0
    repeat {
      if byte() == UInt8(ascii: "(") {
        open += 1
        advance()
      } else if byte() == UInt8(ascii: ")") {
        open -= 1
        advance()
      } else {
        scanToken()
      }
    } while open > 0 && index < bytes.count
  }

  private static func startsIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private static func continuesIdentifier(_ byte: UInt8) -> Bool {
    startsIdentifier(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension SwiftSource {
  /// The modules that the file imports, with lines.
  var imports: [(module: String, line: Int)] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return identifiers.indices.compactMap { index in
      guard identifiers[index].text == "import", identifiers[index].depth == 0 else { return nil }
      let rest = identifiers[(index + 1)...].prefix(2).map(\.text)
      guard let first = rest.first else { return nil }
      return (kinds.contains(first) ? rest.last ?? first : first, identifiers[index].line)
    }
  }

  /// The types that the file declares at its top level, but for those that no other file sees.
  var declaredTypes: [String] {
    declarations.compactMap { index in
      guard identifiers[index].depth == 0 else { return nil }
      let modifiers = identifiers[..<index].suffix(3).filter { $0.line == identifiers[index].line }.map(
        \.text)
      guard !modifiers.contains("private"), !modifiers.contains("fileprivate") else { return nil }
      return identifiers[index + 1].text
    }
  }

  /// All types that the file declares, nested ones too.
  var allDeclaredTypes: [String] { declarations.map { identifiers[$0 + 1].text } }

  /// The indices of the keywords that declare types.
  private var declarations: [Int] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "actor", "typealias", "associatedtype"]
    return identifiers.indices.dropLast().filter { kinds.contains(identifiers[$0].text) }
  }
}
