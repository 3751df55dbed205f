// Catalogue of papers → the reader's choice of some of them: a button that opens a filterable list of check boxes.
import { disclose } from "./disclosure.js";
import { icon } from "./icons.js";

export class Restriction {
  /** `heading` is the text above the list; `changed` is called when the reader has chosen otherwise. */
  constructor(ui, place, { heading = "restrictHeading", changed = () => {} } = {}) {
    this.ui = ui;
    this.changed = changed;
    this.chosen = new Set();
    this.label = ui.el("span", { t: "restrictAll" });
    this.button = ui.el("button", { class: "quiet", type: "button" }, icon("studies"), this.label);
    this.filter = ui.el("input", { type: "search", tPlaceholder: "restrictFilter", tLabel: "restrictFilter" });
    this.filter.addEventListener("input", () => this.#narrow());
    this.filter.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.list = ui.el("ul", { class: "choices" });
    this.none = ui.el("p", { class: "none", t: "restrictNone", hidden: true });
    const clear = ui.el("button", { class: "quiet", type: "button", t: "restrictClear", on: { click: () => this.#clear() } });
    const done = ui.el("button", { class: "plain", type: "button", t: "restrictDone", on: { click: () => this.close(true) } });
    const panel = ui.el(
      "fieldset",
      { class: "restrict" },
      ui.el("legend", { t: heading }),
      this.filter,
      this.list,
      this.none,
      ui.el("div", { class: "restrict-foot" }, clear, done),
    );
    place.append(this.button, panel);
    this.close = disclose(this.button, panel, () => this.filter.focus());
  }

  /** Ids of the chosen papers; empty means all. */
  get documents() {
    return [...this.chosen];
  }

  /** Offers these papers; choices that no longer exist are dropped. */
  offer(papers) {
    const { ui } = this;
    this.boxes = papers.map((paper) => {
      const box = ui.el("input", { type: "checkbox", value: paper.id });
      box.addEventListener("change", () => {
        if (box.checked) this.chosen.add(paper.id);
        else this.chosen.delete(paper.id);
        this.#tell();
        this.changed();
      });
      const by = [paper.place, paper.year].filter(Boolean).join(", ");
      const title = ui.el("span", { class: "title", title: paper.title }, paper.title);
      const words = ui.el("span", { lang: paper.language, dir: "auto" }, title, by ? ui.el("small", {}, by) : null);
      const item = ui.el("li", {}, ui.el("label", {}, box, words));
      const sought = [paper.title, paper.place, paper.year, ...(paper.authors ?? []), ...(paper.keywords ?? [])].join(" ").toLowerCase();
      return { box, item, sought };
    });
    this.list.replaceChildren(...this.boxes.map(({ item }) => item));
    this.filter.hidden = papers.length < 6;
    if (this.filter.hidden) this.filter.value = ""; // Nobody could take back what narrows the list.
    this.choose([...this.chosen].filter((id) => papers.some((paper) => paper.id === id)));
    this.#narrow(); // The reader may have begun to type before the papers came.
  }

  /** Chooses exactly these ids. */
  choose(ids) {
    this.chosen = new Set(ids);
    for (const { box } of this.boxes ?? []) box.checked = this.chosen.has(box.value);
    this.#tell();
  }

  #clear() {
    const chose = this.chosen.size > 0;
    this.choose([]);
    if (chose) this.changed();
  }

  #tell() {
    const n = this.chosen.size;
    this.ui.say(this.label, n ? ["restrictSome", { n }] : "restrictAll");
    this.button.toggleAttribute("data-active", n > 0);
  }

  #narrow() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { item, sought } of this.boxes ?? []) item.hidden = !words.every((word) => sought.includes(word));
    this.none.hidden = !words.length || (this.boxes ?? []).some(({ item }) => !item.hidden);
  }
}
