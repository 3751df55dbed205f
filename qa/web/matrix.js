// Evidence matrix as the service sends it → its rows in the order that a reader wants. Pure functions.

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
