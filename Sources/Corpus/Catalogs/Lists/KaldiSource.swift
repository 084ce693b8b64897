import Foundations

/// The source of a recording in `wav.scp`.
enum KaldiSource: Equatable {
  case file(path: String, channel: Int?)
  /// A command, an archive or standard input: its description.
  case refused(String)

  init(_ value: String) {
    guard value.hasSuffix("|") else {
      let tail = value.utf8.reversed().prefix { $0 &- 0x30 < 10 }
      let isOffset = !tail.isEmpty && value.utf8.dropLast(tail.count).last == UInt8(ascii: ":")
      if value.isEmpty || value == "-" || value.hasPrefix("|") || isOffset {
        self = .refused(isOffset ? "a position in an archive" : "no file")
      } else {
        self = .file(path: value, channel: nil)
      }
      return
    }
    guard let words = Self.words(value.dropLast()), let program = words.first else {
      self = .refused("a command with signs of the shell")
      return
    }
    let name = program.split(separator: "/").last.map(String.init) ?? program
    let found: (path: String, channel: Int?)? =
      switch name {
      case "cat": words.count == 2 && !words[1].hasPrefix("-") ? (words[1], nil) : nil
      case "sph2pipe": Self.sph2pipe(words.dropFirst())
      case "flac": Self.flac(words.dropFirst())
      case "sox": Self.sox(Array(words.dropFirst()))
      default: nil
      }
    self =
      found.map { .file(path: $0.path, channel: $0.channel) }
      ?? .refused("the command \(Sanitized.token(name))")
  }

  /// The words of a command, quotes removed; nil if the shell would do more than that.
  private static func words(_ text: Substring) -> [String]? {
    var words: [String] = []
    var word: [UInt8] = []
    var isWord = false
    var quote: UInt8?
    for byte in text.utf8 {
      if let open = quote {
        if byte == open {
          quote = nil
        } else {
          if open == UInt8(ascii: "\""), [UInt8](#"$`\"#.utf8).contains(byte) { return nil }
          word.append(byte)
        }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        (quote, isWord) = (byte, true)
      } else if byte == 0x20 || byte == 0x09 {
        if isWord { words.append(String(decoding: word, as: UTF8.self)) }
        (word, isWord) = ([], false)
      } else {
        if [UInt8](#"|&;<>()$`\*?[]#~!{}"#.utf8).contains(byte) { return nil }
        word.append(byte)
        isWord = true
      }
    }
    if isWord { words.append(String(decoding: word, as: UTF8.self)) }
    return quote == nil ? words : nil
  }

  /// The file and channel of `sph2pipe -f wav [-p] [-c N] FILE`.
  private static func sph2pipe(_ words: ArraySlice<String>) -> (String, Int?)? {
    var rest = words
    var channel: Int?
    while let word = rest.first, word.hasPrefix("-") {
      rest = rest.dropFirst()
      switch word {
      case "-p": continue
      case "-f" where rest.first == "wav" || rest.first == "rif": rest = rest.dropFirst()
      case "-fwav", "-frif": continue
      case "-c":
        guard let number = rest.first.flatMap({ Int($0) }), number >= 1 else { return nil }
        channel = number
        rest = rest.dropFirst()
      default: return nil
      }
    }
    return rest.count == 1 ? rest.first.map { ($0, channel) } : nil
  }

  /// The file of `flac -c -d -s FILE`, in any order.
  private static func flac(_ words: ArraySlice<String>) -> (String, Int?)? {
    let known: Set<String> = [
      "-c", "-d", "-s", "-cd", "-dc", "-cds", "-dcs", "-sdc", "-scd", "-csd", "-dsc", "--stdout", "--decode",
      "--silent", "--totally-silent",
    ]
    let flags = words.filter { $0.hasPrefix("-") }
    let files = words.filter { !$0.hasPrefix("-") }
    guard files.count == 1, flags.allSatisfy(known.contains), let file = files.first else { return nil }
    return (file, nil)
  }

  /// The file and channel of `sox FILE -t wav [-b 16] [-e signed] - [remix N]`.
  private static func sox(_ words: [String]) -> (String, Int?)? {
    var rest = words[...]
    while let word = rest.first, ["-G", "-V0", "-V1", "-q"].contains(word) { rest = rest.dropFirst() }
    if rest.first == "-t", rest.count > 2 { rest = rest.dropFirst(2) }
    guard let file = rest.first, !file.hasPrefix("-") else { return nil }
    rest = rest.dropFirst()
    while let word = rest.first, word != "-" {
      guard rest.count >= 2 else { return nil }
      let value = rest[rest.startIndex + 1]
      guard
        (word == "-t" && value == "wav") || (word == "-b" && value == "16")
          || (word == "-e" && value.hasPrefix("signed"))
      else { return nil }
      rest = rest.dropFirst(2)
    }
    guard rest.first == "-" else { return nil }
    rest = rest.dropFirst()
    if rest.isEmpty { return (file, nil) }
    guard rest.count == 2, rest.first == "remix", let channel = rest.last.flatMap({ Int($0) }), channel >= 1
    else {
      return nil
    }
    return (file, channel)
  }
}
