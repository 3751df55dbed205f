// Page → the same head and foot everywhere: skip link, mark, navigation, language and appearance; returns what a page works with.
import { Client } from "./client.js";
import { icon, kawung } from "./icons.js";
import { Interface } from "./interface.js";
import { keptKey, LanguageChoice, ThemeChoice } from "./preferences.js";

const THEME_ICONS = { auto: "auto", light: "sun", dark: "moon" };
const THEME_TEXTS = { auto: "themeAuto", light: "themeLight", dark: "themeDark" };

function languageSelect(ui, choice) {
  const select = ui.el(
    "select",
    { class: "language", tLabel: "languageLabel", autocomplete: "off" },
    ui.el("option", { value: "auto", t: "languageAuto" }),
    ui.el("option", { value: "id", lang: "id" }, "Indonesia"),
    ui.el("option", { value: "en", lang: "en" }, "English"),
  );
  select.value = choice.chosen;
  select.addEventListener("change", () => ui.setLanguage(choice.choose(select.value)));
  return ui.el("div", { class: "tongues" }, icon("globe"), select);
}

function themeButton(ui) {
  const choice = new ThemeChoice();
  const button = ui.el("button", { class: "quiet theme", type: "button" });
  const name = ui.el("span", { class: "unseen" });
  const show = () => {
    button.replaceChildren(icon(THEME_ICONS[choice.chosen]), ui.el("span", { class: "unseen", t: "themeLabel" }), " ", name);
    ui.say(name, THEME_TEXTS[choice.chosen]);
    ui.say(button, THEME_TEXTS[choice.chosen], "tTitle");
  };
  button.addEventListener("click", () => {
    choice.next();
    show();
  });
  show();
  return button;
}

/**
 * Fills the page's head and foot. `current` is the page's path; `skipTo` the id that the skip link leads to.
 * Returns `{ui, client, choice}`; `choice.follow(language)` lets the interface follow a question.
 */
export function openPage({ current, skipTo = "main" }) {
  const choice = new LanguageChoice();
  const ui = new Interface(document, choice.language);
  // In a portal's frame the page shows the portal's token; on its own, the reader's key where the service needs one.
  const framed = window.top !== window;
  const token = framed ? new URLSearchParams(location.search).get("embed") : keptKey();
  const askKey = framed ? null : async (refused) => (await import("./key.js")).askForKey(ui, refused);
  const client = new Client({ token, language: () => ui.language, askKey });
  const link = (href, key) =>
    ui.el("a", { href, t: key, "aria-current": href === current ? "page" : null });
  const head = document.querySelector("#head");
  head.append(
    ui.el("a", { class: "skip", href: `#${skipTo}`, t: "skip" }),
    ui.el("a", { class: "brand", href: "/", tLabel: "home" }, kawung(), ui.el("span", {}, "Sitasi")),
    ui.el("nav", { tLabel: "navigation" }, link("/", "navAsk"), link("/compare", "navCompare")),
    ui.el("div", { class: "switches" }, languageSelect(ui, choice), themeButton(ui)),
  );
  document.querySelector("#foot").append(ui.el("p", { t: "footer" }));
  const speak = () => {
    document.documentElement.lang = ui.language;
  };
  ui.addEventListener("languagechange", speak);
  speak();
  ui.fillAll();
  if (framed) openElsewhere();
  return { ui, client, choice };
}

/** In another site's frame: only this page may stand there, so whatever it links to opens in a window of its own. */
function openElsewhere() {
  document.documentElement.classList.add("framed");
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]:not([href^='#'])");
    if (link) Object.assign(link, { target: "_blank", rel: "noopener" });
  });
}

/** Lets the interface speak the language of a question or an answer, unless the reader has chosen one. */
export function follow(ui, choice, language) {
  const spoken = choice.follow(language);
  if (spoken !== ui.language) ui.setLanguage(spoken);
}

/** The title of the window, in the language of the interface. */
export function titlePage(ui, key, params) {
  const show = () => {
    document.title = ui.text(key, params);
  };
  ui.addEventListener("languagechange", show);
  show();
}
