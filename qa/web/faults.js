// Problem → one sentence for the reader, in the language of the interface or as the service said it.

/** What went wrong, as plain text. */
export function faultText(ui, problem) {
  if (problem.code === "unreachable" || problem.code === "interrupted") return ui.text(problem.code);
  return problem.detail || ui.text("failed");
}
