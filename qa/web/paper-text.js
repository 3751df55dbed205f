// Stored text + its sections + a cited span → blocks to lay out, with not one character of the text left out. Pure functions.
import { unitOffsets } from "./codepoints.js";

const plain = (words) => words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

/** The depth (0 = outermost) of the heading of `path` that stands on `line`, after numbering such as "4." or "b."; or -1. */
function headingDepth(line, path) {
  const words = plain(line);
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const heading = plain(path[depth]);
    if (heading && (words === heading || (words.endsWith(` ${heading}`) && words.length - heading.length <= 8))) return depth;
  }
  return -1;
}

/** Paragraphs (separated by blank lines) of `text[from:to]` as `[start, end)` offsets. */
function paragraphs(text, from, to) {
  const found = [];
  const breaks = /\n[ \t]*\n\s*/g;
  breaks.lastIndex = from;
  let start = from;
  for (let gap = breaks.exec(text); gap && gap.index < to; gap = breaks.exec(text)) {
    if (gap.index > start) found.push([start, gap.index]);
    start = gap.index + gap[0].length;
  }
  if (start < to) found.push([start, to]);
  return found.filter(([first, last]) => text.slice(first, last).trim());
}

/** Where the pages of the file begin, `Map(offset → number)` in UTF-16 units, each at the first whole word of its page. */
function firstWords(text, leaves) {
  const wordAfter = (at) => at + /^\S*\s*/.exec(at && /\S/.test(text[at - 1]) ? text.slice(at) : "")[0].length;
  const skipSpace = (at) => at + /^\s*/.exec(text.slice(at))[0].length;
  const ordered = [...leaves].sort((a, b) => a.start - b.start);
  const units = unitOffsets(text, ordered.map(({ start }) => start));
  return new Map(ordered.map(({ number }, place) => [skipSpace(wordAfter(units[place])), number]));
}

/** `text[from:to]` as pieces: those inside `[spanStart, spanEnd)` are marked, those that begin a page name it (`leaf`). */
function pieces(text, from, to, [spanStart, spanEnd], pages) {
  const inside = [spanStart, spanEnd, ...pages.keys()].filter((cut) => cut > from && cut < to);
  const cuts = [...new Set([from, ...inside, to])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, place) => ({
    text: text.slice(start, cuts[place + 1]),
    marked: start >= spanStart && start < spanEnd,
    leaf: pages.get(start) ?? null,
  }));
}

/**
 * Blocks in reading order: `{kind: "heading", depth, section, pieces}` or `{kind: "paragraph", section, pieces}`;
 * `section` is the number of the section a block belongs to. `span` is `[start, end)` in code points, or null;
 * `leaves` are `{number, start}` of the pages of the file, where it has any.
 */
export function layOut(text, sections, span, leaves = []) {
  const ordered = sections.map((section, number) => ({ ...section, number })).sort((a, b) => a.start - b.start);
  const units = unitOffsets(text, ordered.flatMap(({ start, end }) => [start, end]).sort((a, b) => a - b));
  const points = ordered.flatMap(({ start, end }) => [start, end]).sort((a, b) => a - b);
  const unitOf = new Map(points.map((point, place) => [point, units[place]]));
  const marked = span ? unitOffsets(text, span) : [-1, -1];
  const pages = firstWords(text, leaves);
  const blocks = [];
  const put = (from, to, section) => {
    for (const [start, end] of paragraphs(text, from, to)) {
      const depth = section && from < unitOf.get(section.start) ? headingDepth(text.slice(start, end), section.path) : -1;
      const block = { section: section?.number ?? -1, pieces: pieces(text, start, end, marked, pages) };
      blocks.push(depth < 0 ? { kind: "paragraph", ...block } : { kind: "heading", depth, ...block });
    }
  };
  let reached = 0;
  for (const section of ordered) {
    const [start, end] = [Math.max(unitOf.get(section.start), reached), unitOf.get(section.end)];
    put(reached, start, section);
    put(start, end, section);
    reached = Math.max(reached, end);
  }
  put(reached, text.length, null);
  return blocks;
}

/** Whether `[start, end)` from an address is a span of a text of `characters` code points. */
export function validSpan(start, end, characters) {
  return Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= characters;
}
