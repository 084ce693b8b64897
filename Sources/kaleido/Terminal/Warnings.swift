/// Warnings on standard error.
enum Warnings {
  static func warn(_ text: String, _ output: OutputOptions) {
    guard !output.quiet else { return }
    Console.error("\(output.messageStyle.yellow("warning:")) \(text)\n")
  }
}
