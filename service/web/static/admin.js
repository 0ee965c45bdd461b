// While something moves, ask for the page again and put its changed parts in place; the page itself says when to stop.
async function renewed(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null; // away for a moment: the next round asks again
  }
}
function put(page) {
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh) continue;
    if ("live" in fresh.dataset) part.dataset.live = fresh.dataset.live;
    else delete part.dataset.live;
    if (part.innerHTML !== fresh.innerHTML) part.innerHTML = fresh.innerHTML;
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}
async function follow() {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  await new Promise((wake) => setTimeout(wake, document.hidden ? 10_000 : Number(live.dataset.live)));
  const page = await renewed(live.dataset.from);
  if (page) put(page);
  follow();
}
follow();
