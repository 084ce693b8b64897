import Foundation

// Rules about the shape of the repository, which no compiler checks:
//   lint-house ROOT [imports|folders|flags|sizes|links|names ...]
// Prints a line for each violation, and ends with 1 if there is one.

let arguments = CommandLine.arguments.dropFirst()
let root = URL(fileURLWithPath: arguments.first ?? ".")
let checks =
  arguments.count > 1
  ? Set(arguments.dropFirst()) : ["imports", "folders", "flags", "sizes", "links", "names"]

let repository = try Repository(root: root)
let exceptions = try Exceptions(root: root)
var violations: [Violation] = []
if checks.contains("imports") { violations += try ImportTable(root: root).violations(in: repository) }
if checks.contains("folders") {
  violations += FolderCircles(exceptions: exceptions).violations(in: repository)
}
if checks.contains("flags") { violations += FlagTexts(exceptions: exceptions).violations(in: repository) }
if checks.contains("sizes") { violations += try Sizes().violations(root: root) }
if checks.contains("links") { violations += try DocumentLinks().violations(root: root) }
if checks.contains("names") { violations += try TestNames().violations(root: root) }
if checks.isSuperset(of: ["folders", "flags"]) { violations += exceptions.violations() }

for violation in violations { print(violation) }
exit(violations.isEmpty ? 0 : 1)
