// The comparison page: studies by themes; every cell cites, columns sort, themes can be left out, CSV to take along.
import { claimNode } from "./claims.js";
import { disclose } from "./disclosure.js";
import { faultText } from "./faults.js";
import { openPage, titlePage } from "./frame.js";
import { icon } from "./icons.js";
import { sortedRows, toCsv } from "./matrix.js";
import { PassagePanel } from "./passage-panel.js";

const { ui, client } = openPage({ current: "/compare" });
titlePage(ui, "titleCompare");
const place = document.querySelector("#matrix");
const panel = new PassagePanel(ui, client);
const open = (citation, opener) => panel.open(citation, opener);
const documents = (new URLSearchParams(location.search).get("documents") ?? "").split(",").filter(Boolean);
const state = { matrix: null, column: "study", descending: false, hidden: new Set() };

const shownThemes = () => state.matrix.themes.filter((theme) => !state.hidden.has(theme.id));

function sortButton(column, label) {
  const button = ui.el("button", { type: "button", class: "sort" }, label, ui.el("span", { class: "arrow", "aria-hidden": "true" }));
  button.addEventListener("click", () => {
    state.descending = state.column === column && !state.descending;
    state.column = column;
    show();
    place.querySelector(`[data-column="${CSS.escape(column)}"] .sort`)?.focus();
    ui.say(place.querySelector(".told"), ["rowsSorted", { column: button.textContent }]);
  });
  const sorted = state.column === column ? (state.descending ? "descending" : "ascending") : null;
  return ui.el("th", { scope: "col", role: "columnheader", "aria-sort": sorted, "data-column": column }, button);
}

function studyHead(paper) {
  const by = [(paper.authors ?? []).join(", "), paper.place].filter(Boolean).join(" · ");
  return ui.el(
    "th",
    { scope: "row", role: "rowheader", lang: paper.language },
    ui.el("a", { href: client.address(`/papers/${encodeURIComponent(paper.id)}`), dir: "auto" }, paper.title),
    by ? ui.el("small", {}, by) : null,
  );
}

function cellNode(row, theme) {
  const cell = row.cells.find((one) => one.theme === theme.id);
  const language = state.matrix.language ?? ui.language;
  const claims = (cell?.claims ?? []).map((claim) => {
    const citations = cell.citations.filter((citation) => claim.citations.includes(citation.number));
    return claimNode(ui, claim, citations, language, open);
  });
  const content = claims.length ? claims : [ui.el("span", { class: "nothing" }, ui.el("span", { "aria-hidden": "true" }, "–"), ui.el("span", { class: "unseen", t: "nothingFound" }))];
  return ui.el("td", { role: "cell", "data-label": theme.label }, content);
}

function tableOf(rows) {
  const themes = shownThemes();
  const dated = rows.some((row) => row.document.year);
  const head = ui.el(
    "tr",
    { role: "row" },
    sortButton("study", ui.el("span", { t: "study" })),
    dated ? sortButton("year", ui.el("span", { t: "year" })) : null,
    themes.map((theme) => sortButton(theme.id, ui.el("span", {}, theme.label))),
  );
  const body = rows.map((row) =>
    ui.el(
      "tr",
      { role: "row" },
      studyHead(row.document),
      dated && ui.el("td", { role: "cell", class: "year", "data-label": ui.text("year") }, String(row.document.year ?? "–")),
      themes.map((theme) => cellNode(row, theme)),
    ));
  return ui.el(
    "table",
    { role: "table", tLabel: "compareHeading" },
    ui.el("thead", { role: "rowgroup" }, head),
    ui.el("tbody", { role: "rowgroup" }, body),
  );
}

function themeChoice() {
  const button = ui.el("button", { class: "plain", type: "button" }, icon("studies"), ui.el("span", { t: "themesShown" }));
  const boxes = state.matrix.themes.map((theme) => {
    const box = ui.el("input", { type: "checkbox" });
    box.checked = !state.hidden.has(theme.id);
    box.addEventListener("change", () => {
      if (box.checked) state.hidden.delete(theme.id);
      else state.hidden.add(theme.id);
      place.querySelector(".matrix-scroll").replaceChildren(tableOf(sortedRows(state.matrix.rows, state.column, state.descending)));
    });
    return ui.el("li", {}, ui.el("label", {}, box, ui.el("span", {}, theme.label)));
  });
  const menu = ui.el("ul", { class: "menu themes" }, boxes);
  disclose(button, menu);
  return ui.el("div", { class: "disclosure" }, button, menu);
}

function csvButton() {
  const button = ui.el("button", { class: "plain", type: "button" }, icon("download"), ui.el("span", { t: "csv" }));
  button.addEventListener("click", () => {
    const heads = ui.text("csvHeads").split(";");
    const rows = sortedRows(state.matrix.rows, state.column, state.descending);
    const text = toCsv({ themes: shownThemes(), rows }, heads, (citation) => client.address(citation.href));
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const link = ui.el("a", { href: address, download: "sitasi-matrix.csv" });
    link.click();
    URL.revokeObjectURL(address);
  });
  return button;
}

function show() {
  const rows = sortedRows(state.matrix.rows, state.column, state.descending);
  if (!rows.length) {
    place.replaceChildren(ui.el("p", { class: "empty", t: "compareEmpty" }));
    return;
  }
  place.replaceChildren(
    ui.el("div", { class: "matrix-tools" }, themeChoice(), csvButton(), ui.el("p", { class: "told", role: "status" })),
    ui.el("div", { class: "matrix-scroll", tabindex: "0", role: "region", tLabel: "compareHeading" }, tableOf(rows)),
  );
}

async function load() {
  try {
    state.matrix = await client.compare({ language: ui.language, ...(documents.length ? { documents } : {}) });
    show();
  } catch (problem) {
    const missing = problem.status === 404 || problem.status === 405;
    place.replaceChildren(ui.el("p", { class: "fault", role: "alert" }, missing ? ui.el("span", { t: "compareUnavailable" }) : faultText(ui, problem)));
  }
}

ui.addEventListener("languagechange", load);
load();
