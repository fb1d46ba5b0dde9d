// Freight rules: more of them, and areas picked from the tree instead of typed.
(() => {
  const form = document.getElementById("freight");
  const total = form.querySelector("[name=rules-TOTAL_FORMS]");
  const empty = document.getElementById("empty-rule");
  let tree;

  const fill = (select, areas) => {
    select.length = 1;
    for (const area of areas) select.add(new Option(area.name, area.name));
    select.hidden = areas.length === 0;
  };
  const below = (areas, name) => (areas.find((area) => area.name === name) || { subs: [] }).subs;

  const start = (rule) => {
    const picker = rule.querySelector("[data-picker]");
    const [province, city, district] = picker.querySelectorAll("select");
    const text = rule.querySelector("[data-areas]");
    fill(province, tree);
    fill(city, []);
    fill(district, []);
    picker.hidden = false;
    province.addEventListener("change", () => {
      fill(city, below(tree, province.value));
      fill(district, []);
    });
    city.addEventListener("change", () => fill(district, below(below(tree, province.value), city.value)));
    picker.querySelector("[data-add]").addEventListener("click", () => {
      const name = province.value + city.value + district.value;
      if (!name) return;
      const named = text.value.split("、").filter(Boolean);
      if (!named.includes(name)) text.value = [...named, name].join("、");
    });
  };

  document.getElementById("add-rule").addEventListener("click", () => {
    const made = document.createElement("template");
    made.innerHTML = empty.innerHTML.replaceAll("__prefix__", total.value);
    const rule = made.content.querySelector("[data-rule]");
    rule.querySelector("legend").append(String(Number(total.value) + 1));
    document.getElementById("rules").append(rule);
    total.value = Number(total.value) + 1;
    if (tree) start(rule);
    rule.querySelector("[data-areas]").focus();
  });

  fetch(form.dataset.areasUrl, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then((areas) => {
      tree = areas;
      form.querySelectorAll("[data-rule]").forEach(start);
    })
    .catch(() => {}); // Without the tree, names are typed.
})();
