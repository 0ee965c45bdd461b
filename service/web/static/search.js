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
