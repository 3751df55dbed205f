// Names → small line drawings, built as DOM so that they work under any host's content security policy.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  send: "M12 19V5M5 12l7-7 7 7",
  stop: "M7 7h10v10H7z",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v11H9zM5 15V4h10",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 3 3l-1 4h5a2 2 0 0 1 2 2l-2 7a1 1 0 0 1-1 1H7",
  down: "M7 13V4H4v9zM7 13l4 8c2 0 3-1 3-3l-1-4h5a2 2 0 0 0 2-2l-2-7a1 1 0 0 0-1-1H7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  studies: "M4 5h7v14H4zM13 5h3v14h-3zM18 6l3 13",
  columns: "M4 5h16v14H4zM9.500 5v14M14.500 5v14",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M19 5l-1.500 1.500M6.500 17.500L5 19",
  moon: "M20 14.500A8 8 0 0 1 9.500 4 8 8 0 1 0 20 14.500z",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-6 6-6 12 0 18M12 3c6 6 6 12 0 18",
  auto: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  arrow: "M5 12h14M13 6l6 6-6 6",
  new: "M12 5v14M5 12h14",
  print: "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
};

/** A drawing that assistive technology skips; the control around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** The mark of Sitasi: one kawung, the four-petalled batik motif. */
export function kawung() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("class", "kawung");
  svg.setAttribute("aria-hidden", "true");
  for (const turn of [45, 135, 225, 315]) {
    const petal = document.createElementNS(SVG, "ellipse");
    petal.setAttribute("cx", "16");
    petal.setAttribute("cy", "7.500");
    petal.setAttribute("rx", "4.600");
    petal.setAttribute("ry", "6.800");
    petal.setAttribute("transform", `rotate(${turn} 16 16)`);
    svg.append(petal);
  }
  return svg;
}
