// A thread and a comment box on any page: <script src="…/widget.js" data-site="main" data-article="a-1" async></script>
// More attributes: data-title, data-target (a selector; else where the script stands), data-theme (light or dark).
(() => {
  "use strict";

  const STYLE = "style goes here";
  const script = document.currentScript;
  const parley = new URL(script.src).origin;
  const { site, article, title = document.title, target, theme } = script.dataset;
  if (!site || !article) return console.error("Parley: the script needs data-site and data-article.");
  const address = `${parley}/public/${encodeURIComponent(site)}`;
  const thread = `${address}/threads/${encodeURIComponent(article)}`;
  const shelf = `parley:${site}:${article}`;
  const OWN_KEPT = 20;
  const POLL_MS = { busy: 5_000, calm: 60_000 };
  const TIME_LIMIT_MS = 10_000;
  const NUDGE_LIMIT_MS = 2_500;
  const SAYS = {
    waiting: "Your comment is being looked at. A person reads it before it appears.",
    objected: "Your objection is being looked at.",
    published: "Your comment is published.",
    declined: "Your comment was declined.",
    gone: "Nothing is kept of this comment.",
  };

  // What the page shows: published comments by id, the reader's own that are not, and where the next page begins.
  const published = new Map();
  let own = readShelf();
  let total = 0;
  let next = null;
  let timer = 0;
  let drawn = "";
  let lastName = "";

  const host = document.createElement("div");
  if (theme) host.dataset.theme = theme;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const heading = make("h2", { id: "heading" }, "Comments");
  const list = make("ol", { "aria-labelledby": "heading" });
  const more = make("button", { type: "button", class: "plain more", hidden: "" }, "Show more comments");
  const news = make("p", { role: "status", class: "quiet" });
  more.addEventListener("click", () => readMore());
  root.append(heading, box(null), news, list, more);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", stand);
  else stand();
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  refresh();

  function stand() {
    const place = target && document.querySelector(target);
    if (place) place.append(host);
    else if (document.body.contains(script)) script.after(host);
    else document.body.append(host);
  }

  // Talking to Parley

  async function ask(path, options = {}, limitMs = TIME_LIMIT_MS) {
    const answer = await fetch(path, {
      credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(limitMs), ...options,
    });
    const found = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(found.detail), { problem: found });
    return found;
  }

  function send(path, body, limitMs) {
    const headers = { "Content-Type": "application/json" };
    return ask(path, { method: "POST", headers, body: JSON.stringify(body) }, limitMs);
  }

  async function refresh() {
    clearTimeout(timer);
    try {
      await Promise.all([readThread(), ...own.filter(isOpen).map(readOwn)]);
    } catch {
      if (!published.size) say("The comments cannot be shown right now.");
    }
    draw();
    if (!document.hidden) timer = setTimeout(refresh, own.some(isOpen) ? POLL_MS.busy : POLL_MS.calm);
  }

  async function readThread() {
    const page = await ask(thread, { cache: "no-cache" }); // the browser asks whether it changed
    const beyond = next !== null && published.size > page.comments.length;
    if (!beyond) {
      published.clear();
      next = page.next;
    }
    take(page);
  }

  async function readMore() {
    try {
      const page = await ask(`${thread}?after=${encodeURIComponent(next)}`);
      next = page.next;
      take(page);
      draw();
      list.querySelector(`#c-${CSS.escape(page.comments[0]?.id ?? "")}`)?.focus();
    } catch {
      say("More comments cannot be shown right now.");
    }
  }

  function take(page) {
    total = page.total;
    for (const comment of page.comments) published.set(comment.id, comment);
  }

  async function readOwn(comment) {
    const found = await ask(`${address}/status/${encodeURIComponent(comment.token)}`);
    if (found.standing !== comment.standing) say(told(found));
    Object.assign(comment, found);
    keepShelf();
  }

  // The reader's own comments: the links alone are kept, and in this browser alone

  function isOpen(comment) {
    return ["waiting", "objected"].includes(comment.standing) || !comment.text;
  }

  function readShelf() {
    try {
      return JSON.parse(localStorage.getItem(shelf) ?? "[]").map((token) => ({ token, standing: "waiting" }));
    } catch {
      return [];
    }
  }

  function keepShelf() {
    own = own.filter((comment) => !["published", "gone"].includes(comment.standing)).slice(-OWN_KEPT);
    try {
      if (own.length) localStorage.setItem(shelf, JSON.stringify(own.map((comment) => comment.token)));
      else localStorage.removeItem(shelf);
    } catch {
      // Without storage they are shown until the page is left.
    }
  }

  // Drawing

  function make(tag, attributes = {}, ...inner) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
    element.append(...inner);
    return element;
  }

  function say(text) {
    news.textContent = text;
  }

  function draw() {
    const looks = JSON.stringify([total, next, [...published.keys()], own.map(({ id, standing }) => [id, standing])]);
    if (looks === drawn) return;
    drawn = looks;
    heading.textContent = `Post a comment · ${total} ${total === 1 ? "comment" : "comments"}`;
    const shown = [...published.values(), ...own.filter((one) => one.text && !published.has(one.id))];
    const known = new Set(shown.map((comment) => comment.id));
    const answers = grouped(shown, rootOf);
    const open = new Map([...list.querySelectorAll("form")].map((form) => [form.dataset.answers, form]));
    const focused = root.activeElement;
    const near = list.contains(focused) ? focused.closest("li").id : null;
    list.replaceChildren(...(answers.get(null) ?? []).map((comment) => item(comment, answers, open)));
    if (near) (focused.isConnected ? focused : root.getElementById(near))?.focus();
    more.hidden = next === null;

    // One level of answers is drawn; deeper ones stand below the first comment of their line.
    function rootOf(comment) {
      const line = new Set();
      let current = comment;
      while (known.has(current.parent_id) && !line.has(current.id)) {
        line.add(current.id);
        current = published.get(current.parent_id) ?? current;
      }
      return current === comment ? null : current.id;
    }
  }

  function grouped(values, keyOf) {
    const groups = new Map();
    for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
    return groups;
  }

  function item(comment, answers, open) {
    const name = make("bdi", {}, comment.name ?? "Somebody");
    const by = make("p", { class: "by" }, make("strong", {}, name));
    const parent = published.get(comment.parent_id);
    if (parent && parent.name !== comment.name) by.append(make("span", { class: "quiet" }, "answers ", make("bdi", {}, parent.name)));
    if (comment.parent_id && !parent) by.append(make("span", { class: "quiet" }, "answers a comment that is not shown"));
    if (comment.at) by.append(moment(comment.at));
    const entry = make("li", { id: `c-${comment.id ?? comment.token}`, tabindex: "-1" }, by,
      make("p", { class: "text", dir: "auto" }, comment.text));
    if (comment.token && !published.has(comment.id)) entry.append(standing(comment));
    else entry.append(answering(comment, open.get(comment.id)));
    const below = answers.get(comment.id);
    if (below) entry.append(make("ol", { "aria-label": `Answers to ${comment.name}` },
      ...below.map((answer) => item(answer, answers, open))));
    return entry;
  }

  function moment(at) {
    const date = new Date(at);
    return make("time", { datetime: at }, date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }));
  }

  function standing(comment) {
    const link = make("a", { href: `${parley}/status/${comment.token}`, target: "_blank", rel: "noopener noreferrer" },
      comment.standing === "declined" ? "Why, and how to object" : "Follow it on its own page");
    return make("p", { class: `state ${comment.standing}` }, told(comment), " ", link);
  }

  function told({ standing, reason }) {
    return (standing === "declined" && reason) || SAYS[standing];
  }

  function answering(comment, form) {
    if (form) return form;
    const button = make("button", { type: "button", class: "link", "aria-label": `Answer ${comment.name}` }, "Answer");
    button.addEventListener("click", () => {
      const opened = box(comment.id, () => {
        opened.replaceWith(button);
        button.focus();
      });
      button.replaceWith(opened);
      opened.querySelector("textarea").focus();
    });
    return button;
  }

  // The box: a name, a text, and a word before a comment that would be declined

  function box(parentId, close) {
    const suffix = parentId ?? "new";
    const name = make("input", { id: `name-${suffix}`, name: "name", required: "", maxlength: "80", autocomplete: "nickname" });
    name.value = lastName;
    const text = make("textarea", { id: `text-${suffix}`, name: "text", required: "", rows: "4", dir: "auto" });
    const trap = make("input", { name: "website", tabindex: "-1", autocomplete: "off", "aria-hidden": "true" });
    const problem = make("p", { class: "problem", role: "alert", id: `problem-${suffix}` });
    const nudge = make("div", { class: "state declined", role: "alert", hidden: "" });
    const post = make("button", {}, parentId ? "Post the answer" : "Post the comment");
    const row = make("div", { class: "row" }, post);
    if (close) row.append(plain("Cancel", close));
    const form = make("form", { "data-answers": parentId ?? "", novalidate: "" },
      make("label", { for: name.id }, "Your name"), name,
      make("label", { for: text.id }, parentId ? "Your answer" : "Your comment"), text,
      make("div", { class: "trap", "aria-hidden": "true" }, trap), nudge, problem, row);
    let nonce = newNonce();
    let warnedOf = null;
    let busy = false;

    text.addEventListener("input", () => nudged(false));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy || !complete()) return;
      setBusy(true);
      try {
        if (await mayBePosted()) await put();
      } catch (error) {
        complain(error);
      } finally {
        setBusy(false);
      }
    });
    return form;

    function complete() {
      const missing = [[name, "Please give a name."], [text, "Please write something."]].find(([field]) => !field.value.trim());
      for (const field of [name, text]) field.removeAttribute("aria-invalid");
      problem.textContent = missing ? missing[1] : "";
      if (!missing) return true;
      missing[0].setAttribute("aria-invalid", "true");
      missing[0].setAttribute("aria-describedby", problem.id);
      missing[0].focus();
      return false;
    }

    // Ask once for each text; when Parley cannot say in time, the comment is posted without a word.
    async function mayBePosted() {
      if (warnedOf === text.value) return true;
      const body = { name: name.value, text: text.value };
      const found = await send(`${address}/check`, body, NUDGE_LIMIT_MS).catch(() => ({ because: null }));
      if (!found.because) return true;
      warnedOf = text.value;
      const change = make("button", { type: "button" }, "Change it");
      const anyway = make("button", { type: "submit", class: "plain" }, "Post anyway");
      change.addEventListener("click", () => {
        nudged(false);
        text.focus();
      });
      nudge.replaceChildren(make("p", {}, `This may be declined because ${found.because}.`),
        make("div", { class: "row" }, change, anyway));
      nudged(true);
      change.focus();
      return false;
    }

    function nudged(is) {
      nudge.hidden = !is;
      row.hidden = is;
    }

    async function put() {
      const found = await send(thread, {
        name: name.value, text: text.value, parent_id: parentId, nonce, website: trap.value,
        title: title.slice(0, 300), url: location.href.slice(0, 2048),
      });
      nonce = newNonce();
      nudged(false);
      lastName = name.value;
      text.value = "";
      if (found.standing === "published") {
        published.set(found.id, found);
        total += 1;
      } else {
        own.push(found);
        keepShelf();
      }
      say(told(found));
      close?.();
      draw();
      list.querySelector(`#c-${CSS.escape(found.id)}`)?.focus();
      clearTimeout(timer);
      timer = setTimeout(refresh, POLL_MS.busy);
    }

    // A post whose answer was lost is sent again under its name; a changed text needs a new one.
    function complain(error) {
      const taken = error.problem?.code === "comment-conflict";
      if (taken) nonce = newNonce();
      problem.textContent = taken ? "Your first version was taken already. Post again to add this one." : reason(error);
    }

    function setBusy(is) {
      busy = is;
      post.setAttribute("aria-disabled", String(is));
    }
  }

  function newNonce() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function plain(label, act) {
    const button = make("button", { type: "button", class: "plain" }, label);
    button.addEventListener("click", act);
    return button;
  }

  function reason({ problem }) {
    if (!problem) return "The comment could not be sent. It is still here: please try again.";
    const wrong = problem.errors?.map(({ field, problem: what }) => `${field} ${what}`).join("; ");
    return wrong ? `Please change this: ${wrong}.` : problem.detail;
  }
})();
