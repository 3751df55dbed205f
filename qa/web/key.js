// A service that needs a key → a dialog that asks for it; the key is kept in this browser and sent as a header only.
import { keepKey } from "./preferences.js";

/** Asks for a key; null when the reader does without. `refused` says that the one that was sent is not known. */
export function askForKey(ui, refused) {
  if (refused) keepKey(null);
  const field = ui.el("input", { id: "key", type: "password", autocomplete: "off", spellcheck: "false", required: true });
  const later = ui.el("button", { class: "quiet", type: "button", t: "keyLater" });
  const form = ui.el(
    "form",
    {},
    ui.el("h2", { id: "key-heading", t: "keyHeading" }),
    ui.el("p", { t: refused ? "keyRefused" : "keyText" }),
    ui.el("label", { for: "key", t: "keyLabel" }),
    field,
    ui.el("div", { class: "key-actions" }, later, ui.el("button", { class: "primary", t: "keyUse" })),
  );
  const dialog = ui.el("dialog", { class: "key", "aria-labelledby": "key-heading" }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let key = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      key = field.value.trim() || null;
      keepKey(key);
      dialog.close();
    });
    later.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(key);
    });
    dialog.showModal();
  });
}
