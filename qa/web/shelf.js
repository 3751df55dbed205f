// Cited paper → its full bibliography (volume, issue, pages, DOI), fetched once and kept while the page is open.

/** Knows the papers of the page; `full` never waits, `complete` fills what is missing. */
export class Shelf {
  #papers = new Map();

  constructor(client) {
    this.client = client;
  }

  /** Adds papers that are known already, e.g. those of the catalogue. */
  add(papers) {
    for (const paper of papers) this.#papers.set(`${paper.id} ${paper.version}`, paper);
  }

  /** The fullest bibliography known of `paper` now. */
  full(paper) {
    return this.#papers.get(`${paper.id} ${paper.version}`) ?? paper;
  }

  /** Fetches what is not known yet; a paper that cannot be fetched stays as its citation gives it. */
  async complete(papers) {
    const missing = papers.filter((paper) => !this.#papers.has(`${paper.id} ${paper.version}`));
    const found = await Promise.allSettled(missing.map((paper) => this.client.paper(paper.id, paper.version)));
    this.add(found.filter((one) => one.status === "fulfilled").map((one) => one.value));
  }
}
