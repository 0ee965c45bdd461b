// One key presses one real button: whatever carries data-key, first in the current card, then on the page.
const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
const LOOK_MS = 300; // a card decides nothing before it has been in front of its reader this long
let since = performance.now();

document.addEventListener("focusin", (event) => {
  const card = event.target.closest(".comment");
  if (!card || card.classList.contains("current")) return;
  document.querySelector(".comment.current")?.classList.remove("current");
  card.classList.add("current");
  since = performance.now();
});

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return close(event.target);
  if (event.target.matches?.(TYPING)) return;
  const button = found(event);
  if (!button) return;
  event.preventDefault();
  if (button.hasAttribute("data-decision") && performance.now() - since < LOOK_MS) return;
  press(button);
});

function current() {
  return document.activeElement?.closest(".comment") ?? document.querySelector(".comment.current") ?? document.querySelector(".comment");
}

function found(event) {
  const card = current();
  const open = card?.querySelector(".reject[open]");
  if (open && event.key === "Enter" && (event.target === card || event.target.matches("[type=radio], .reject > summary"))) {
    return open.querySelector("[data-enter]");
  }
  const key = latin(event);
  if (open && /^[1-9]$/.test(key)) return open.querySelector(`[data-digit="${key}"]`);
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const all = [...(card?.querySelectorAll(selector) ?? []), ...document.querySelectorAll(`#review ${selector}`)];
  const usable = all.filter((one) => !one.disabled && one.checkVisibility() && (card?.contains(one) || !one.closest(".comment")));
  return usable.find((one) => !one.matches("details[open] > summary, :checked")) ?? usable[0];
}

// Caps Lock makes no capital, and on a keyboard for another script the key's place counts.
function latin(event) {
  if (/^[a-z]$/i.test(event.key)) return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
  if (event.key.length === 1 && event.key.charCodeAt(0) < 128) return event.key;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter) return event.shiftKey ? letter : letter.toLowerCase();
  return event.code === "Slash" ? (event.shiftKey ? "?" : "/") : event.key;
}

function press(button) {
  if (button.matches("input[type=search]")) return button.focus();
  button.click();
  const details = button.closest("summary")?.parentElement;
  if (button.matches("summary[data-opens]")) details.querySelector("textarea").focus();
  else if (details?.matches(".reject")) (details.open ? details.querySelector("input:checked, input") : button).focus();
  else if (button.matches("[data-digit]")) button.focus();
}

function close(target) {
  const inside = target.closest?.(".lately[open], .menu[open], .reject[open], .note[open]");
  const card = current();
  const open = inside ?? card?.querySelector(".reject[open], .note[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  const panel = card?.querySelector(".panel:not([hidden])");
  if (panel) {
    panel.hidden = true;
    card.querySelectorAll("[data-panel]").forEach((link) => link.setAttribute("aria-expanded", "false"));
    card.focus({ preventScroll: true });
  } else if (target.matches?.(TYPING)) {
    card?.focus();
  }
}

const keys = document.getElementById("keys");
const help = document.getElementById("show-keys");
help?.addEventListener("click", () => keys.showModal());
for (const button of document.querySelectorAll(".js")) button.hidden = false;
