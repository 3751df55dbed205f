// Answer → text for the clipboard, in the format a scholar asked for. Pure functions.
import { apa, bibtexOf, inText, papersOf, ris } from "./references.js";

export const FORMATS = ["plain", "markdown", "apa", "bibtex", "ris"];

const HEADINGS = { id: "Makalah yang disitasi", en: "Papers cited" };
const PAGE = { id: "hlm.", en: "p." };

const escapeMarkdown = (text) => text.replace(/([\\`*_[\]<>#|])/g, "\\$1");

function where(citation, language) {
  return [citation.section, citation.page && `${PAGE[language]} ${citation.page}`].filter(Boolean).join(", ");
}

function noteLines(answer, full, addressOf, line) {
  return answer.citations.map((citation) => line(citation, apa(full(citation.document), answer.language), addressOf(citation)));
}

function plain(answer, full, addressOf) {
  const notes = noteLines(answer, full, addressOf, (citation, reference, address) =>
    `[${citation.number}] ${reference} ${where(citation, answer.language)}: “${citation.quote}” ${address}`);
  return [answer.question, "", answer.text, "", `${HEADINGS[answer.language]}:`, ...notes].join("\n");
}

function markdown(answer, full, addressOf) {
  const sentences = answer.claims.map((claim) =>
    `${escapeMarkdown(claim.text)}${claim.citations.map((number) => `[^${number}]`).join("")}`);
  const notes = noteLines(answer, full, addressOf, (citation, reference, address) =>
    `[^${citation.number}]: ${escapeMarkdown(reference)} ${escapeMarkdown(where(citation, answer.language))}: “${escapeMarkdown(citation.quote)}” [→](${address})`);
  return [`**${escapeMarkdown(answer.question)}**`, "", sentences.join(" "), "", ...notes].join("\n");
}

function apaStyle(answer, full) {
  const numbered = new Map(answer.citations.map((citation) => [citation.number, citation]));
  const sentences = answer.claims.map((claim) => {
    const cited = claim.citations.map((number) => numbered.get(number)).filter(Boolean).map((citation) => {
      const page = citation.page ? `, ${PAGE[answer.language]} ${citation.page}` : "";
      return `${inText(citation.document, answer.language)}${page}`;
    });
    const source = cited.length ? ` (${[...new Set(cited)].join("; ")})` : "";
    const [, words, stop] = claim.text.match(/^(.*?)([.?!]?)$/s);
    return `${words}${source}${stop || "."}`;
  });
  const references = papersOf(answer).map((paper) => apa(full(paper), answer.language)).sort((a, b) => a.localeCompare(b));
  return [sentences.join(" "), "", ...references].join("\n");
}

/**
 * The answer in `format`. `full(paper)` gives the fullest bibliography known of a cited paper; `addressOf(citation)` an
 * absolute address of the quotation in its paper.
 */
export function answerAs(format, answer, full, addressOf) {
  const firstCitation = (paper) => answer.citations.find((citation) => citation.document.id === paper.id);
  const papers = papersOf(answer).map(full);
  switch (format) {
    case "markdown": return markdown(answer, full, addressOf);
    case "apa": return apaStyle(answer, full);
    case "bibtex": return bibtexOf(papers, (paper) => addressOf(firstCitation(paper)));
    case "ris": return papers.map((paper) => ris(paper, addressOf(firstCitation(paper)))).join("\r\n\r\n");
    default: return plain(answer, full, addressOf);
  }
}

/** Puts `text` on the clipboard. Resolves to false when the browser refuses, so that the text can be shown instead. */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
