// While a disagreement has the focus, a key presses the button that it is printed on.
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const card = event.target.closest?.("[data-keys]");
  const button = card?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
