// A shared answer → how to cite the answer itself, apart from the papers it cites. Pure functions.

const GENRE = { id: "Jawaban dengan sitasi terperiksa", en: "Answer with verified citations" };
const oneLine = (text) => text.replace(/\s+/g, " ").trim();
const isoDay = (date) => date.toISOString().slice(0, 10);

function apaDate(date, language) {
  if (!date) return language === "id" ? "t.t." : "n.d.";
  const month = new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }).format(date);
  const [year, day] = [date.getUTCFullYear(), date.getUTCDate()];
  return language === "id" ? `${year}, ${day} ${month}` : `${year}, ${month} ${day}`;
}

/** `{copyApa, copyBibtex, copyRis}` for an answer; `date` is when it was given, or null; `address` its permanent address. */
export function answerReferences(answer, address, date) {
  const title = oneLine(answer.question);
  const genre = GENRE[answer.language];
  const corpus = answer.corpus.version;
  const key = `sitasi${date?.getUTCFullYear() ?? ""}${answer.id.slice(-6)}`;
  const braced = title.replace(/[\\{}]/g, "").replace(/([&%$#_])/g, "\\$1");
  return {
    copyApa: `Sitasi. (${apaDate(date, answer.language)}). ${title} [${genre}; ${corpus}]. ${address}`,
    copyBibtex: [
      `@misc{${key},`,
      "  author = {{Sitasi}},",
      `  title = {{${braced}}},`,
      ...(date ? [`  year = {${date.getUTCFullYear()}},`, `  date = {${isoDay(date)}},`] : []),
      `  note = {${genre}, corpus ${corpus}},`,
      `  url = {${address}}`,
      "}",
    ].join("\n"),
    copyRis: [
      "TY  - ELEC",
      "AU  - Sitasi",
      `TI  - ${title}`,
      ...(date ? [`PY  - ${date.getUTCFullYear()}`, `DA  - ${isoDay(date).replaceAll("-", "/")}`] : []),
      `N1  - ${genre}, corpus ${corpus}`,
      `UR  - ${address}`,
      "ER  - ",
    ].join("\r\n"),
  };
}
