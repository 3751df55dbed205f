// Answer → what a reader can do with it: copy it with its references, share it, judge it.
import { FORMATS, toClipboard } from "./copying.js";
import { disclose } from "./disclosure.js";
import { icon } from "./icons.js";

const TEXT_OF = { plain: "copyPlain", markdown: "copyMarkdown", apa: "copyApa", bibtex: "copyBibtex", ris: "copyRis" };

/** A box with text to copy by hand, for browsers that do not let a page write to the clipboard. */
function handCopy(ui, place, text) {
  const box = ui.el("textarea", { class: "hand-copy", readonly: true, rows: "6", tLabel: "copyFailed" });
  box.value = text;
  place.replaceChildren(ui.el("p", { t: "copyFailed" }), box);
  box.focus();
  box.select();
}

function copyMenu(ui, { answer, client, say, place, fail }) {
  let copies = null;
  const button = ui.el("button", { class: "quiet", type: "button" }, icon("copy"), ui.el("span", { t: "copy" }));
  const formats = FORMATS.map((format) => {
    const choice = ui.el("button", { type: "button", t: TEXT_OF[format] });
    choice.addEventListener("click", async () => {
      close(true);
      let text;
      try {
        text = (await copies)[format];
      } catch (problem) {
        fail(problem);
        return;
      }
      if (await toClipboard(text)) say("copied", { format: ui.text(TEXT_OF[format]) });
      else handCopy(ui, place, text);
    });
    return ui.el("li", {}, choice);
  });
  const panel = ui.el("ul", { class: "menu" }, formats);
  // Fetched on opening: the click on a format must reach the clipboard while the browser still counts it as the reader's wish.
  const close = disclose(button, panel, () => {
    copies = client.copies(answer.id);
    copies.catch(() => {}); // Told when a format is chosen.
  });
  return ui.el("div", { class: "disclosure" }, button, panel);
}

function shareButton(ui, { answer, client, say, place, fail }) {
  const button = ui.el("button", { class: "quiet", type: "button" }, icon("link"), ui.el("span", { t: "share" }));
  button.addEventListener("click", async () => {
    try {
      const address = await client.share(answer.id);
      const field = ui.el("input", { class: "address", readonly: true, tLabel: "shareHere" });
      field.value = address;
      field.addEventListener("focus", () => field.select());
      place.replaceChildren(field, ui.el("a", { href: address, t: "openShared" }));
      if (await toClipboard(address)) say("shared");
      else field.focus();
    } catch (problem) {
      fail(problem);
    }
  });
  return button;
}

function commentForm(ui, { answer, client, say, place, fail }, verdict) {
  const field = ui.el("textarea", { rows: "2", maxlength: "4000" });
  const form = ui.el(
    "form",
    { class: "comment" },
    ui.el("label", {}, ui.el("span", { t: "commentLabel" }), field),
    ui.el("button", { class: "plain", t: "sendComment" }),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if (field.value.trim()) await client.feedback(answer.id, verdict, field.value.trim());
      place.replaceChildren();
      say("thanks");
    } catch (problem) {
      fail(problem);
    }
  });
  place.replaceChildren(form);
  field.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

function verdictButtons(ui, context) {
  const buttons = { up: "helpful", down: "unhelpful" };
  const made = Object.entries(buttons).map(([verdict, key]) => {
    const button = ui.el("button", { class: "quiet icon-only", type: "button", "aria-pressed": "false", tLabel: key, tTitle: key }, icon(verdict));
    button.addEventListener("click", async () => {
      made.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      try {
        await context.client.feedback(context.answer.id, verdict);
        context.say("thanks");
        commentForm(ui, context, verdict);
      } catch (problem) {
        button.setAttribute("aria-pressed", "false");
        context.fail(problem);
      }
    });
    return button;
  });
  return made;
}

/**
 * The row of actions under an answer. `fail(problem)` shows an error. `which` leaves parts out, e.g. `{share: false}`.
 */
export function actionRow(ui, answer, { client, fail, which = {} }) {
  const status = ui.el("p", { class: "told", role: "status" });
  const place = ui.el("div", { class: "aside-of-actions" });
  const say = (key, params = {}) => ui.say(status, [key, params]);
  const context = { answer, client, say, place, fail };
  const answered = answer.status === "answered";
  const row = ui.el(
    "div",
    { class: "actions", role: "group", tLabel: "actions" },
    answered && which.copy !== false ? copyMenu(ui, context) : null,
    which.share !== false ? shareButton(ui, context) : null,
    which.verdict !== false ? verdictButtons(ui, context) : null,
    status,
  );
  return [row, place];
}
