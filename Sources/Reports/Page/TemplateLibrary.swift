import Files
import Foundation
import Mustache

/// The templates of the page, embedded in the program.
enum TemplateLibrary {
  static let style = String(decoding: PackageResources.style_css, as: UTF8.self)
  static let script = String(decoding: PackageResources.script_js, as: UTF8.self)

  /// The page's Content-Security-Policy: this style and script, pictures and sounds in the page, nothing
  /// else.
  static let policy = [
    "default-src 'none'", "style-src \(hashSource(style))", "script-src \(hashSource(script))",
    "img-src data:", "media-src data:", "base-uri 'none'", "form-action 'none'",
  ].joined(separator: "; ")

  /// The source of a policy that allows one inline text alone, with the line ends that the template puts
  /// around it.
  private static func hashSource(_ text: String) -> String {
    guard let digest = try? sha256Bytes(Array("\n\(text)\n".utf8)) else { return "'none'" }
    return "'sha256-\(Data(digest).base64EncodedString())'"
  }

  /// The page, rendered from its templates.
  static func render(_ page: PageView) -> String {
    guard let text = library.render(page, withTemplate: "page") else {
      preconditionFailure("no template named page")
    }
    return text
  }

  private static let library: MustacheLibrary = {
    MustacheContentTypes.register(Markup(), named: Markup.name)
    let sources: [(String, [UInt8])] = [
      ("detail", PackageResources.detail_mustache), ("excerpt", PackageResources.excerpt_mustache),
      ("figure", PackageResources.figure_mustache), ("glossary", PackageResources.glossary_mustache),
      ("group", PackageResources.group_mustache), ("more", PackageResources.more_mustache),
      ("page", PackageResources.page_mustache),
      ("table", PackageResources.table_mustache),
    ]
    var library = MustacheLibrary()
    for (name, bytes) in sources {
      do {
        try library.register(String(decoding: bytes, as: UTF8.self), named: name)
      } catch {
        preconditionFailure("template \(name): \(error)")
      }
    }
    return library
  }()
}
