import Files

/// Speakers with their utterances, in order of appearance.
struct SpeakerList {
  struct Speaker {
    var name: String
    var keys: [String] = []
    var gender: String?

    /// Kaldi's `m` or `f`.
    var kaldiGender: String? {
      switch gender?.lowercased() {
      case "m", "male": "m"
      case "f", "female": "f"
      default: nil
      }
    }
  }

  private var indices: [[UInt8]: Int] = [:]
  private var speakers: [Speaker] = []
  /// Put behind every name.
  var suffix = ""

  mutating func add(_ key: String, speaker: String, gender: String?) {
    let bytes = Array(speaker.utf8)
    let index = indices[bytes] ?? speakers.count
    if index == speakers.count {
      indices[bytes] = index
      speakers.append(Speaker(name: speaker))
    }
    speakers[index].keys.append(key)
    if speakers[index].gender == nil { speakers[index].gender = gender }
  }

  /// The name of a speaker as it is written.
  func written(_ name: String) -> String { name + suffix }

  /// In C-locale order of their names as they are written.
  var sorted: [Speaker] {
    let named = speakers.map { speaker in
      var speaker = speaker
      speaker.name = written(speaker.name)
      return speaker
    }
    return named.sorted { precedesInCLocale($0.name, $1.name) }
  }
}
