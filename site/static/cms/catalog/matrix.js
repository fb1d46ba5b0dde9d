// The SKU matrix: filling columns, ticking rows, adjusting stock without leaving the table.
(() => {
  "use strict";
  const table = document.querySelector("table.matrix");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const tick = (row) => row.querySelector('[data-column="make"]');
  const isOn = (row) => !tick(row) || tick(row).checked;

  // An unticked combination is not made, so its cells step back.
  const show = (row) => row.toggleAttribute("data-off", !isOn(row));
  rows.filter(tick).forEach((row) => {
    tick(row).addEventListener("change", () => show(row));
    show(row);
  });

  const all = table.querySelector("[data-tick-all]");
  all.hidden = !rows.some(tick);
  table.querySelector('[data-fill="first_stock"]').hidden = !rows.some(tick);
  all.addEventListener("change", () => {
    rows.filter(tick).forEach((row) => {
      tick(row).checked = all.checked;
      show(row);
    });
  });

  table.querySelector("[data-fill-button]").addEventListener("click", () => {
    table.querySelectorAll("[data-fill]").forEach((source) => {
      if (source.value === "") return;
      rows.filter(isOn).forEach((row) => {
        const target = row.querySelector(`[data-column="${source.dataset.fill}"]`);
        if (!target) return;
        target.value = source.value;
        target.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
  });

  const dialog = document.getElementById("adjust-stock");
  const form = dialog.querySelector("form");
  const errors = [...dialog.querySelectorAll("[data-error]")];
  let opener = null;

  table.addEventListener("click", (event) => {
    const link = event.target.closest("[data-adjust]");
    if (!link) return;
    event.preventDefault();
    opener = link;
    form.reset();
    errors.forEach((place) => { place.textContent = ""; });
    dialog.querySelector("[data-title]").textContent = link.dataset.name;
    dialog.showModal();
  });
  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form);
    body.append("csrfmiddlewaretoken", document.querySelector("#matrix [name=csrfmiddlewaretoken]").value);
    const url = opener.href.split("?")[0];
    errors.forEach((place) => { place.textContent = ""; });
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (answer.ok) {
        opener.closest("td").querySelector("[data-stock]").textContent = said.stock;
        dialog.close();
        return;
      }
      errors.forEach((place) => {
        place.textContent = (said.errors[place.dataset.error] || []).map((error) => error.message).join(" ");
      });
    } catch {
      // No JSON: logged out, or the server is gone. The page behind the link tells.
      window.location.href = opener.href;
    }
  });
})();
