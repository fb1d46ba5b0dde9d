// A field beside Wagtail's preview modes: the chosen moment becomes one more mode, "at:<local time>".
(() => {
  const { label, option: optionLabel } = document.currentScript.dataset;

  const add = () => {
    const select = document.getElementById("id_preview_mode");
    if (!select || document.getElementById("preview-moment")) return Boolean(select);
    const holder = document.createElement("label");
    holder.className = "preview-moment";
    const field = document.createElement("input");
    field.type = "datetime-local";
    field.id = "preview-moment";
    // The editor's form does not own it, so it is never sent, and choosing a moment is no unsaved change.
    field.setAttribute("form", "no-form");
    holder.append(label, " ", field);
    select.insertAdjacentElement("afterend", holder);
    let mode = null;
    field.addEventListener("change", (event) => {
      event.stopPropagation();
      if (!mode) {
        mode = new Option(optionLabel);
        select.add(mode);
      }
      if (field.value) {
        mode.value = `at:${field.value}`;
        mode.textContent = `${optionLabel} ${field.value.replace("T", " ")}`;
        select.value = mode.value;
      } else {
        select.selectedIndex = 0;
      }
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return true;
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", add);
  else add();
})();
