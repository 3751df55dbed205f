// Papers and answers → references as scholars paste them: APA, BibTeX, RIS, Markdown, plain text. Pure functions.

const oneLine = (text) => String(text ?? "").replace(/\s+/g, " ").trim();
const NO_DATE = { id: "t.t.", en: "n.d." };

/** "Berliana Indrawati" → ["Indrawati", "Berliana"]; names of one word, and names given as "Family, Given", are kept so. */
function nameParts(author) {
  const name = oneLine(author);
  if (name.includes(",")) {
    const [family, given] = name.split(/,\s*/, 2);
    return [family, given];
  }
  const words = name.split(" ");
  return words.length < 2 ? [name, ""] : [words.at(-1), words.slice(0, -1).join(" ")];
}

function apaName(author) {
  const [family, given] = nameParts(author);
  const initials = given.split(/[\s.]+/).filter(Boolean).map((word) => `${[...word][0].toUpperCase()}.`).join(" ");
  return initials ? `${family}, ${initials}` : family;
}

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

function families(paper, language) {
  const names = (paper.authors ?? []).map((author) => nameParts(author)[0]);
  return names.length > 2 ? `${names[0]} ${language === "id" ? "dkk." : "et al."}` : names.join(" & ");
}

function shortTitle(paper) {
  const title = oneLine(paper.title);
  return title.length > 40 ? `${title.slice(0, title.lastIndexOf(" ", 40))} …` : title;
}

/** Who and when, as APA puts it inside a text: "Indrawati & Pambudi, 2020". Without authors a shortened title. */
export function inText(paper, language) {
  return `${families(paper, language) || `“${shortTitle(paper)}”`}, ${paper.year ?? NO_DATE[language]}`;
}

/** The shortest name that tells a paper from its neighbours: "Indrawati & Pambudi 2020", else its place, else its title. */
export function shortName(paper, language) {
  const who = families(paper, language) || oneLine(paper.place).split(",")[0] || shortTitle(paper);
  return paper.year ? `${who} ${paper.year}` : who;
}

/** One APA (7th edition) reference, in plain characters. */
export function apa(paper, language) {
  const names = (paper.authors ?? []).map(apaName);
  const who = names.length > 1 ? `${names.slice(0, -1).join(", ")}, & ${names.at(-1)}` : names[0] ?? "";
  const date = `(${paper.year ?? NO_DATE[language]}).`;
  const title = sentence(oneLine(paper.title));
  const issue = paper.issue ? `(${oneLine(paper.issue)})` : "";
  const where = [paper.journal && oneLine(paper.journal), paper.volume && `${oneLine(paper.volume)}${issue}`, paper.pages && oneLine(paper.pages).replace(/-+/g, "–")];
  const source = where.filter(Boolean).join(", ");
  const head = who ? `${sentence(who)} ${date} ${title}` : `${title} ${date}`;
  return [head, source && sentence(source), paper.doi && `https://doi.org/${oneLine(paper.doi)}`].filter(Boolean).join(" ");
}

/** "indrawati2020collaborative": first family name, year, first long word of the title, in ASCII. */
function citeKey(paper) {
  const ascii = (text) => text.normalize("NFKD").replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  const family = paper.authors?.length ? nameParts(paper.authors[0])[0] : "";
  const word = oneLine(paper.title).split(" ").find((candidate) => ascii(candidate).length > 4) ?? "";
  return [ascii(family), paper.year ?? "", ascii(word)].join("") || "sitasi";
}

const TEX = { "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
const tex = (text) => oneLine(text).replace(/[\\{}~^&%$#_]/g, (mark) => TEX[mark] ?? `\\${mark}`);

/** One BibTeX entry; `address` is where the paper can be read. */
export function bibtex(paper, address, key = citeKey(paper)) {
  const fields = [
    ["title", `{${tex(paper.title)}}`],
    ["author", paper.authors?.length && paper.authors.map((author) => tex(author)).join(" and ")],
    ["year", paper.year],
    ["journal", paper.journal && tex(paper.journal)],
    ["volume", paper.volume && tex(paper.volume)],
    ["number", paper.issue && tex(paper.issue)],
    ["pages", paper.pages && tex(paper.pages).replace(/[-–]+/g, "--")],
    ["doi", paper.doi && oneLine(paper.doi)],
    ["url", address],
  ].filter(([, value]) => value);
  const kind = paper.journal ? "article" : "misc";
  return `@${kind}{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}}`).join(",\n")}\n}`;
}

/** One RIS record, lines ended by CR LF as the format asks. */
export function ris(paper, address) {
  const [first, last] = oneLine(paper.pages).split(/\s*[-–]+\s*/, 2);
  const lines = [
    ["TY", paper.journal ? "JOUR" : "GEN"],
    ["TI", oneLine(paper.title)],
    ...(paper.authors ?? []).map((author) => ["AU", nameParts(author).filter(Boolean).join(", ")]),
    ["PY", paper.year], ["JO", oneLine(paper.journal)], ["VL", oneLine(paper.volume)], ["IS", oneLine(paper.issue)],
    ["SP", first], ["EP", last], ["DO", oneLine(paper.doi)], ["LA", paper.language], ["UR", address],
  ];
  return [...lines.filter(([, value]) => value).map(([tag, value]) => `${tag}  - ${value}`), "ER  - "].join("\r\n");
}

/** Every paper once, in the order of first citation. */
export function papersOf(answer) {
  const seen = new Map();
  for (const citation of answer.citations) if (!seen.has(citation.document.id)) seen.set(citation.document.id, citation.document);
  return [...seen.values()];
}

/** BibTeX entries of several papers with distinct keys. */
export function bibtexOf(papers, addressOf) {
  const used = new Map();
  return papers.map((paper) => {
    const key = citeKey(paper);
    const count = used.get(key) ?? 0;
    used.set(key, count + 1);
    return bibtex(paper, addressOf(paper), count ? `${key}${String.fromCharCode(96 + count)}` : key);
  }).join("\n\n");
}
