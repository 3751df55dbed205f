// Text from papers, readers and errors → text that shows what it holds: nothing in it can reorder or hide its neighbours.

// Bidirectional overrides, embeddings and isolates; invisible tags; control characters other than tab and line ends.
const HIDDEN = /[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/gu;

/** `text` with every hidden control written out, e.g. ⟨U+202E⟩. */
export function visible(text) {
  return String(text ?? "").replace(HIDDEN, (mark) => {
    const number = mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `⟨U+${number}⟩`;
  });
}
