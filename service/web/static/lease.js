// Claims are honest: they are renewed while somebody works, shortened on leaving, and say how long they last.
const page = document.getElementById("review");
const line = document.getElementById("lease");
const hand = line.parentElement;
const ahead = Number(page.dataset.now) - Date.now(); // the server's clock decides
const LOW_SHARE = 0.6;
const FAST_MS = 5000;
const SLOW_MS = 60000;
const IDLE_MS = 90000;
let active = Date.now();
let longest = 1;
let seen = Number(page.dataset.waiting);
let tag = "";
let polling = 0;

const cards = () => [...document.querySelectorAll(".comment")];
const tokens = () => [...new Set(cards().map((card) => card.dataset.claim))];
const left = () => Math.min(...cards().map((card) => Number(card.dataset.until))) - (Date.now() + ahead);

function body() {
  const form = new FormData();
  form.set("site", page.dataset.site);
  form.set("queue", page.dataset.queue);
  for (const token of tokens()) form.append("claim", token);
  return form;
}

async function renew() {
  if (!cards().length) return;
  let answer;
  try {
    answer = await fetch("/review/keep", { method: "POST", body: body(), headers: { Accept: "application/json" } });
    if (!answer.ok) return;
  } catch {
    return;
  }
  const { until } = await answer.json();
  for (const card of cards()) {
    const end = until[card.dataset.claim];
    if (end) card.dataset.until = end;
    else if (end === null) card.dispatchEvent(new CustomEvent("lost", { bubbles: true }));
  }
  longest = Math.max(longest, left());
  show();
}

function show() {
  const count = cards().length;
  hand.hidden = !count;
  if (!count) return;
  const seconds = Math.max(0, Math.round(left() / 1000));
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  line.textContent = seconds ? `${count} yours for ${clock}` : "Your time is over; these may go to others";
  hand.classList.toggle("late", seconds < 60);
}

function tick() {
  const isBusy = Date.now() - active < IDLE_MS && document.visibilityState === "visible";
  if (isBusy && cards().length && left() < longest * LOW_SHARE) renew();
  show();
}

function leave() {
  if (cards().length) navigator.sendBeacon("/review/leave", body());
}

// Counts only, and nothing at all when they are the same as before.
async function poll() {
  clearTimeout(polling);
  const isBusy = Date.now() - active < IDLE_MS && document.visibilityState === "visible";
  polling = setTimeout(poll, isBusy ? FAST_MS : SLOW_MS);
  const { site } = page.dataset;
  try {
    const answer = await fetch(`/review/counts?site=${encodeURIComponent(site)}`, {
      cache: "no-store",
      headers: { Accept: "application/json", ...(tag && { "If-None-Match": tag }) },
    });
    if (answer.status !== 200) return;
    tag = answer.headers.get("ETag") ?? "";
    news((await answer.json()).waiting);
  } catch {
    return; // the next one may get through
  }
}

function news(waiting) {
  for (const count of document.querySelectorAll("[data-count]")) count.textContent = waiting[count.dataset.count].toLocaleString("en");
  const now = waiting[page.dataset.queue];
  page.dataset.waiting = now;
  seen = Math.min(seen, now);
  page.dispatchEvent(new CustomEvent("news", { detail: { count: now - seen, waiting: now } }));
}

page.addEventListener("taken", () => {
  seen = Number(page.dataset.waiting);
  longest = Math.max(1, left());
  show();
});
page.addEventListener("decided", show);
for (const kind of ["keydown", "pointerdown", "scroll"]) {
  document.addEventListener(kind, () => {
    const wasIdle = Date.now() - active > IDLE_MS;
    active = Date.now();
    if (wasIdle) Promise.all([renew(), poll()]);
  }, { passive: true });
}
addEventListener("pagehide", leave);
addEventListener("pageshow", () => {
  renew();
  setTimeout(renew, 3000); // after a reload the word of leaving may arrive after us
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && Promise.all([renew(), poll()]));
setInterval(tick, 1000);
polling = setTimeout(poll, FAST_MS);
show();
