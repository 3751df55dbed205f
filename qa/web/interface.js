// Elements and their words: builds elements from text only, and keeps every label in the language of the interface.
import { TEXTS } from "./i18n.js";
import { visible } from "./visible.js";

const COLUMN = { id: 0, en: 1 };
const LABELLED = { t: null, tLabel: "aria-label", tTitle: "title", tPlaceholder: "placeholder" };

/** The text `key` in `language`; `{name}` is filled from `params`; "one|many" is chosen by `params.n`. */
export function text(language, key, params = {}) {
  const entry = TEXTS[key];
  if (!entry) throw new Error(`No interface text is called "${key}"`);
  const forms = entry[COLUMN[language]].split("|");
  const form = forms.length > 1 && Number(params.n) !== 1 ? forms[1] : forms[0];
  return form.replace(/\{(\w+)\}/g, (_, name) => visible(params[name]));
}

/** Builds and re-labels everything below one root (a document or a shadow root). Announces changes as "languagechange". */
export class Interface extends EventTarget {
  constructor(root, language) {
    super();
    this.root = root;
    this.language = language;
  }

  /** The text `key` in the language of the interface. */
  text(key, params) {
    return text(this.language, key, params);
  }

  /**
   * A new element. `props`: attributes; `on` for listeners; `t`, `tLabel`, `tTitle`, `tPlaceholder` for interface texts
   * (a key, or `[key, params]`), which follow a change of language. Children: nodes, or strings, which become text.
   */
  el(tag, props = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
      else if (name in LABELLED) this.say(node, value, name);
      else node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat()) {
      if (child === null || child === undefined || child === false) continue;
      node.append(child instanceof Node ? child : visible(child));
    }
    return node;
  }

  /** Puts an interface text into `node` (or into one of its attributes) so that it follows the language. */
  say(node, wanted, slot = "t") {
    const [key, params = {}] = Array.isArray(wanted) ? wanted : [wanted];
    node.dataset[slot] = key;
    if (Object.keys(params).length) node.dataset[`${slot}Params`] = JSON.stringify(params);
    else delete node.dataset[`${slot}Params`];
    this.#fill(node, slot);
  }

  /** Changes the language of everything below the root. */
  setLanguage(language) {
    this.language = language;
    this.fillAll();
    this.dispatchEvent(new Event("languagechange"));
  }

  /** Writes the texts of all marked elements below the root; pages call it once for what their HTML holds. */
  fillAll() {
    for (const slot of Object.keys(LABELLED)) {
      const attribute = `data-${slot.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      for (const node of this.root.querySelectorAll(`[${attribute}]`)) this.#fill(node, slot);
    }
  }

  #fill(node, slot) {
    const params = JSON.parse(node.dataset[`${slot}Params`] ?? "{}");
    const words = this.text(node.dataset[slot], params);
    if (slot === "t") node.textContent = words;
    else node.setAttribute(LABELLED[slot], words);
  }
}
