// One script tag → <sitasi-chat>: the chat inside any page, in a shadow DOM, from the same client and the same views.
//
// Attributes: lang="id|en" (else it follows the question), mode="inline|floating", theme="light|dark|auto", token, heading,
// documents="id,id", citations="off", suggestions="off", base (address of the service, when the script comes from elsewhere).
// Events (bubbling, composed): sitasi:ready, sitasi:question, sitasi:claim, sitasi:answer, sitasi:error, sitasi:open,
// sitasi:close, and sitasi:citation, which a page may cancel to open the paper itself.
import { AnswerView } from "./static/answer-view.js";
import { Client } from "./static/client.js";
import { Conversation } from "./static/conversation.js";
import { faultText } from "./static/faults.js";
import { icon, kawung } from "./static/icons.js";
import { Interface } from "./static/interface.js";
import { PassagePanel } from "./static/passage-panel.js";
import { browserLanguage } from "./static/preferences.js";
import { suggestionsFrom } from "./static/suggestions.js";

const HOME = new URL(import.meta.url).origin;
const STYLES = ["/static/answer.css", "/static/widget.css"];
const ALWAYS = { matches: true, addEventListener() {} };

// The page around may set any root font size, so root units become pixels here.
const inPixels = (css) => css.replace(/(\d*\.?\d+)rem\b/g, (_, size) => `${Number(size) * 16}px`);

export class SitasiChat extends HTMLElement {
  static observedAttributes = ["lang"];

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    this.ui = new Interface(root, this.#language());
    this.client = new Client({ base: this.getAttribute("base") ?? HOME, token: this.getAttribute("token"), language: () => this.ui.language });
    this.conversation = new Conversation();
    this.running = null;
    this.#build(root);
    this.ready = this.#dress(root);
  }

  attributeChangedCallback() {
    this.ui?.setLanguage(this.#language());
  }

  /** Asks a question as if the reader had typed it; resolves when the answer is complete. */
  async ask(text) {
    await this.ready;
    this.running?.abort();
    const leaving = (this.running = new AbortController());
    const documents = (this.getAttribute("documents") ?? "").split(",").filter(Boolean);
    const retry = () => this.ask(text);
    const view = new AnswerView(this.ui, {
      question: text, client: this.client, retry, level: "h3",
      open: (citation, opener) => this.#tell("citation", { citation }, true) && this.panel.open(citation, opener),
    });
    this.suggestions.remove();
    this.ui.say(this.field, "placeholderNext", "tPlaceholder");
    this.thread.append(view.node);
    this.#tell("question", { question: text });
    view.searching();
    this.#showSending();
    this.thread.scrollTop = view.node.offsetTop - this.thread.offsetTop;
    try {
      const question = { question: text, documents, history: this.conversation.history() };
      for await (const told of this.client.stream(question, { signal: leaving.signal })) this.#show(view, told);
    } catch (problem) {
      if (problem.name === "AbortError") view.stopped();
      else {
        view.fail(problem);
        this.#tell("error", { code: problem.code, message: faultText(this.ui, problem) });
      }
    } finally {
      if (this.running === leaving) this.running = null;
      this.#showSending();
    }
  }

  /** Opens the floating chat. */
  open() {
    if (!this.#floating || !this.box.hidden) return;
    this.box.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    this.field.focus();
    this.#tell("open");
  }

  /** Closes the floating chat; the conversation stays. */
  close() {
    if (!this.#floating || this.box.hidden) return;
    this.box.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus();
    this.#tell("close");
  }

  get #floating() {
    return this.getAttribute("mode") === "floating";
  }

  #language() {
    const asked = (this.getAttribute("lang") ?? "").toLowerCase().split("-")[0];
    this.fixed = asked === "id" || asked === "en";
    return this.fixed ? asked : browserLanguage();
  }

  #tell(name, detail = {}, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(`sitasi:${name}`, { detail, bubbles: true, composed: true, cancelable }));
  }

  #show(view, told) {
    if (told.event === "retrieved") view.retrieved(told.passages);
    if (told.event === "claim") {
      view.addClaim(told.claim, told.citations);
      this.#tell("claim", { claim: told.claim, citations: told.citations });
    }
    if (told.event === "done") {
      if (!this.fixed && told.answer.language !== this.ui.language) this.ui.setLanguage(told.answer.language);
      view.finish(told.answer);
      this.conversation.add(told.answer);
      this.#tell("answer", { answer: told.answer });
    }
  }

  #build(root) {
    const { ui } = this;
    this.thread = ui.el("div", { class: "thread", tabindex: "0", role: "region", tLabel: "conversation" });
    this.suggestions = ui.el("div", { class: "suggestions" });
    this.field = ui.el("textarea", { rows: "1", maxlength: "2000", tLabel: "question", tPlaceholder: "placeholder", enterkeyhint: "send" });
    this.send = ui.el("button", { class: "primary send" });
    const form = ui.el("form", { class: "composer", on: { submit: (event) => this.#submit(event) } }, this.field, this.send);
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    });
    const close = ui.el("button", { class: "quiet icon-only", type: "button", tLabel: "widgetClose", on: { click: () => this.close() } }, icon("close"));
    const title = this.getAttribute("heading");
    this.box = ui.el(
      "section",
      { class: "box", tLabel: "widgetName", role: this.#floating ? "dialog" : null },
      ui.el("header", {}, kawung(), ui.el("h2", title ? {} : { t: "heading" }, title ?? ""), this.#floating ? close : null),
      this.thread,
      this.suggestions,
      form,
      ui.el("p", { class: "powered" }, ui.el("a", { href: this.client.address("/"), t: "poweredBy" })),
    );
    this.panel = new PassagePanel(ui, this.client, { place: this.box, root: this.box, wide: ALWAYS, frame: this.box });
    this.launcher = ui.el("button", { class: "launcher", type: "button", "aria-expanded": "false", on: { click: () => this.open() } }, kawung(), ui.el("span", { t: "widgetOpen" }));
    this.box.hidden = this.#floating;
    this.launcher.hidden = !this.#floating;
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
    // A reader who follows a citation stays on the page that carries the widget.
    root.addEventListener("click", (event) => {
      const link = event.composedPath().find((node) => node.localName === "a");
      if (link) Object.assign(link, { target: "_blank", rel: "noopener" });
    });
    this.#showSending();
  }

  /** The element shows itself once its style sheets and the papers are there: never undressed, and never where it may not ask. */
  async #dress(root) {
    try {
      const [papers, ...texts] = await Promise.all([this.client.documents(), ...STYLES.map((path) => this.client.asset(path))]);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(inPixels(texts.join("\n")));
      root.adoptedStyleSheets = [sheet];
      this.#suggest(papers);
      root.append(this.launcher, this.box);
      this.#tell("ready");
    } catch (problem) {
      // A browser does not tell a page why another site refused it.
      const why = problem.code === "unreachable" ? this.ui.text("unreachableHere") : faultText(this.ui, problem);
      root.append(this.ui.el("p", { role: "alert" }, why));
      this.#tell("error", { code: problem.code, message: why });
    }
  }

  #suggest(papers) {
    if (this.getAttribute("suggestions") === "off") return;
    const only = (this.getAttribute("documents") ?? "").split(",").filter(Boolean);
    const offered = only.length ? papers.filter((paper) => only.includes(paper.id)) : papers;
    const show = () => {
      if (this.thread.childElementCount) return;
      const buttons = suggestionsFrom(offered, this.ui.language, 3).map(([key, params]) => {
        const text = this.ui.text(key, params);
        return this.ui.el("button", { type: "button", on: { click: () => this.ask(text) } }, text);
      });
      this.suggestions.replaceChildren(this.ui.el("p", { class: "welcome", t: "tagline" }), ...buttons);
    };
    this.ui.addEventListener("languagechange", show);
    show();
  }

  #submit(event) {
    event.preventDefault();
    if (this.running) {
      this.running.abort();
      return;
    }
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.ask(text);
  }

  #showSending() {
    const asking = Boolean(this.running);
    this.send.replaceChildren(icon(asking ? "stop" : "send"), this.ui.el("span", { class: "unseen", t: asking ? "stop" : "ask" }));
  }
}

if (!customElements.get("sitasi-chat")) customElements.define("sitasi-chat", SitasiChat);
