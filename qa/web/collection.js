// Catalogue of papers → what the chat page shows before the first question: questions to start with, and the papers themselves.
import { icon } from "./icons.js";
import { suggestionsFrom } from "./suggestions.js";

const SHOWN = 6;

function paperItem(ui, paper, client) {
  const by = [(paper.authors ?? []).join(", "), paper.place, paper.year].filter(Boolean).join(" · ");
  return ui.el(
    "li",
    {},
    ui.el("a", { href: client.address(`/papers/${encodeURIComponent(paper.id)}`), lang: paper.language, dir: "auto" }, paper.title),
    by ? ui.el("small", {}, by) : null,
  );
}

function paperList(ui, papers, client) {
  const list = ui.el("ul", { class: "papers" }, papers.slice(0, SHOWN).map((paper) => paperItem(ui, paper, client)));
  if (papers.length <= SHOWN) return [list];
  const more = ui.el("button", { class: "plain", type: "button", t: ["showAll", { n: papers.length }] });
  more.addEventListener("click", () => {
    const rest = papers.slice(SHOWN).map((paper) => paperItem(ui, paper, client));
    list.append(...rest);
    more.remove();
    rest[0].querySelector("a").focus();
  });
  return [list, more];
}

function suggestionList(ui, papers, ask) {
  const questions = suggestionsFrom(papers, ui.language).map(([key, params]) => {
    const text = ui.text(key, params);
    const button = ui.el("button", { type: "button", on: { click: () => ask(text) } }, ui.el("span", {}, text), icon("arrow"));
    return ui.el("li", {}, button);
  });
  return questions.length ? [ui.el("h2", { t: "suggestions" }), ui.el("ul", {}, questions)] : [];
}

/** Shows the papers in `place` and questions about them in `suggestions`; both follow the language of the interface. */
export function showCollection(ui, { papers, client, place, suggestions, ask }) {
  if (!papers.length) {
    place.replaceChildren(ui.el("p", { class: "empty", t: "collectionEmpty" }));
    return;
  }
  const samples = papers.every((paper) => paper.collection === "samples");
  const show = () => {
    const ordered = [...papers].sort((a, b) => Number(b.language === ui.language) - Number(a.language === ui.language));
    suggestions.replaceChildren(...suggestionList(ui, papers, ask));
    place.replaceChildren(
      ui.el("h2", { t: ["collection", { n: papers.length }] }),
      ...(samples ? [ui.el("p", { class: "note", t: "collectionSample" })] : []),
      ...paperList(ui, ordered, client),
    );
  };
  ui.addEventListener("languagechange", show);
  show();
}
