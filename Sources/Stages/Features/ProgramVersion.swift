/// The version of the program, said here alone.
package enum ProgramVersion {
  package static let current = "0.1.0"
}
