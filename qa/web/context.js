// Stored text around a span → the stretch of whole lines to show beside an answer. Pure functions.

const sectionOver = (sections, place) => sections.find((one) => one.start <= place && place < one.end);

/** How many code points on each side of a quotation are fetched. */
export const REACH = 700;

/**
 * Cuts fetched text to whole lines near the span. `fetched` is `{text, start, end, characters, sections}` as the service sends it;
 * the result is `{before, quote, after, cutBefore, cutAfter}`, all strings and flags, or null when the span is not inside.
 */
export function around(fetched, start, end, nearby = 260) {
  const points = [...fetched.text];
  const [from, to] = [start - fetched.start, end - fetched.start];
  if (from < 0 || to > points.length || to <= from) return null;
  const lineStart = (place) => {
    const found = points.lastIndexOf("\n", Math.max(0, place - 1));
    return found < 0 ? 0 : found + 1;
  };
  const lineEnd = (place) => {
    const found = points.indexOf("\n", place);
    return found < 0 ? points.length : found;
  };
  // Neither the heading above nor the next section belongs to the passage.
  const section = sectionOver(fetched.sections ?? [], start);
  const top = section ? Math.max(0, section.start - fetched.start) : 0;
  const bottom = section ? Math.max(to, Math.min(points.length, section.end - fetched.start)) : points.length;
  let first = lineStart(from);
  while (first > 0 && from - lineStart(first - 1) <= nearby) first = lineStart(first - 1);
  let last = lineEnd(to);
  while (last < points.length && lineEnd(last + 1) - to <= nearby) last = lineEnd(last + 1);
  // A line longer than the reach is cut at a space: whole papers can stand on one line.
  if (from - first > 2 * nearby) first = points.indexOf(" ", from - nearby) + 1;
  if (last - to > 2 * nearby) last = points.lastIndexOf(" ", to + nearby);
  if (first > from || last < to) [first, last] = [from, to];
  [first, last] = [Math.max(first, Math.min(top, from)), Math.min(last, bottom)];
  return {
    before: points.slice(first, from).join("").replace(/^\n+/, ""),
    quote: points.slice(from, to).join(""),
    after: points.slice(to, last).join("").replace(/\n+$/, ""),
    cutBefore: fetched.start + first > (section?.start ?? 0),
    cutAfter: fetched.start + last < (section?.end ?? fetched.characters),
  };
}

/** The chain of headings that stands over `start`, or the citation's own section name. */
export function headingsOver(sections, start, otherwise) {
  const section = sectionOver(sections, start);
  const path = section?.path.filter(Boolean) ?? [];
  return path.length ? path.join(" › ") : otherwise ?? "";
}
