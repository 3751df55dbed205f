// The reader's choices (language, appearance) → the page, kept in this browser only.

const LANGUAGES = ["id", "en"];
const THEMES = ["auto", "light", "dark"];

function recall(key, allowed, otherwise) {
  try {
    const kept = localStorage.getItem(`sitasi.${key}`);
    return allowed.includes(kept) ? kept : otherwise;
  } catch {
    return otherwise;
  }
}

function keep(key, value, otherwise) {
  try {
    if (value === otherwise) localStorage.removeItem(`sitasi.${key}`);
    else localStorage.setItem(`sitasi.${key}`, value);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

/** The key that this browser keeps for the service, or null. */
export function keptKey() {
  try {
    return localStorage.getItem("sitasi.key");
  } catch {
    return null;
  }
}

/** Keeps a key in this browser, or forgets it. */
export const keepKey = (key) => keep("key", key ?? "", "");

/** "id" or "en" as the browser prefers; Malay readers get Indonesian, everyone else English. */
export function browserLanguage(preferred = navigator.languages ?? [navigator.language]) {
  for (const tag of preferred) {
    const primary = String(tag).toLowerCase().split("-")[0];
    if (["id", "in", "ms", "jv", "su"].includes(primary)) return "id";
    if (primary === "en") return "en";
  }
  return "en";
}

/** The language of the interface: the reader's own choice, or else that of the latest question. */
export class LanguageChoice {
  constructor() {
    this.chosen = recall("language", LANGUAGES, "auto");
    this.last = browserLanguage();
  }

  get language() {
    return this.chosen === "auto" ? this.last : this.chosen;
  }

  choose(value) {
    this.chosen = LANGUAGES.includes(value) ? value : "auto";
    keep("language", this.chosen, "auto");
    return this.language;
  }

  follow(language) {
    if (LANGUAGES.includes(language)) this.last = language;
    return this.language;
  }
}

/** Light, dark, or as the system says. `theme.js` applies a kept choice before the first paint. */
export class ThemeChoice {
  constructor() {
    this.chosen = recall("theme", THEMES, "auto");
  }

  /** Steps to the next appearance and applies it. */
  next() {
    this.chosen = THEMES[(THEMES.indexOf(this.chosen) + 1) % THEMES.length];
    keep("theme", this.chosen, "auto");
    if (this.chosen === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.chosen;
    return this.chosen;
  }
}
