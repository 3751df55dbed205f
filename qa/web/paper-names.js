// Paper → the short names by which a page calls it. References are formatted by the service. Pure functions.

const oneLine = (text) => String(text ?? "").replace(/\s+/g, " ").trim();

/** "Berliana Indrawati" → "Indrawati"; names of one word, and names given as "Family, Given", by their family name. */
function familyOf(author) {
  const name = oneLine(author);
  return name.includes(",") ? name.split(/,\s*/, 1)[0] : name.split(" ").at(-1);
}

function families(paper, language) {
  const names = (paper.authors ?? []).map((author) => familyOf(author));
  return names.length > 2 ? `${names[0]} ${language === "id" ? "dkk." : "et al."}` : names.join(" & ");
}

function shortTitle(paper) {
  const title = oneLine(paper.title);
  return title.length > 40 ? `${title.slice(0, title.lastIndexOf(" ", 40))} …` : title;
}

/** The shortest name that tells a paper from its neighbours: "Indrawati & Pambudi 2020", else its place, else its title. */
export function shortName(paper, language) {
  const who = families(paper, language) || oneLine(paper.place).split(",")[0] || shortTitle(paper);
  return paper.year ? `${who} ${paper.year}` : who;
}

/** Who, when and where, under the title: "Berliana Indrawati, Argo Pambudi · 2020 · Kotagede". */
export function byline(paper) {
  return [(paper.authors ?? []).join(", "), paper.year, paper.journal, paper.place].map(oneLine).filter(Boolean).join(" · ");
}
