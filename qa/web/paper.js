// The page of a paper: bibliographic head, sections, the text as stored, the cited span highlighted and scrolled to.
import { disclose } from "./disclosure.js";
import { faultText } from "./faults.js";
import { openPage, titlePage } from "./frame.js";
import { icon } from "./icons.js";
import { toClipboard } from "./copying.js";
import { layOut, validSpan } from "./paper-text.js";

const { ui, client } = openPage({ current: null });
const main = document.querySelector("#main");
const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1));
const wanted = new URLSearchParams(location.search);
const version = wanted.get("version");
const here = client.address(location.pathname);
const LONG = 140; // Characters from which a title is set smaller, so that it stays a head and does not fill the window.

function citeMenu(paper) {
  const button = ui.el("button", { class: "plain", type: "button" }, icon("copy"), ui.el("span", { t: "citePaper" }));
  const told = ui.el("p", { class: "told", role: "status" });
  const formats = { copyApa: "apa", copyBibtex: "bibtex", copyRis: "ris" };
  let references = null;
  const items = Object.entries(formats).map(([key, format]) => {
    const choice = ui.el("button", { type: "button", t: key });
    choice.addEventListener("click", async () => {
      close(true);
      let text;
      try {
        text = (await references)[format];
      } catch (problem) {
        told.textContent = faultText(ui, problem);
        return;
      }
      if (await toClipboard(text)) ui.say(told, ["copied", { format: ui.text(key) }]);
      else told.textContent = text;
    });
    return ui.el("li", {}, choice);
  });
  const menu = ui.el("ul", { class: "menu" }, items);
  const close = disclose(button, menu, () => {
    references = client.references(paper.id, paper.version, ui.language);
    references.catch(() => {}); // Told when a format is chosen.
  });
  return [ui.el("div", { class: "disclosure" }, button, menu), told];
}

function doiLink(doi) {
  // Only a well-formed DOI becomes a link, and only to the resolver: the text of a paper chooses no address.
  if (!/^10\.\d{4,9}\/[^\s<>"]+$/.test(doi ?? "")) return null;
  return ui.el("a", { href: `https://doi.org/${encodeURI(doi)}`, rel: "noopener noreferrer" }, `doi:${doi}`);
}

/** What a reader of a version that answers no longer should know; null for the current one. */
function versionNote(paper, withdrawn) {
  if (paper.current) return null;
  if (withdrawn) return ui.el("p", { class: "note", t: "withdrawn" });
  return ui.el("p", { class: "note" }, ui.el("span", { t: "olderVersion" }), " ", ui.el("a", { href: here, t: "newerVersion" }));
}

function headOf(paper, withdrawn) {
  const issue = paper.issue ? `(${paper.issue})` : "";
  const journal = [paper.journal, paper.volume && `${paper.volume}${issue}`, paper.pages].filter(Boolean).join(", ");
  const facts = [journal, paper.year, paper.place].filter(Boolean).join(" · ");
  return ui.el(
    "header",
    { class: "paper-head" },
    paper.collection === "samples" ? ui.el("p", { class: "note", t: "sampleNote" }) : null,
    ui.el("h1", { class: paper.title.length > LONG ? "long" : null, lang: paper.language, dir: "auto" }, paper.title),
    paper.original_title ? ui.el("p", { class: "original", t: ["originalTitle", { title: paper.original_title }] }) : null,
    paper.authors.length ? ui.el("p", { class: "authors", dir: "auto" }, paper.authors.join(", ")) : null,
    paper.affiliations.length ? ui.el("p", { class: "facts", lang: paper.language, dir: "auto" }, paper.affiliations.join(" · ")) : null,
    facts || paper.doi ? ui.el("p", { class: "facts" }, facts, facts && paper.doi ? " · " : "", doiLink(paper.doi)) : null,
    paper.keywords.length ? ui.el("p", { class: "facts", t: ["keywords", { words: paper.keywords.join(", ") }] }) : null,
    ui.el(
      "div",
      { class: "paper-actions" },
      withdrawn
        ? null
        : ui.el("a", { class: "plain", href: `/?documents=${encodeURIComponent(paper.id)}` }, icon("chat"), ui.el("span", { t: "askAbout" })),
      ...citeMenu(paper),
    ),
    versionNote(paper, withdrawn),
  );
}

function blockNode(block, paper) {
  const lang = paper.sections[block.section]?.language ?? paper.language;
  const words = block.pieces.flatMap(({ text, marked, leaf }) => [
    leaf === null ? null : ui.el("span", { class: "leaf", t: ["page", { page: leaf }] }),
    marked ? ui.el("mark", {}, text) : text,
  ]);
  if (block.kind === "paragraph") return ui.el("p", { lang, dir: "auto" }, words);
  return ui.el(`h${Math.min(block.depth + 2, 6)}`, { lang, dir: "auto", class: "section-heading" }, words);
}

function bodyOf(paper, text, span) {
  const first = new Map();
  const nodes = layOut(text, paper.sections, span, paper.leaves).map((block) => {
    const node = blockNode(block, paper);
    if (block.section >= 0 && !first.has(block.section)) {
      node.id = `section-${block.section}`;
      first.set(block.section, node);
    }
    return node;
  });
  return ui.el("div", { class: "paper-text" }, nodes);
}

function sectionNav(paper, hasSpan) {
  const items = paper.sections.flatMap((section, number) => {
    const heading = section.path.at(-1);
    if (!heading) return [];
    return [ui.el("li", { class: `depth-${Math.min(section.path.length, 3)}` }, ui.el("a", { href: `#section-${number}`, lang: section.language, dir: "auto" }, heading))];
  });
  const nav = ui.el("nav", { class: "section-nav", tLabel: "sections" });
  const list = ui.el("ul", {}, items);
  const fold = ui.el("details", {}, ui.el("summary", { t: "sections" }), list);
  fold.open = matchMedia("(min-width: 66rem)").matches;
  nav.append(ui.el("p", { class: "nav-title", lang: paper.language, dir: "auto" }, paper.title));
  nav.append(hasSpan ? ui.el("a", { class: "quiet to-quote", href: "#quote", t: "backToQuote" }) : "", fold);
  return nav;
}

function show(paper, withdrawn, text, span) {
  const body = bodyOf(paper, text, span);
  const mark = body.querySelector("mark");
  if (mark) {
    mark.id = "quote";
    mark.tabIndex = -1;
    mark.before(ui.el("span", { class: "unseen", t: "citedHere" }));
  }
  const asked = wanted.has("start") || wanted.has("end");
  main.replaceChildren(
    headOf(paper, withdrawn),
    ...(asked && !mark ? [ui.el("p", { class: "fault", role: "alert", t: "spanMissing" })] : []),
    sectionNav(paper, Boolean(mark)),
    ui.el("article", { tLabel: "asStored" }, body),
  );
  titlePage(ui, "titlePaper", { title: paper.title });
  if (location.hash.startsWith("#section-")) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  else if (mark) {
    mark.scrollIntoView({ block: "center", behavior: "instant" });
    mark.focus({ preventScroll: true });
  }
}

try {
  const [paper, stored] = await Promise.all([client.paper(id, version), client.text(id, version)]);
  const withdrawn = !paper.current && !(await client.documents()).some((one) => one.id === paper.id);
  const [start, end] = [Number(wanted.get("start") ?? NaN), Number(wanted.get("end") ?? NaN)];
  show(paper, withdrawn, stored.text, validSpan(start, end, stored.characters) ? [start, end] : null);
} catch (problem) {
  const unknown = problem.code === "unknown_document";
  main.replaceChildren(
    ui.el("p", { class: "fault", role: "alert" }, unknown ? ui.el("span", { t: "paperUnknown" }) : faultText(ui, problem)),
    ui.el("a", { class: "plain", href: "/", t: "askOwn" }),
  );
}
