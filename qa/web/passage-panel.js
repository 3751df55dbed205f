// Citation → its passage in the paper: beside the answer on a wide screen, as a sheet on a phone; the quotation highlighted.
import { around, headingsOver, REACH } from "./context.js";
import { icon } from "./icons.js";
import { tongue } from "./claims.js";

const WIDE = "(min-width: 66rem)";
/** Pixels that stay free around a quotation that was scrolled to. */
const GAP = 12;

export class PassagePanel {
  /**
   * `place` receives the panel; `root` is listened to for Escape; `wide` (a media query) says whether it stands beside the
   * answer or covers it as a modal sheet; `frame` gets the class "with-panel" while it is open.
   */
  constructor(ui, client, { place = document.body, root = document, wide = matchMedia(WIDE), frame = document.documentElement } = {}) {
    Object.assign(this, { ui, client, wide, frame });
    // In the order of Tab: a long passage must be scrollable without a mouse.
    this.body = ui.el("div", { class: "panel-body", tabindex: "0" });
    // At the foot, and not after the passage: it is in view however long the passage is.
    this.way = ui.el("a", { class: "plain open-paper" }, ui.el("span", { t: "openPaper" }), icon("arrow"));
    const close = ui.el("button", { class: "quiet icon-only close", type: "button", tLabel: "closePassage", tTitle: "closePassage" }, icon("close"));
    close.addEventListener("click", () => this.close());
    this.dialog = ui.el(
      "dialog",
      { class: "panel", "aria-labelledby": "panel-title" },
      ui.el("div", { class: "panel-head" }, ui.el("h2", { id: "panel-title", t: "passage" }), close),
      this.body,
      ui.el("div", { class: "panel-foot" }, this.way),
    );
    // Escape closes it in both forms: a modal sheet does so by itself, the side panel not.
    this.dialog.addEventListener("close", () => this.#closed());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog && !this.wide.matches) this.close();
    });
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.dialog.open || event.defaultPrevented) return;
      event.preventDefault();
      this.close();
    });
    this.wide.addEventListener("change", () => this.#reopen());
    place.append(this.dialog);
  }

  /** Shows the passage of `citation`; focus goes in, and back to `opener` on closing. */
  async open(citation, opener) {
    this.opener?.removeAttribute("data-open");
    this.opener = opener;
    opener?.setAttribute("data-open", "");
    const ticket = (this.ticket = {});
    this.#show(citation, null);
    this.body.setAttribute("aria-busy", "true");
    this.#place();
    this.body.focus({ preventScroll: true });
    this.body.scrollTop = 0;
    const { document: paper, start, end } = citation;
    const fetched = await this.client.text(paper.id, paper.version, { start: start - REACH, end: end + REACH }).catch(() => null);
    if (this.ticket !== ticket) return;
    if (fetched) this.#show(citation, fetched);
    this.#reveal();
    this.body.removeAttribute("aria-busy");
  }

  /** Below a long title, on a phone: scrolls as far as shows the end of the quotation, and never past its beginning. */
  #reveal() {
    const seen = this.body.getBoundingClientRect();
    const mark = this.body.querySelector("#panel-quote").getBoundingClientRect();
    const below = mark.bottom + GAP - seen.bottom;
    if (below > 0) this.body.scrollTop += Math.min(below, mark.top - GAP - seen.top);
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  #place() {
    if (this.dialog.open) return;
    if (this.wide.matches) this.dialog.show();
    else this.dialog.showModal();
    this.frame.classList.add("with-panel");
  }

  #reopen() {
    if (!this.dialog.open) return;
    this.moving = true;
    this.dialog.close();
    this.#place();
  }

  #closed() {
    if (this.moving) {
      this.moving = false;
      return;
    }
    this.frame.classList.remove("with-panel");
    this.opener?.removeAttribute("data-open");
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    this.opener = null;
  }

  #show(citation, fetched) {
    const { ui } = this;
    const { document: paper } = citation;
    this.way.href = this.client.address(citation.href);
    const context = fetched && around(fetched, citation.start, citation.end);
    const section = fetched ? headingsOver(fetched.sections, citation.start, citation.section) : citation.section;
    const byline = [(paper.authors ?? []).join(", "), paper.year, paper.journal].filter(Boolean).join(" · ");
    // Blank lines between paragraphs would tear the short excerpt apart.
    const close = (text) => text.replace(/\n\s*\n/g, "\n");
    const mark = ui.el("mark", { id: "panel-quote" }, close(context ? context.quote : citation.quote));
    this.body.replaceChildren(
      ui.el("p", { class: "panel-title", lang: paper.language, dir: "auto" }, paper.title),
      ...(byline ? [ui.el("p", { class: "byline" }, byline)] : []),
      ui.el(
        "p",
        { class: "place" },
        ui.el("span", { lang: citation.quote_language, dir: "auto" }, section),
        citation.page ? ui.el("span", { t: ["page", { page: citation.page }] }) : null,
        citation.quote_language === ui.language ? null : tongue(ui, citation.quote_language),
      ),
      ui.el(
        "blockquote",
        { class: "stored", lang: citation.quote_language, dir: "auto" },
        ...(context ? [context.cutBefore ? "… " : "", close(context.before), mark, close(context.after), context.cutAfter ? " …" : ""] : [mark]),
      ),
      ...this.#translation(citation),
      ...this.#checks(citation.verified),
    );
  }

  #translation(citation) {
    if (!citation.translation) return [];
    const { ui } = this;
    return [ui.el("p", { class: "gloss" }, ui.el("span", { class: "tongue", t: "translation" }), " ", citation.translation)];
  }

  #checks(verified) {
    if (!verified) return [];
    const { ui } = this;
    const held = ["verbatim", "numbers", "names"].filter((check) => verified[check]);
    return [
      ui.el("h3", { t: "verifiedHeading" }),
      ui.el(
        "ul",
        { class: "checks" },
        held.map((check) => ui.el("li", {}, icon("check"), ui.el("span", { t: check }))),
        ui.el("li", {}, icon("check"), ui.el("span", { t: ["support", { percent: Math.round(verified.support * 100) }] })),
      ),
    ];
  }
}
