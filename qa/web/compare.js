// The comparison page: studies by themes; every cell cites, columns sort, themes are a reader's choice, CSV to take along.
import { claimNode, tongue } from "./claims.js";
import { faultText } from "./faults.js";
import { openPage, titlePage } from "./frame.js";
import { icon } from "./icons.js";
import { sortedRows } from "./matrix.js";
import { PassagePanel } from "./passage-panel.js";
import { Restriction } from "./restrict.js";
import { ThemeMenu } from "./themes.js";

const { ui, client } = openPage({ current: "/compare" });
titlePage(ui, "titleCompare");
const place = document.querySelector("#matrix");
const tools = document.querySelector("#tools");
const told = document.querySelector("#told");
const panel = new PassagePanel(ui, client);
const open = (citation, opener) => panel.open(citation, opener);
const asked = new URLSearchParams(location.search);
const state = { matrix: null, themes: asked.getAll("theme"), column: "study", descending: false, loading: null };

const disclosure = () => tools.appendChild(ui.el("div", { class: "disclosure" }));
const studies = new Restriction(ui, disclosure(), { heading: "compareOnly", changed: () => load() });
studies.choose((asked.get("documents") ?? "").split(",").filter(Boolean));
const themes = new ThemeMenu(ui, disclosure(), { added: add, toggled: show });
tools.append(csvButton());

// A theme that ships is asked for by its id; a reader's own by its words, which are its label.
const named = (theme) => (theme.own ? theme.label : theme.id);
const wanted = () => ({ language: ui.language, themes: state.themes, documents: studies.documents });

function add(words) {
  state.themes = [...(state.matrix?.themes ?? []).map(named), words];
  load();
}

/** The address of the page leads to the same matrix again. */
function remember() {
  const query = new URLSearchParams(state.themes.map((theme) => ["theme", theme]));
  if (studies.documents.length) query.set("documents", studies.documents.join(","));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

function sortButton(column, label) {
  const button = ui.el("button", { type: "button", class: "sort" }, label, ui.el("span", { class: "arrow", "aria-hidden": "true" }));
  button.addEventListener("click", () => {
    state.descending = state.column === column && !state.descending;
    state.column = column;
    show();
    place.querySelector(`[data-column="${CSS.escape(column)}"] .sort`)?.focus();
    ui.say(told, ["rowsSorted", { column: button.textContent }]);
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
    paper.language === state.matrix.language ? null : ui.el("small", {}, tongue(ui, paper.language)),
  );
}

function cellNode(row, theme) {
  const cell = row.cells.find((one) => one.theme === theme.id);
  const claims = (cell?.claims ?? []).map((claim) => {
    const citations = cell.citations.filter((citation) => claim.citations.includes(citation.number));
    const node = claimNode(ui, claim, citations, state.matrix.language, open);
    // The head of the row tells the language of the paper once for all its cells.
    if (citations.every((one) => one.quote_language === row.document.language)) node.querySelector(":scope > .tongue")?.remove();
    return node;
  });
  const nothing = () => ui.el("span", { class: "nothing" }, ui.el("span", { "aria-hidden": "true" }, "–"), ui.el("span", { class: "unseen", t: "nothingFound" }));
  return ui.el("td", { role: "cell", "data-label": theme.label, class: claims.length ? null : "without" }, claims.length ? claims : nothing());
}

function tableOf(rows) {
  const columns = themes.shown(state.matrix.themes);
  const dated = rows.some((row) => row.document.year);
  const head = ui.el(
    "tr",
    { role: "row" },
    sortButton("study", ui.el("span", { t: "study" })),
    dated ? sortButton("year", ui.el("span", { t: "year" })) : null,
    columns.map((theme) => sortButton(theme.id, ui.el("span", {}, theme.label))),
  );
  const body = rows.map((row) =>
    ui.el(
      "tr",
      { role: "row" },
      studyHead(row.document),
      dated && ui.el("td", { role: "cell", class: "year", "data-label": ui.text("year") }, String(row.document.year ?? "–")),
      columns.map((theme) => cellNode(row, theme)),
    ));
  return ui.el(
    "table",
    { role: "table", tLabel: "compareHeading" },
    ui.el("thead", { role: "rowgroup" }, head),
    ui.el("tbody", { role: "rowgroup" }, body),
  );
}

function csvButton() {
  const button = ui.el("button", { class: "plain", type: "button" }, icon("download"), ui.el("span", { t: "csv" }));
  button.addEventListener("click", async () => {
    if (!state.matrix) return;
    const rows = sortedRows(state.matrix.rows, state.column, state.descending);
    try {
      const documents = rows.map((row) => row.document.id);
      const file = await client.compareCsv({ ...wanted(), documents, themes: themes.shown(state.matrix.themes).map(named) });
      const address = URL.createObjectURL(file);
      ui.el("a", { href: address, download: "sitasi-matrix.csv" }).click();
      URL.revokeObjectURL(address);
    } catch (problem) {
      fail(problem);
    }
  });
  return button;
}

function show() {
  const rows = sortedRows(state.matrix.rows, state.column, state.descending);
  if (!rows.length) {
    place.replaceChildren(ui.el("p", { class: "empty", t: "compareEmpty" }));
    return;
  }
  const ids = new Set(themes.shown(state.matrix.themes).map((theme) => theme.id));
  const cells = rows.flatMap((row) => row.cells.filter((cell) => ids.has(cell.theme)));
  ui.say(told, ["compared", { filled: cells.filter((cell) => cell.claims.length).length, cells: cells.length }]);
  place.replaceChildren(ui.el("div", { class: "matrix-scroll", tabindex: "0", role: "region", tLabel: "compareHeading" }, tableOf(rows)));
}

function fail(problem) {
  const missing = problem.status === 404 && problem.code === "not_found";
  told.textContent = "";
  place.replaceChildren(ui.el("p", { class: "fault", role: "alert" }, missing ? ui.el("span", { t: "compareUnavailable" }) : faultText(ui, problem)));
}

async function load() {
  state.loading?.abort();
  const leaving = (state.loading = new AbortController());
  place.setAttribute("aria-busy", "true");
  ui.say(told, "comparing");
  try {
    state.matrix = await client.compare(wanted(), { signal: leaving.signal });
    remember();
    themes.offer(state.matrix.themes);
    show();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    fail(problem);
  }
  place.removeAttribute("aria-busy");
}

ui.addEventListener("languagechange", load);
client.documents().then((papers) => studies.offer(papers), () => {});
load();
