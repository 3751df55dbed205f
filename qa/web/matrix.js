// Evidence matrix as the service sends it → sorted rows, and CSV for a spreadsheet. Pure functions.

const cellOf = (row, theme) => row.cells.find((cell) => cell.theme === theme);

/** Rows in order of `column`: "study", "year", or the id of a theme (most claims first); equal rows stay in order. */
export function sortedRows(rows, column, descending = false) {
  const key = {
    study: (row) => row.document.title.toLowerCase(),
    year: (row) => row.document.year ?? Infinity,
  }[column] ?? ((row) => -(cellOf(row, column)?.claims.length ?? 0));
  const sign = descending ? -1 : 1;
  const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a === b ? 0 : a - b);
  return [...rows].sort((a, b) => sign * compare(key(a), key(b)));
}

// A spreadsheet runs cells that begin so; a leading apostrophe makes them text.
const RUNS = /^[=+\-@\t\r]/;

function field(text) {
  const safe = RUNS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * CSV (RFC 4180, with a byte-order mark so that Excel reads UTF-8): one line for each claim and citation, so that every
 * statement stands beside its quotation and the address of that quotation.
 */
export function toCsv({ themes, rows }, heads, addressOf) {
  const labels = new Map(themes.map((theme) => [theme.id, theme.label]));
  const lines = [heads];
  for (const row of rows) {
    for (const cell of row.cells.filter((one) => labels.has(one.theme))) {
      for (const claim of cell.claims) {
        for (const citation of cell.citations.filter((one) => claim.citations.includes(one.number))) {
          lines.push([
            row.document.title, (row.document.authors ?? []).join("; "), String(row.document.year ?? ""), row.document.place ?? "",
            labels.get(cell.theme), claim.text, citation.quote, citation.section ?? "", String(citation.page ?? ""), addressOf(citation),
          ]);
        }
      }
    }
  }
  return `\ufeff${lines.map((line) => line.map((text) => field(String(text))).join(",")).join("\r\n")}\r\n`;
}
