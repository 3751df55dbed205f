// The reader's choice of light or dark, set before the first paint; a classic script on purpose, since modules run later.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("sitasi.theme");
  } catch {
    // Storage may be forbidden; the system's preference then decides.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
