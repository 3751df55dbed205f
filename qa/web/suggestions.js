// Catalogue of papers → questions to start with, in the language of the interface. Pure, and the same for the same catalogue.

/** "Kotagede, Yogyakarta" → "Kotagede": the innermost place is what readers call it. */
const near = (place) => place.split(",")[0].trim();

/** Papers in turn, those in `language` first, one for each place, so that questions do not repeat a study. */
function oneForEachPlace(papers, language) {
  const ordered = [...papers].sort((a, b) => Number(b.language === language) - Number(a.language === language));
  const seen = new Map();
  for (const paper of ordered) {
    const key = (paper.place ? near(paper.place) : paper.title).toLowerCase();
    if (!seen.has(key)) seen.set(key, paper);
  }
  return [...seen.values()];
}

/** A keyword that several papers share, or else the first one of the first paper. Single common words say too little. */
function sharedKeyword(papers, language) {
  const counts = new Map();
  for (const paper of papers.filter((one) => one.language === language)) {
    for (const keyword of new Set((paper.keywords ?? []).map((word) => word.trim()))) {
      if (keyword.includes(" ")) counts.set(keyword, (counts.get(keyword) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

const short = (title) => (title.length > 70 ? `${title.slice(0, title.lastIndexOf(" ", 68))} …` : title);

/** `[key, params]` of at most `limit` interface texts; see `suggest…` in i18n.js. */
export function suggestionsFrom(papers, language, limit = 4) {
  const studies = oneForEachPlace(papers, language);
  const placed = studies.filter((paper) => paper.place);
  const found = [];
  if (placed[0]) found.push(["suggestFindings", { place: near(placed[0].place) }]);
  const keyword = sharedKeyword(papers, language);
  if (keyword) found.push(["suggestKeyword", { keyword }]);
  if (placed[1]) found.push(["suggestObstacles", { place: near(placed[1].place) }]);
  if (placed.length > 3) found.push(["suggestCompare", { place: near(placed[2].place), other: near(placed[3].place) }]);
  for (const paper of studies.filter((one) => !one.place)) found.push(["suggestTitle", { title: short(paper.title) }]);
  return found.slice(0, limit);
}
