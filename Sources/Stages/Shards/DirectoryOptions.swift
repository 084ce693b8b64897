import Archives
import Corpus
package import Files
import Foundations
package import FrontEnds

/// The options of features as `config.json` of an output directory holds them.
package enum DirectoryOptions {
  package static func fields(frontEnd: FrontEndSpec, channel: Int?) -> [JSONField] {
    var fields = [JSONField("row", .string(frontEnd.kind.name))]
    let selected: JSONValue =
      switch channel {
      case nil: .string("mono")
      case AudioRequirements.mixedChannels: .string("mix")
      case let channel?: .integer(Int64(channel))
      }
    fields.append(JSONField("channel", selected))
    for option in frontEnd.kind.options {
      let value = option.value(in: frontEnd.configuration)
      // A context has always been two numbers in these directories.
      guard case .context(let left, let right) = value else {
        fields.append(JSONField(option.name, JSONValue(value)))
        continue
      }
      fields.append(JSONField(option.name, .array([.integer(Int64(left)), .integer(Int64(right))])))
    }
    return fields
  }
}
