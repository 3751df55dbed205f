// The page of one permanent answer: the answer, every quotation in full, how to cite it, and a version for paper.
import { AnswerView } from "./answer-view.js";
import { answerReferences } from "./citing.js";
import { tongue } from "./claims.js";
import { toClipboard } from "./copying.js";
import { faultText } from "./faults.js";
import { follow, openPage, titlePage } from "./frame.js";
import { icon } from "./icons.js";
import { shortName } from "./paper-names.js";
import { PassagePanel } from "./passage-panel.js";

const { ui, client, choice } = openPage({ current: null });
const main = document.querySelector("#main");
const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1));
const panel = new PassagePanel(ui, client);
const open = (citation, opener) => panel.open(citation, opener);

/** Where every quotation stands; its words too, unless the answer itself shows them. */
function quotationList(answer) {
  const shown = answer.claims.map((claim) => claim.text).join("\n");
  const items = answer.citations.map((citation) => {
    const where = [citation.section, citation.page && ui.text("page", { page: citation.page })].filter(Boolean).join(", ");
    return ui.el(
      "li",
      { id: `quote-${citation.number}` },
      ui.el("span", { class: "number-plain" }, `[${citation.number}]`),
      ui.el(
        "div",
        {},
        shown.includes(citation.quote) ? null : ui.el("blockquote", { lang: citation.quote_language, dir: "auto" }, citation.quote),
        ui.el(
          "p",
          { class: "facts" },
          // The title stands in full in the list of papers above.
          ui.el("a", { href: client.address(citation.href), title: citation.document.title, dir: "auto" }, shortName(citation.document, answer.language)),
          where ? `, ${where}` : "",
          " ",
          citation.quote_language === answer.language ? null : tongue(ui, citation.quote_language),
        ),
      ),
    );
  });
  return items.length ? [ui.el("section", { class: "quotations" }, ui.el("h2", { class: "minor", t: "quotations" }), ui.el("ol", {}, items))] : [];
}

function citeBox(answer, address, date) {
  const references = answerReferences(answer, address, date);
  const told = ui.el("p", { class: "told", role: "status" });
  const buttons = Object.entries(references).map(([key, text]) => {
    const button = ui.el("button", { class: "plain", type: "button" }, icon("copy"), ui.el("span", { t: key }));
    button.addEventListener("click", async () => {
      if (await toClipboard(text)) ui.say(told, ["copied", { format: ui.text(key) }]);
      else told.textContent = text;
    });
    return button;
  });
  return ui.el(
    "section",
    { class: "cite" },
    ui.el("h2", { class: "minor", t: "citeAnswer" }),
    ui.el("p", { class: "citation-text", lang: answer.language }, references.copyApa),
    ui.el("div", { class: "paper-actions" }, buttons, told),
  );
}

function colophon(answer, date) {
  const made = answer.engine.model ? ["madeByModel", { model: answer.engine.model }] : "madeBy";
  const day = date && new Intl.DateTimeFormat(answer.language, { dateStyle: "long" }).format(date);
  return ui.el(
    "p",
    { class: "facts colophon" },
    day ? [ui.el("span", { t: ["askedOn", { date: day }] }), " · "] : null,
    ui.el("span", { t: ["checkedBy", { documents: answer.corpus.documents, version: answer.corpus.version }] }),
    " · ",
    ui.el("span", { t: made }),
  );
}

function show(answer) {
  const address = client.address(`/a/${encodeURIComponent(answer.id)}`);
  const date = answer.created_at ? new Date(answer.created_at * 1000) : null;
  follow(ui, choice, answer.language);
  const view = new AnswerView(ui, { question: answer.question, client, open, level: "h1", which: { share: false } });
  const print = ui.el("button", { class: "plain", type: "button", on: { click: () => window.print() } }, icon("print"), ui.el("span", { t: "print" }));
  // A frame of another site can print only the portal around it.
  const whole = ui.el("a", { class: "plain", href: address }, icon("link"), ui.el("span", { t: "openShared" }));
  main.replaceChildren(
    ui.el("p", { class: "kicker" }, ui.el("span", { t: "permanent" })),
    view.node,
    ...quotationList(answer),
    citeBox(answer, address, date),
    colophon(answer, date),
    ui.el("div", { class: "paper-actions" }, window.top === window ? print : whole, ui.el("a", { class: "plain", href: "/" }, icon("chat"), ui.el("span", { t: "askOwn" }))),
    ui.el("p", { class: "print-address" }, address),
  );
  view.finish(answer);
  titlePage(ui, "titleAnswer", { question: answer.question });
}

try {
  show(await client.answer(id));
} catch (problem) {
  main.replaceChildren(
    ui.el("p", { class: "fault", role: "alert" }, faultText(ui, problem)),
    ui.el("a", { class: "plain", href: "/", t: "askOwn" }),
  );
}
