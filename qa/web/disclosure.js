// A button that opens a small panel below itself, or above where it fits better: Escape and a click elsewhere close it, and focus returns to the button.

const LEAST = 160; // Pixels below a button that are worth scrolling for.

/** Whether `panel`, which stands below `button`, would leave the window there, and is better placed above. */
function fitsBetterAbove(button, panel) {
  const { top, bottom } = button.getBoundingClientRect();
  const covered = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom) || 0;
  const below = innerHeight - covered - bottom;
  const height = panel.getBoundingClientRect().height + 8;
  return height > below && (height <= top || below < LEAST);
}

/**
 * Makes `button` open and close `panel` (both already in one parent). `opened` is called after opening.
 * Returns `close(returnFocus)`.
 */
export function disclose(button, panel, opened = () => {}) {
  panel.hidden = true;
  panel.id ||= `panel-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", panel.id);
  const root = () => button.getRootNode();
  const elsewhere = (event) => {
    if (!event.composedPath().includes(panel) && !event.composedPath().includes(button)) close(false);
  };
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close(true);
  };
  const left = (event) => {
    if (event.relatedTarget && !panel.contains(event.relatedTarget) && event.relatedTarget !== button) close(false);
  };
  function close(returnFocus = false) {
    if (panel.hidden) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    root().removeEventListener("pointerdown", elsewhere);
    if (returnFocus) button.focus();
  }
  button.addEventListener("click", () => {
    if (!panel.hidden) {
      close(false);
      return;
    }
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    panel.classList.remove("above");
    panel.classList.toggle("above", fitsBetterAbove(button, panel));
    panel.scrollIntoView({ block: "nearest" });
    root().addEventListener("pointerdown", elsewhere);
    opened();
  });
  for (const node of [button, panel]) {
    node.addEventListener("keydown", keys);
    node.addEventListener("focusout", left);
  }
  return close;
}
