// The one place that knows the shape of Sitasi's HTTP contract (v1). The pages and the widget use it; nothing else fetches.
import { readEvents } from "./sse.js";

/**
 * @typedef {{id: string, version: string, title: string, authors: string[], year: ?number, journal: ?string,
 *   place: ?string, language: "id"|"en"}} Paper
 * @typedef {{number: number, document: Paper, passage_id: string, section: string, page: ?number, quote: string,
 *   quote_language: "id"|"en", translation: ?string, start: number, end: number, href: string,
 *   verified: {verbatim: boolean, numbers: boolean, names: boolean, support: number}}} Citation
 * @typedef {{kind: "statement"|"quotation", text: string, start: number, end: number, quoted: [number, number][],
 *   citations: number[], support: number}} Claim  `quoted` counts code points of `text`
 * @typedef {{rank: number, document: Paper, passage_id: string, section: string, page: ?number, language: "id"|"en",
 *   text: string, start: number, end: number, href: string}} Passage
 * @typedef {{id: string, question: string, standalone_question: ?string, language: "id"|"en",
 *   status: "answered"|"abstained", reason: ?string, text: string, claims: Claim[], citations: Citation[],
 *   nearest: Passage[], silent: Paper[], dropped_claims: number, grounding: string, corpus: {version: string, documents: number,
 *   passages: number}, engine: {mode: string, model: ?string, fault: ?string}, timings_ms: Object<string, number>}} Answer
 * @typedef {{question: string, language?: "id"|"en", mode?: string, documents?: string[],
 *   history?: {role: "user"|"assistant", content: string}[]}} Question
 */

const KEY_WANTED = new Set(["key_needed", "key_refused"]);

/** A problem document (RFC 9457), or the fact that no answer came at all (`code` is then "unreachable"). */
export class Problem extends Error {
  constructor({ title, detail, advice, code, status, retryable, request_id: requestId }) {
    super(detail || title || code);
    this.name = "Problem";
    this.detail = detail || title || "";
    this.advice = advice || "";
    this.code = code || "unknown";
    this.status = status || 0;
    this.retryable = Boolean(retryable);
    this.requestId = requestId || "";
  }
}

async function problemIn(response) {
  const told = await response.json().catch(() => ({}));
  return new Problem({ code: `http_${response.status}`, ...told, status: response.status });
}

/**
 * Catalogue entries hold the bibliography apart, citations beside the id; the pages see one shape, in which `pages` are
 * those of the journal and `leaves` is where the pages of the file begin.
 */
const withHead = ({ bibliography, pages: leaves, ...entry }) => ({ ...bibliography, ...entry, leaves });

export class Client {
  /**
   * @param {{base?: string, token?: ?string, language?: () => ("id"|"en"), askKey?: (refused: boolean) => Promise<?string>}}
   *   options `base` is the service's own address (the page's when unset); `token` is a public embed token or a key;
   *   `language` says in which language errors are wanted; `askKey` gives the reader's key when the service needs one.
   */
  constructor({ base = location.origin, token = null, language = () => "en", askKey = null } = {}) {
    this.base = base.replace(/\/+$/, "");
    this.token = token;
    this.askKey = askKey;
    this.language = language;
  }

  /** The absolute address of a path of the service. Paths that lead elsewhere (`//host`, `javascript:`) become the start page. */
  address(path) {
    const url = new URL(String(path), `${this.base}/`);
    return url.origin === new URL(this.base).origin && /^https?:$/.test(url.protocol) ? url.href : `${this.base}/`;
  }

  /** A complete answer. @param {Question} question @returns {Promise<Answer>} */
  ask(question, { signal } = {}) {
    return this.#json("POST", "/v1/answers", { ...question, stream: false }, signal);
  }

  /**
   * The events of an answer as they come: `{event: "retrieved", passages}`, `{event: "claim", claim, citations}`,
   * `{event: "done", answer}`. Throws Problem for an `error` event and for a line that breaks before `done`.
   * @param {Question} question
   */
  async *stream(question, { signal } = {}) {
    const response = await this.#send("POST", "/v1/answers", { ...question, stream: true }, signal, "text/event-stream");
    try {
      for await (const { event, data } of readEvents(response.body)) {
        const body = JSON.parse(data);
        if (event === "error") throw new Problem(body);
        if (event === "done") {
          yield { event, answer: body };
          return;
        }
        yield { event, ...body };
      }
    } catch (fault) {
      if (fault instanceof Problem || fault.name === "AbortError") throw fault;
      throw new Problem({ code: "interrupted", retryable: true });
    }
    throw new Problem({ code: "interrupted", retryable: true });
  }

  /** Passages near a query, best first. @returns {Promise<{passages: Passage[]}>} */
  search(query, { documents = [], limit = 10, signal } = {}) {
    return this.#json("POST", "/v1/search", { query, documents, limit }, signal);
  }

  /** The papers that answer now, each with its bibliography in the same object as its id. @returns {Promise<object[]>} */
  async documents({ signal } = {}) {
    const body = await this.#json("GET", "/v1/documents", undefined, signal);
    return body.documents.filter((entry) => entry.answers).map(withHead);
  }

  /** Head, sections and length (code points) of one version of a paper; the current one when `version` is unset. */
  async paper(id, version = null, { signal } = {}) {
    const query = version ? `?${new URLSearchParams({ version })}` : "";
    return withHead(await this.#json("GET", `/v1/documents/${encodeURIComponent(id)}${query}`, undefined, signal));
  }

  /** Stored text `[start, end)` of a version, with the sections it touches: `{text, start, end, characters, sections}`. */
  text(id, version, { start = 0, end = null, signal } = {}) {
    const query = new URLSearchParams({ start: Math.max(0, start) });
    if (version) query.set("version", version);
    if (end !== null) query.set("end", end);
    return this.#json("GET", `/v1/documents/${encodeURIComponent(id)}/text?${query}`, undefined, signal);
  }

  /** An answer that was given before. @returns {Promise<Answer>} */
  answer(id, { signal } = {}) {
    return this.#json("GET", `/v1/answers/${encodeURIComponent(id)}`, undefined, signal);
  }

  /** An answer with its references, as text in each format: `{plain, markdown, apa, bibtex, ris}`. */
  copies(id) {
    return this.#json("GET", `/v1/answers/${encodeURIComponent(id)}/copies`);
  }

  /** The reference of one version of a paper, as text in each format. */
  references(id, version, language) {
    const query = new URLSearchParams({ language, ...(version ? { version } : {}) });
    return this.#json("GET", `/v1/documents/${encodeURIComponent(id)}/references?${query}`);
  }

  /** Keeps an answer for good. @returns {Promise<string>} its permanent absolute address */
  async share(id) {
    const body = await this.#json("POST", `/v1/answers/${encodeURIComponent(id)}/share`, {});
    return this.address(body.href);
  }

  /** A reader's verdict: "up" or "down", with or without a comment. */
  feedback(answerId, verdict, comment = null) {
    return this.#json("POST", "/v1/feedback", { answer_id: answerId, verdict, comment });
  }

  /** The evidence matrix: studies by themes, every cell cited. @param {{documents?: string[], themes?: string[], language?: string}} wanted */
  compare(wanted, { signal } = {}) {
    return this.#json("POST", "/v1/compare", wanted, signal);
  }

  /** The same matrix as a CSV file, byte for byte: as text it would lose the mark by which spreadsheets know UTF-8. */
  async compareCsv(wanted) {
    return (await this.#send("POST", "/v1/compare", { ...wanted, format: "csv" }, undefined, "text/csv")).blob();
  }

  /** The text of one of the service's own static files, e.g. a style sheet. */
  async asset(path) {
    return (await this.#send("GET", path, undefined, undefined, "*/*")).text();
  }

  /** Whether there is another key than the one that was `sent`; requests that are refused together ask for one once. */
  async #unlock(sent, refused) {
    if (this.token !== sent) return true;
    this.unlocking ??= this.askKey(refused).finally(() => (this.unlocking = null));
    const key = await this.unlocking;
    if (key) this.token = key;
    return Boolean(key);
  }

  async #json(method, path, body, signal) {
    const response = await this.#send(method, path, body, signal, "application/json");
    return response.status === 204 ? null : response.json();
  }

  async #send(method, path, body, signal, accept) {
    const headers = { accept: `${accept}, application/problem+json`, "accept-language": this.language() };
    if (body !== undefined) headers["content-type"] = "application/json";
    const sent = this.token;
    if (sent) headers.authorization = `Bearer ${sent}`;
    let response;
    try {
      response = await fetch(this.address(path), {
        method, headers, signal, credentials: "omit", body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch (fault) {
      if (fault.name === "AbortError") throw fault;
      throw new Problem({ code: "unreachable", retryable: true });
    }
    if (response.ok) return response;
    const problem = await problemIn(response);
    if (this.askKey && KEY_WANTED.has(problem.code) && (await this.#unlock(sent, problem.code === "key_refused"))) {
      return this.#send(method, path, body, signal, accept);
    }
    throw problem;
  }
}
