// Claim + its citations → one sentence on the page: quoted words in their own language, then the citation chips.
import { cutAt } from "./codepoints.js";
import { shortName } from "./paper-names.js";

/** ", Results, p. 4": where a citation stands, for reading aloud. */
export function whereOf(ui, citation) {
  const page = citation.page ? ui.text("page", { page: citation.page }) : "";
  return [citation.section, page].filter(Boolean).map((part) => `, ${part}`).join("");
}

/** A small numbered button; `open(citation, button)` is called when it is pressed. */
export function chip(ui, citation, language, open) {
  const named = shortName(citation.document, language);
  const button = ui.el(
    "button",
    {
      class: "chip", type: "button", "aria-haspopup": "dialog", title: citation.document.title,
      tLabel: ["chip", { n: citation.number, title: named, where: whereOf(ui, citation) }],
    },
    ui.el("b", {}, String(citation.number)),
    ui.el("span", {}, named),
  );
  button.addEventListener("click", () => open(citation, button));
  return button;
}

/** The citation that a quoted piece comes from: the one whose quote holds it, or else the first. */
function originOf(piece, citations) {
  return citations.find((citation) => citation.quote.includes(piece)) ?? citations[0];
}

/** "in Indonesian": a label for words that are not in the language around them. */
export function tongue(ui, language) {
  return ui.el("span", { class: "tongue", t: `inLanguage_${language}` });
}

/** One sentence of an answer, as a paragraph. */
export function claimNode(ui, claim, citations, language, open) {
  const strangers = new Set();
  const body = cutAt(claim.text, claim.quoted).flatMap(({ text, span }) => {
    const origin = span < 0 ? null : originOf(text, citations);
    if (!origin) return [text];
    const foreign = origin.quote_language !== language;
    if (foreign) strangers.add(origin.quote_language);
    return [ui.el("span", { class: foreign ? "quoted foreign" : "quoted", lang: origin.quote_language }, text)];
  });
  const glosses = citations.filter((citation) => citation.translation).map((citation) =>
    ui.el(
      "span",
      { class: "gloss" },
      ui.el("span", { class: "tongue", t: "translation" }),
      " ",
      ui.el("span", { lang: language }, citation.translation),
    ));
  const chips = citations.map((citation) => chip(ui, citation, language, open));
  return ui.el(
    "p",
    { class: `claim ${claim.kind === "quotation" ? "quotation" : "statement"}`, lang: language },
    ui.el("bdi", { class: "words" }, body),
    " ",
    [...strangers].map((spoken) => [tongue(ui, spoken), " "]).flat(),
    ui.el("span", { class: "chips" }, chips),
    glosses,
  );
}
