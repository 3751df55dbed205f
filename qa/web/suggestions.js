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

/** How many papers in `language` carry each keyword, in whatever capitals they write it. */
function keywordCounts(papers, language) {
  const counts = new Map();
  for (const paper of papers.filter((one) => one.language === language)) {
    const keywords = new Set((paper.keywords ?? []).map((word) => word.trim().toLowerCase()));
    for (const keyword of keywords) counts.set(keyword, (counts.get(keyword) ?? 0) + 1);
  }
  return counts;
}

/** The keyword that most papers share, as the first of them writes it. Single words say too little. */
function sharedKeyword(counts, papers) {
  const shared = [...counts].filter(([keyword]) => keyword.includes(" ")).sort((a, b) => b[1] - a[1])[0]?.[0];
  const written = papers.flatMap((paper) => paper.keywords ?? []).map((word) => word.trim());
  return written.find((word) => word.toLowerCase() === shared);
}

/** The first keyword that only this paper carries: a subject, not a name. */
function ownKeyword(paper, counts) {
  return (paper.keywords ?? []).find((keyword) => counts.get(keyword) === 1 && keyword === keyword.toLowerCase());
}

const short = (title) => (title.length > 70 ? `${title.slice(0, title.lastIndexOf(" ", 68))} …` : title);

/** `[key, params]` of at most `limit` interface texts; see `suggest…` in i18n.js. */
export function suggestionsFrom(papers, language, limit = 4) {
  const studies = oneForEachPlace(papers, language);
  const placed = studies.filter((paper) => paper.place);
  const counts = keywordCounts(papers, language);
  const found = [];
  const [first, second, third] = placed.map((paper) => near(paper.place));
  const own = placed[0] && ownKeyword(placed[0], counts);
  if (own) found.push(["suggestSubject", { place: first, keyword: own }]);
  else if (first) found.push(["suggestObstacles", { place: first }]);
  const shared = sharedKeyword(counts, studies);
  if (shared) found.push(["suggestKeyword", { keyword: shared }]);
  if (second) found.push(["suggestObstacles", { place: second }]);
  if (third) found.push(["suggestMethod", { place: third }]);
  for (const paper of studies.filter((one) => !one.place)) found.push(["suggestTitle", { title: short(paper.title) }]);
  return found.slice(0, limit);
}
