// The report works without this: it only filters the list of answers.
const bar = document.querySelector(".filters");
if (bar) {
  const cases = [...document.querySelectorAll("details.case")];
  const count = bar.querySelector("output");
  const show = () => {
    const wanted = Object.fromEntries(new FormData(bar));
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of cases) {
      const d = one.dataset;
      const fits = ["outcome", "type", "language", "scope", "change"].every((name) => !wanted[name] || d[name] === wanted[name])
        && (!wanted.study || d.study.split(" ").includes(wanted.study)) && words.every((word) => d.text.includes(word));
      one.hidden = !fits;
      shown += fits;
    }
    count.value = `${shown} of ${cases.length} answers`;
  };
  bar.hidden = false;
  bar.addEventListener("input", show);
  bar.addEventListener("submit", (event) => event.preventDefault());
  show();
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches("details.case")) { target.hidden = false; target.open = true; }
  };
  addEventListener("hashchange", reveal);
  reveal();
}
