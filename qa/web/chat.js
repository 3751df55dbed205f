// The chat page: question → verified sentences one by one → a conversation with passages beside it.
import { AnswerView } from "./answer-view.js";
import { showCollection } from "./collection.js";
import { Conversation } from "./conversation.js";
import { faultText } from "./faults.js";
import { follow, openPage, titlePage } from "./frame.js";
import { icon } from "./icons.js";
import { PassagePanel } from "./passage-panel.js";
import { Restriction } from "./restrict.js";

function tabStorage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

const { ui, client, choice } = openPage({ current: "/", skipTo: "question" });
titlePage(ui, "titleAsk");
const panel = new PassagePanel(ui, client);
const conversation = new Conversation(tabStorage());
const thread = document.querySelector("#thread");
const form = document.querySelector("#composer");
const field = document.querySelector("#question");
const send = document.querySelector("#send");
const restriction = new Restriction(ui, document.querySelector("#restrict"));
const open = (citation, opener) => panel.open(citation, opener);
let running = null;

function showActive() {
  const active = thread.childElementCount > 0;
  document.documentElement.classList.toggle("talking", active);
  ui.say(field, active ? "placeholderNext" : "placeholder", "tPlaceholder");
}

function showSending() {
  const asking = Boolean(running);
  send.replaceChildren(icon(asking ? "stop" : "send"), ui.el("span", { class: "unseen", t: asking ? "stop" : "ask" }));
}

function viewOf(question, retry = null, restricted = 0) {
  const view = new AnswerView(ui, { question, client, open, retry, restricted });
  thread.append(view.node);
  showActive();
  return view;
}

async function answerInto(view, question, signal) {
  for await (const told of client.stream(question, { signal })) {
    if (told.event === "retrieved") view.retrieved(told.passages);
    if (told.event === "claim") view.addClaim(told.claim, told.citations);
    if (told.event === "done") {
      follow(ui, choice, told.answer.language);
      view.finish(told.answer);
      conversation.add(told.answer);
    }
  }
}

async function ask(text) {
  running?.abort();
  const leaving = (running = new AbortController());
  const documents = restriction.documents;
  const view = viewOf(text, () => {
    view.node.remove();
    ask(text);
  }, documents.length);
  view.searching();
  showSending();
  // The first answer stands under the head of the page; later ones scroll their question to the top.
  if (thread.childElementCount > 1) view.heading.scrollIntoView({ block: "start" });
  else window.scrollTo(0, 0);
  try {
    await answerInto(view, { question: text, documents, history: conversation.history() }, leaving.signal);
  } catch (problem) {
    if (problem.name === "AbortError") view.stopped();
    else view.fail(problem);
  } finally {
    if (running === leaving) running = null;
    showSending();
  }
}

function submit(event) {
  event?.preventDefault();
  if (running) {
    running.abort();
    return;
  }
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  ask(text);
}

form.addEventListener("submit", submit);
field.addEventListener("keydown", (event) => {
  // Enter asks, Shift+Enter makes a new line; an input method that is still composing keeps its Enter.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});
document.querySelector("#new").addEventListener("click", () => {
  running?.abort();
  panel.close();
  conversation.clear();
  thread.replaceChildren();
  showActive();
  field.focus();
});
document.addEventListener("keydown", (event) => {
  const typing = event.composedPath()[0].closest?.("input, textarea, select, dialog");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
  }
});

for (const answer of conversation.answers) viewOf(answer.question).finish(answer);
const wanted = new URLSearchParams(location.search);
field.value = wanted.get("q") ?? "";
restriction.choose((wanted.get("documents") ?? "").split(",").filter(Boolean));
showActive();
showSending();
if (matchMedia("(hover: hover)").matches) field.focus({ preventScroll: true });

const collection = document.querySelector("#collection");
client.documents().then(
  (papers) => {
    restriction.offer(papers);
    showCollection(ui, { papers, client, place: collection, suggestions: document.querySelector("#suggestions"), ask });
  },
  (problem) => collection.replaceChildren(ui.el("p", { class: "fault", role: "alert" }, faultText(ui, problem))),
);
