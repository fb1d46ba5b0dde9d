// Follows a running rebuild, and shows the page anew when it has ended.
(() => {
  const cell = document.getElementById("rebuild");
  if (!cell || cell.dataset.state !== "running") return;
  const timer = setInterval(async () => {
    const answer = await fetch(cell.dataset.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const run = await answer.json();
    if (run.state !== "running") {
      clearInterval(timer);
      location.reload();
      return;
    }
    const bar = cell.querySelector("progress");
    bar.max = run.total;
    bar.value = run.done;
    cell.querySelector("span").textContent = `${run.done}/${run.total}`;
  }, 1000);
})();
