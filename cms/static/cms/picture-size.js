// Says at a picture's field that the picture is smaller than its place wants.
(() => {
  const { url, words } = document.currentScript.dataset;
  const MOST = 200;
  const sizes = new Map();

  const ask = async (ids) => {
    for (let start = 0; start < ids.length; start += MOST) {
      const part = ids.slice(start, start + MOST);
      // Asked once, whatever the answer: a hint is not worth asking again.
      part.forEach((id) => sizes.set(id, null));
      const answer = await fetch(`${url}?ids=${part.join(",")}`, { headers: { Accept: "application/json" } });
      if (answer.ok) Object.entries(await answer.json()).forEach(([id, size]) => sizes.set(id, size));
    }
  };

  const say = (field, id) => {
    const least = /least-(\d+)x(\d+)/.exec(field.className);
    const size = sizes.get(id);
    const isSmall = least && size && (size[0] < +least[1] || size[1] < +least[2]);
    field.querySelector(".too-small")?.remove();
    if (!isSmall) return;
    const hint = document.createElement("p");
    hint.className = "too-small";
    hint.setAttribute("role", "status");
    hint.textContent = words
      .replace("{width}", size[0])
      .replace("{height}", size[1])
      .replace("{least}", `${least[1]} × ${least[2]}`);
    field.append(hint);
  };

  const checkAll = async () => {
    waiting = 0;
    const changed = [...document.querySelectorAll(".least-size")]
      .map((field) => [field, field.querySelector("input[type=hidden]")?.value ?? ""])
      .filter(([field, id]) => field.dataset.checked !== id);
    changed.forEach(([field, id]) => { field.dataset.checked = id; });
    await ask([...new Set(changed.map(([, id]) => id).filter((id) => id && !sizes.has(id)))]);
    changed.filter(([field, id]) => field.dataset.checked === id).forEach(([field, id]) => say(field, id));
  };

  let waiting = 0;
  const soon = () => {
    if (!waiting) waiting = setTimeout(checkAll, 150);
  };
  // The chooser sets its hidden field without an event; what it draws beside it changes.
  new MutationObserver(soon).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["src"],
  });
  soon();
})();
