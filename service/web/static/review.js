// The next card is there before the answer is: forms are sent behind the reader's back, and come back when refused.
const page = document.getElementById("review");
const list = document.getElementById("cards");
const bar = document.getElementById("bar");
const notices = document.getElementById("notices");
const empty = document.getElementById("empty");
const takeForm = document.getElementById("take");
const FEW = 3;
const WAIT_MS = 15000;
let taking = false;

const cards = () => [...list.querySelectorAll(".comment")];
const fresh = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
const say = (words) => (document.getElementById("said").textContent = words);
const warn = (words) => (document.getElementById("warned").textContent = words);

class Refused extends Error {
  constructor(notices, answer) {
    super(notices.join(" "));
    this.notices = notices;
    this.answer = answer;
  }
}

async function send(form, submitter) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form, submitter),
    headers: { Accept: "application/json" },
    keepalive: true,
    signal: AbortSignal.timeout(WAIT_MS),
  });
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Refused(told.notices ?? [told.detail ?? "Parley did not take this."], told);
  return told;
}

function show(html) {
  const isOpen = bar.querySelector(".lately")?.open;
  const hadFocus = bar.contains(document.activeElement);
  bar.innerHTML = html;
  if (isOpen && bar.querySelector(".lately")) bar.querySelector(".lately").open = true;
  if (hadFocus) (bar.querySelector(".last button") ?? current() ?? empty).focus({ preventScroll: true });
}

function notice(words, card) {
  const box = document.createElement("p");
  box.className = "notice danger";
  box.textContent = words;
  if (card) card.querySelector("header").after(box);
  else notices.replaceChildren(box);
  warn(words);
}

function current() {
  return list.querySelector(".comment.current") ?? list.querySelector(".comment");
}

function focus(card) {
  const target = card ?? empty;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  settle();
}

// What the empty state offers: calm when nothing waits, a button when something does.
function settle() {
  const waiting = Number(page.dataset.waiting);
  const waits = document.getElementById("waits");
  waits.hidden = cards().length > 0;
  waits.textContent = waiting === 1 ? "1 comment waits." : `${waiting.toLocaleString("en")} comments wait.`;
  document.getElementById("take-label").textContent = cards().length ? "Take more" : `Take the next ${page.dataset.size}`;
  takeForm.hidden = !waiting || cards().length >= Number(page.dataset.size);
  document.getElementById("nothing").hidden = waiting > 0 || cards().length > 0;
}

async function decide(form, submitter) {
  const chosen = new Set(new FormData(form, submitter).getAll("card"));
  const away = cards().filter((card) => chosen.has(card.dataset.card));
  if (!away.length) return;
  const sending = send(form, submitter);
  const places = away.map((card) => [card, card.nextElementSibling]);
  const next = cards().slice(cards().indexOf(away[0])).find((card) => !away.includes(card)) ?? cards().findLast((card) => !away.includes(card));
  for (const card of away) card.remove();
  focus(next);
  say(`${submitter.value === "skip" ? "Skipped" : submitter.value.replace(/e?$/, "ed")}. ${cards().length} left here.`.replace(/^./, (first) => first.toUpperCase()));
  page.dispatchEvent(new CustomEvent("decided"));
  try {
    show((await sending).bar);
    if (form.isConnected) form.elements.operation.value = fresh(); // the next selection is a step of its own
    count();
  } catch (error) {
    restore(places, error);
  }
  refill();
}

function restore(places, error) {
  const { bar: html, lost } = error.answer ?? {};
  if (html) show(html);
  if (lost) return notice(error.message); // somebody else did it: the card has nothing more to ask
  for (const [card, before] of places.reverse()) {
    list.insertBefore(card, before?.isConnected ? before : null);
    notice(error instanceof Refused ? error.message : "This did not reach Parley; it is still yours. Try again.", card);
  }
  settle();
}

async function take(form, isAsked) {
  if (taking) return;
  taking = true;
  try {
    const { cards: parts, bar: html } = await send(form);
    show(html);
    count();
    put(parts, null);
    form.elements.operation.value = fresh();
    if (isAsked) focus(cards()[0]);
  } catch (error) {
    if (isAsked) notice(error instanceof Refused ? error.message : "Parley does not answer. Try again.");
  }
  taking = false;
  settle();
}

function put(parts, before) {
  const frame = document.createElement("template");
  frame.innerHTML = parts.join("");
  for (const card of [...frame.content.children]) {
    if (document.getElementById(card.id)) continue;
    card.classList.add("arriving");
    list.insertBefore(card, before);
  }
  settle();
  page.dispatchEvent(new CustomEvent("taken"));
}

function count() {
  const shown = document.querySelector(`[data-count="${page.dataset.queue}"]`);
  page.dataset.waiting = bar.querySelector("[data-waiting]")?.dataset.waiting ?? page.dataset.waiting;
  shown.textContent = Number(page.dataset.waiting).toLocaleString("en");
  settle();
}

function refill() {
  if (cards().length <= FEW && Number(page.dataset.waiting) > 0) take(takeForm, !cards().length);
}

async function undo(form) {
  try {
    const { cards: parts, bar: html, message } = await send(form);
    show(html);
    count();
    put(parts, list.firstElementChild);
    if (parts.length) focus(list.firstElementChild);
    say(message);
  } catch (error) {
    if (error.answer?.bar) show(error.answer.bar);
    notice(error instanceof Refused ? error.message : "Parley does not answer. Try again.");
  }
}

async function remark(form) {
  const button = form.querySelector("button");
  try {
    const { message } = await send(form);
    button.textContent = message;
    button.disabled = true;
    say(message);
    form.closest(".comment")?.focus({ preventScroll: true });
  } catch (error) {
    notice(error.message, form.closest(".comment"));
  }
}

async function open(link) {
  const card = link.closest(".comment");
  const panel = card.querySelector(".panel");
  const isSame = panel.dataset.from === link.href && !panel.hidden;
  for (const other of card.querySelectorAll("[data-panel]")) other.setAttribute("aria-expanded", String(other === link && !isSame));
  panel.hidden = isSame;
  if (isSame) return;
  panel.dataset.from = link.href;
  panel.textContent = "…";
  const at = document.activeElement;
  try {
    const answer = await fetch(link.href, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(WAIT_MS) });
    const told = await answer.json();
    if (panel.dataset.from !== link.href) return;
    if (answer.ok) panel.innerHTML = told.html;
    else panel.textContent = told.detail;
  } catch {
    panel.textContent = "Parley does not answer. Try again.";
  }
  panel.scrollIntoView({ block: "nearest" });
  if (document.activeElement === at) panel.focus({ preventScroll: true });
}

const FORMS = [
  ["[data-decide]", decide],
  ["[data-take]", (form) => take(form, true)],
  ["[data-undo]", undo],
  ["[data-remark]", remark],
];

document.addEventListener("submit", (event) => {
  const found = FORMS.find(([selector]) => event.target.matches(selector));
  if (!found) return;
  event.preventDefault();
  notices.replaceChildren();
  found[1](event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-panel]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link);
  }
  const move = event.target.closest("[data-move]");
  if (move) {
    const all = cards();
    const at = all.indexOf(current());
    const isFirst = document.activeElement === document.body || !all[at]?.contains(document.activeElement) && !all[at]?.classList.contains("current");
    focus(all[Math.min(Math.max(isFirst ? at : at + Number(move.dataset.move), 0), all.length - 1)]);
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[form=bulk]")) return;
  const many = list.querySelectorAll("[form=bulk]:checked").length;
  for (const button of document.querySelectorAll("[data-selected]")) button.querySelector("span").textContent = `${button.dataset.selected} ${many}`;
});

page.addEventListener("lost", (event) => {
  const hadFocus = event.target.contains(document.activeElement);
  event.target.remove();
  notice("Your time for some comments was over; they wait again for everybody.");
  if (hadFocus) focus(current());
  settle();
});

page.addEventListener("news", ({ detail }) => {
  document.getElementById("new").textContent = detail.count > 0 ? `${detail.count} new` : "";
  settle();
});

settle();
if (cards().length) cards()[0].focus({ preventScroll: true });
else if (!takeForm.hidden) takeForm.querySelector("button").focus();
