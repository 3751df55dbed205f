// Offsets in code points (the contract's unit) → offsets in UTF-16 units (JavaScript's), and slices by them.

const SURROGATE = /[\uD800-\uDBFF]/;

/** UTF-16 offsets of ascending code-point `offsets` in `text`; those beyond the end become its length. */
export function unitOffsets(text, offsets) {
  if (!SURROGATE.test(text)) return offsets.map((offset) => Math.min(Math.max(offset, 0), text.length));
  const found = [];
  let unit = 0;
  let point = 0;
  for (const offset of offsets) {
    while (point < offset && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    found.push(unit);
  }
  return found;
}

/** `text[start:end]`, counted in code points. */
export function sliceCodePoints(text, start, end) {
  const [from, to] = unitOffsets(text, [start, end]);
  return text.slice(from, to);
}

/** Cuts `text` at ascending, non-overlapping code-point `spans` into `{text, span}` pieces; `span` is its number or -1. */
export function cutAt(text, spans) {
  const units = unitOffsets(text, spans.flat());
  const pieces = [];
  let from = 0;
  spans.forEach((_, index) => {
    const [start, end] = [Math.max(units[2 * index], from), units[2 * index + 1]];
    if (end <= start) return;
    if (start > from) pieces.push({ text: text.slice(from, start), span: -1 });
    pieces.push({ text: text.slice(start, end), span: index });
    from = end;
  });
  if (from < text.length) pieces.push({ text: text.slice(from), span: -1 });
  return pieces;
}
