// A slider beside each limit; while something changes, the preview follows a moment later.
const form = document.getElementById("policy");
const PAUSE_MS = 600;
let waiting = 0;
let asking = null;

for (const field of form.querySelectorAll(".limits input[type=number]")) {
  if (field.disabled) continue;
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 1, step: 0.005 });
  slider.value = field.value || 1;
  slider.disabled = field.matches(":disabled");
  slider.setAttribute("aria-label", `${field.closest("fieldset").querySelector("legend").textContent}: ${field.labels[0].textContent.trim()}, slider`);
  slider.addEventListener("input", () => {
    field.value = slider.value;
    form.elements.mode.value = "hand";
    later();
  });
  field.addEventListener("input", () => (slider.value = field.value || 1));
  field.closest("label").after(slider);
}
form.addEventListener("input", (event) => event.target.type === "number" && later());

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(preview, PAUSE_MS);
}
async function preview() {
  asking?.abort();
  asking = new AbortController();
  const draft = new URLSearchParams(new FormData(form));
  draft.set("step", "preview");
  try {
    const answer = await fetch(form.action, { method: "POST", body: draft, signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["summary", "preview"]) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
  } catch {
    // a newer draft is on its way, or the service is away; the button asks again
  }
}
