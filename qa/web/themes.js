// Columns of the matrix → a menu in which a reader shows, leaves out and adds themes.
import { disclose } from "./disclosure.js";
import { icon } from "./icons.js";

/**
 * The menu below its button. `wanted` are the themes asked for (ids that the service knows, or a reader's own words),
 * `hidden` the ids of columns left out; `added` is called with new words, `toggled` when columns come or go.
 */
export class ThemeMenu {
  constructor(ui, place, { added, toggled }) {
    this.ui = ui;
    this.toggled = toggled;
    this.hidden = new Set();
    this.list = ui.el("ul", { class: "choices" });
    const field = ui.el("input", { type: "text", maxlength: "120", tPlaceholder: "themeOwn", tLabel: "themeOwn" });
    const form = ui.el("form", { class: "own-theme" }, field, ui.el("button", { class: "plain", t: "themeAdd" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = field.value.trim();
      if (!words) return;
      field.value = "";
      added(words);
    });
    const button = ui.el("button", { class: "plain", type: "button" }, icon("columns"), ui.el("span", { t: "themesShown" }));
    const title = ui.el("p", { class: "choices-title", t: "themesHeading" });
    const panel = ui.el("div", { class: "restrict", role: "group", tLabel: "themesHeading" }, title, this.list, form);
    place.append(button, panel);
    disclose(button, panel);
  }

  /** The columns to show, of those that the matrix has. */
  shown(themes) {
    return themes.filter((theme) => !this.hidden.has(theme.id));
  }

  /** Offers these columns. */
  offer(themes) {
    const items = themes.map((theme) => {
      const box = this.ui.el("input", { type: "checkbox" });
      box.checked = !this.hidden.has(theme.id);
      box.addEventListener("change", () => {
        if (box.checked) this.hidden.delete(theme.id);
        else this.hidden.add(theme.id);
        this.toggled();
      });
      return this.ui.el("li", {}, this.ui.el("label", {}, box, this.ui.el("span", { dir: "auto" }, theme.label)));
    });
    this.list.replaceChildren(...items);
  }
}
