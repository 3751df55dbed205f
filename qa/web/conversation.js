// Answers so far → history for a follow-up, and a memory that lasts as long as the browser tab.

const KEY = "sitasi.conversation";
const KEPT = 8;
const MESSAGE_LIMIT = 4000;

export class Conversation {
  constructor(storage = null) {
    this.storage = storage;
    this.answers = this.#recall();
  }

  /** Earlier messages, oldest first, as the service takes them. */
  history() {
    return this.answers.slice(-3).flatMap((answer) => [
      { role: "user", content: answer.question.slice(0, MESSAGE_LIMIT) },
      { role: "assistant", content: (answer.text || "-").slice(0, MESSAGE_LIMIT) },
    ]);
  }

  add(answer) {
    this.answers = [...this.answers, answer].slice(-KEPT);
    this.#keep();
  }

  clear() {
    this.answers = [];
    this.#keep();
  }

  #recall() {
    try {
      const kept = JSON.parse(this.storage?.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter((answer) => answer?.id && Array.isArray(answer.claims)) : [];
    } catch {
      return [];
    }
  }

  #keep() {
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.answers));
    } catch {
      // Full or forbidden storage: the conversation then lasts as long as the page.
    }
  }
}
