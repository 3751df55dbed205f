// Text → the clipboard. The service formats answers and references; the pages only fetch and paste them.

/** The formats in which the service gives copies, in the order of the menus. */
export const FORMATS = ["plain", "markdown", "apa", "bibtex", "ris"];

/** Puts `text` on the clipboard. Resolves to false when the browser refuses, so that the text can be shown instead. */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
