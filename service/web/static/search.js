// The count in a button is what it will do: it follows the ticks.
const form = document.getElementById("bulk");
function count() {
  const many = form.querySelectorAll("[name=id]:checked").length;
  for (const button of form.querySelectorAll("[data-counted]")) {
    button.textContent = `${button.dataset.counted} ${many}`;
    button.disabled = !many;
  }
}
form?.addEventListener("change", count);
if (form) count();
const query = document.getElementById("query");
query?.elements.attribute.addEventListener("change", () => query.requestSubmit());

// Dragging over the bars sets the range; the two fields do the same without a pointer.
const bars = document.querySelector(".histogram svg");
let from = null;
function at(event) {
  const box = bars.getBoundingClientRect();
  return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
}
function range(to) {
  const low = Math.floor(Math.min(from, to) * 20) / 20;
  const high = Math.min(1, Math.floor(Math.max(from, to) * 20 + 1) / 20);
  query.elements.low.value = low.toFixed(2);
  query.elements.high.value = high.toFixed(2);
  [...bars.querySelectorAll("rect")].forEach((bar, place) => {
    const isChosen = place / 20 >= low - 0.001 && (place + 1) / 20 <= high + 0.001;
    bar.setAttribute("class", isChosen ? "chosen" : "other");
  });
}
bars?.addEventListener("pointerdown", (event) => {
  bars.setPointerCapture(event.pointerId);
  range((from = at(event)));
});
bars?.addEventListener("pointermove", (event) => from !== null && range(at(event)));
bars?.addEventListener("pointerup", () => {
  from = null;
  query.requestSubmit();
});
bars?.addEventListener("pointercancel", () => (from = null));
