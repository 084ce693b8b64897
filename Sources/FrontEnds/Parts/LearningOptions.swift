/// Options of every kind that learns.
enum LearningOptions {
  static let isFixed = OptionKey.flag(
    "fixed", help: "Leave the front end at its initial values: the control of its learning.")
}
