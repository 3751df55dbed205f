// Events of an answer → one turn of the conversation on the page; every sentence appears as it arrives, already verified.
import { actionRow } from "./actions.js";
import { claimNode } from "./claims.js";
import { faultText } from "./faults.js";
import { nearestList, silentNote, sourceList } from "./sources.js";

// Characters from which a question is set smaller, so that its answer stays in view.
const LONG = 120;

/** The language around a quotation: its own when it stands alone, the other one when it stands under a lead-in. */
function languageAround(claim, citations) {
  if (claim.kind !== "quotation" || !citations.length) return undefined;
  const [[start, end] = [0, 0]] = claim.quoted;
  const whole = start === 0 && end >= [...claim.text].length;
  const spoken = citations[0].quote_language;
  return whole ? spoken : { id: "en", en: "id" }[spoken];
}

/** What a reader sees of a claim; a translation may come after its claim. */
function shownAs(claim, citations, language) {
  return JSON.stringify([claim, language, citations.map((citation) => citation.translation)]);
}

export class AnswerView {
  /** `open(citation, opener)` shows a passage; `retry` asks again. */
  constructor(ui, { question, client, open, retry = null, restricted = 0, which = {}, level = "h2" }) {
    Object.assign(this, { ui, client, open, retry, which });
    this.minor = { h1: "h2", h2: "h3", h3: "h4" }[level];
    this.heading = ui.el(level, { class: question.length > LONG ? "asked long" : "asked", tabindex: "-1", dir: "auto" }, question);
    this.status = ui.el("p", { class: "progress", role: "status" });
    this.notes = ui.el("div", { class: "notes" });
    // Polite, additions only: a screen reader hears each sentence once, when it arrives.
    this.claims = ui.el("div", { class: "claims", "aria-live": "polite", "aria-relevant": "additions" });
    this.rest = ui.el("div", { class: "rest" });
    if (restricted) this.notes.append(ui.el("p", { t: ["restrictedTo", { n: restricted }] }));
    this.node = ui.el("article", { class: "turn", "aria-busy": "true" }, this.heading, this.notes, this.claims, this.status, this.rest);
    this.shown = [];
  }

  /** The question has been sent. */
  searching() {
    this.ui.say(this.status, "searching");
  }

  /** Passages have been found. */
  retrieved(passages) {
    this.ui.say(this.status, ["reading", { n: passages.length }]);
  }

  /** One verified sentence with its citations; `language` is that of the answer, when it is known already. */
  addClaim(claim, citations, language = languageAround(claim, citations) ?? this.ui.language) {
    this.shown.push(shownAs(claim, citations, language));
    this.claims.append(claimNode(this.ui, claim, citations, language, this.open));
  }

  /** The answer is complete; what the stream has shown stays as it is, what it has not shown is added. */
  finish(answer) {
    this.answer = answer;
    const { ui } = this;
    const cited = (claim) => answer.citations.filter((citation) => claim.citations.includes(citation.number));
    const wanted = answer.claims.map((claim) => shownAs(claim, cited(claim), answer.language));
    if (this.shown.some((claim, place) => claim !== wanted[place])) {
      this.claims.replaceChildren();
      this.shown = [];
    }
    for (const claim of answer.claims.slice(this.shown.length)) {
      this.addClaim(claim, cited(claim), answer.language);
    }
    if (answer.standalone_question && answer.standalone_question !== answer.question) {
      this.notes.append(ui.el("p", { t: ["understoodAs", { question: answer.standalone_question }] }));
    }
    if (answer.engine?.fault && answer.status === "answered") {
      this.notes.append(ui.el("p", { t: answer.engine.fault === "nothing_verified" ? "modelFailedCheck" : "modelAway" }));
    }
    if (answer.status === "answered") this.#answered(answer);
    else this.#abstained(answer);
    const fail = (problem) => this.#alert(problem);
    this.rest.append(...actionRow(ui, answer, { client: this.client, fail, which: this.which }));
    this.node.removeAttribute("aria-busy");
  }

  #answered(answer) {
    const papers = new Set(answer.citations.map((citation) => citation.document.id)).size;
    this.ui.say(this.status, ["answered", { n: answer.claims.length, sources: papers }]);
    this.status.classList.add("unseen");
    if (answer.dropped_claims) this.rest.append(this.ui.el("p", { class: "dropped", t: ["dropped", { n: answer.dropped_claims }] }));
    if (answer.silent?.length) this.rest.append(silentNote(this.ui, answer));
    this.rest.append(sourceList(this.ui, answer, this.client, this.open, this.minor));
  }

  #abstained(answer) {
    const { ui } = this;
    const aboutSitasi = answer.reason === "about_sitasi";
    this.status.textContent = "";
    this.node.classList.add("abstained");
    this.claims.append(
      ...(aboutSitasi ? [] : [ui.el("p", { class: "verdict", t: "noAnswer" })]),
      ui.el("p", { class: "reply", lang: answer.language }, answer.text),
    );
    if (answer.nearest.length) this.rest.append(nearestList(ui, answer, this.open, this.minor));
  }

  /** The reader stopped the answer. */
  stopped() {
    this.ui.say(this.status, "stopped");
    this.node.removeAttribute("aria-busy");
  }

  /** No answer came; one sentence says why. */
  fail(problem) {
    this.status.textContent = "";
    this.node.removeAttribute("aria-busy");
    this.#alert(problem, problem.retryable && this.retry);
  }

  #alert(problem, retry = null) {
    const again = retry && this.ui.el("button", { class: "plain", type: "button", t: "retry", on: { click: retry } });
    this.rest.querySelector(".fault")?.remove();
    this.rest.append(this.ui.el("div", { class: "fault", role: "alert" }, this.ui.el("p", {}, faultText(this.ui, problem)), again));
  }
}
