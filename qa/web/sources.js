// Answer → the list of papers it cites, and the passages nearest to a question without an answer.
import { tongue } from "./claims.js";
import { byline, shortName } from "./paper-names.js";

/** Every cited paper once, with the numbers under which it is cited and a link to its page. */
export function sourceList(ui, answer, client, open, heading = "h3") {
  const byPaper = Map.groupBy
    ? Map.groupBy(answer.citations, (citation) => citation.document.id)
    : answer.citations.reduce((map, one) => map.set(one.document.id, [...(map.get(one.document.id) ?? []), one]), new Map());
  const items = [...byPaper.values()].map((citations) => {
    const paper = citations[0].document;
    const numbers = citations.map((citation) => {
      const button = ui.el(
        "button",
        { class: "number", type: "button", "aria-haspopup": "dialog", tLabel: ["chip", { n: citation.number, title: paper.title, where: "" }] },
        String(citation.number),
      );
      button.addEventListener("click", () => open(citation, button));
      return button;
    });
    return ui.el(
      "li",
      {},
      ui.el("span", { class: "numbers" }, numbers),
      ui.el("a", { class: "reference", href: client.address(citations[0].href), lang: paper.language, dir: "auto" }, paper.title,
        byline(paper) ? ui.el("small", {}, byline(paper)) : null),
    );
  });
  return ui.el("section", { class: "sources" }, ui.el(heading, { class: "minor", t: "sources" }), ui.el("ul", {}, items));
}

/** Which papers were asked, too, and do not answer. */
export function silentNote(ui, answer) {
  const named = (paper) => {
    const name = shortName(paper, ui.language);
    return paper.place && !name.includes(paper.place) ? `${name}, ${paper.place}` : name;
  };
  return ui.el("p", { class: "silent", t: ["silent", { papers: [...new Set(answer.silent.map(named))].join("; ") }] });
}

/** A passage in the shape that the passage panel opens. */
export function asCitation(passage) {
  return { ...passage, number: passage.rank, quote: passage.text, quote_language: passage.language, translation: null, verified: null };
}

const shorten = (text, length) => (text.length > length ? `${text.slice(0, text.lastIndexOf(" ", length))} …` : text);

/** The passages that came closest, each opening in its paper. */
export function nearestList(ui, answer, open, heading = "h3") {
  const items = answer.nearest.map((passage) => {
    const button = ui.el(
      "button",
      { type: "button", class: "near", "aria-haspopup": "dialog" },
      ui.el("span", { class: "near-title", lang: passage.document.language, dir: "auto" }, passage.document.title),
      ui.el("span", { class: "near-where" }, [passage.section, passage.page && ui.text("page", { page: passage.page })].filter(Boolean).join(" · ")),
      ui.el("span", { class: "near-text", lang: passage.language, dir: "auto" }, shorten(passage.text, 220)),
      passage.language === answer.language ? null : tongue(ui, passage.language),
    );
    button.addEventListener("click", () => open(asCitation(passage), button));
    return ui.el("li", {}, button);
  });
  return ui.el("section", { class: "nearest" }, ui.el(heading, { class: "minor", t: "nearest" }), ui.el("ul", {}, items));
}
