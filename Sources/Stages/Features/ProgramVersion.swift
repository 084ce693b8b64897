/// The version of the program, defined here alone.
package enum ProgramVersion {
  package static let current = "0.1.0"
}
