import Foundation
import Reports
import TestSupport
import Testing

/// Opens pages in headless Chromium, in a frame as narrow as a phone.
///
/// Runs if `KALEIDO_ORACLES` is set and Chromium is installed.
@Suite("A page in Chromium", .enabled(if: Oracle.isEnabled && Browser.path != nil))
struct BrowserTests {
  @Test("has no errors, requests or overflow at 390 pixels, and opens within a second")
  func opening() throws {
    var large = SampleReport()
    large.names = ["mel"] + (1...19).map { "kaleidoscope-time:width=\($0),expansion=2" }
    large.effects = (0..<20).map { (index: Int) -> Double in Double(index % 7) * 0.01 }
    large.seeds = [1, 2, 3, 4, 5]
    large.excerptCount = 4
    for report in [try SampleReport().make(), try large.make()] {
      let html = ComparisonPage(report: report).html
      let seen = try Browser.look(at: html, width: 390)
      #expect(seen["clientWidth"] == 390 && seen["folded"] == 390 && seen["unfolded"] == 390, "\(seen)")
      #expect(seen["errors"] == 0 && seen["requests"] == 0, "\(seen)")
      // On a busy machine the time is not the page's.
      #expect((seen["milliseconds"] ?? .infinity) < (Browser.isMachineQuiet ? 1000 : 20_000), "\(seen)")
    }
  }
}

private enum Browser {
  static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Whether the load is below the number of processors.
  static var isMachineQuiet: Bool {
    var load = [0.0]
    return getloadavg(&load, 1) == 1 && load[0] < Double(ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Measurements of a page by name, and the number of errors on its console.
  static func look(at html: String, width: Int) throws -> [String: Double] {
    let folder = try TemporaryFolder()
    // A frame of the same origin can be narrower than a window, and its width can be measured.
    let text = String(decoding: try JSONEncoder().encode(html), as: UTF8.self)
      .replacingOccurrences(of: "<", with: "\\u003c")
    let wrapper = """
      <!DOCTYPE html><html><body><pre id="found"></pre><script>
      const html = \(text);
      const frame = document.createElement("iframe");
      frame.style.width = "\(width)px"; frame.style.height = "800px"; frame.style.border = "0";
      const start = performance.now();
      frame.onload = () => {
        const page = frame.contentDocument, root = page.documentElement;
        const found = { folded: root.scrollWidth, clientWidth: root.clientWidth };
        found.milliseconds = performance.now() - start;
        page.querySelectorAll("details").forEach((part) => { part.open = true; });
        found.unfolded = root.scrollWidth;
        found.requests = frame.contentWindow.performance.getEntriesByType("resource")
          .filter((entry) => !entry.name.startsWith("data:")).length;
        document.getElementById("found").textContent =
          "FOUND" + Object.entries(found).map(([name, value]) => ` ${name}=${value}`).join("") + " END";
      };
      frame.srcdoc = html;
      document.body.append(frame);
      </script></body></html>
      """
    try Data(wrapper.utf8).write(to: folder.appending("page.html"))
    let process = Process()
    process.executableURL = URL(filePath: try #require(path))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
      "--user-data-dir=\(folder.path)/profile", "--window-size=1000,900", "--dump-dom",
      "file://\(folder.path)/page.html",
    ]
    let output = try FileHandle(forWritingTo: create(folder.appending("output")))
    let log = try FileHandle(forWritingTo: create(folder.appending("log")))
    process.standardOutput = output
    process.standardError = log
    try process.run()
    process.waitUntilExit()
    let console = String(decoding: try Data(contentsOf: folder.appending("log")), as: UTF8.self)
    var found = ["errors": Double(console.components(separatedBy: "CONSOLE").count - 1)]
    let dump = String(decoding: try Data(contentsOf: folder.appending("output")), as: UTF8.self)
    // The script contains the markers, too, but its output comes first.
    let result = dump.components(separatedBy: ">FOUND ").dropFirst().first?.components(separatedBy: " END")
      .first
    for pair in try #require(result, "\(console.suffix(2000))").split(separator: " ") {
      let parts = pair.split(separator: "=")
      if parts.count == 2 { found[String(parts[0])] = Double(parts[1]) }
    }
    return found
  }

  private static func create(_ url: URL) throws -> URL {
    try Data().write(to: url)
    return url
  }
}
