// Arrow keys go from bar to bar: left and right along a line, up and down to the nearest one of another line.
(() => {
  const grid = document.querySelector("[data-calendar]");
  if (!grid) return;
  const middle = (bar) => {
    const box = bar.getBoundingClientRect();
    return box.left + box.width / 2;
  };
  grid.addEventListener("keydown", (event) => {
    const bar = event.target.closest(".cal-bar a");
    if (!bar) return;
    const lanes = [...grid.querySelectorAll(".cal-line")].filter((lane) => lane.querySelector(".cal-bar"));
    const lane = bar.closest(".cal-line");
    const bars = [...lane.querySelectorAll(".cal-bar a")];
    const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const across = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    let next = null;
    if (along) next = bars[bars.indexOf(bar) + along];
    else if (across) {
      const other = lanes[lanes.indexOf(lane) + across];
      const here = middle(bar);
      next = other && [...other.querySelectorAll(".cal-bar a")].sort((a, b) => Math.abs(middle(a) - here) - Math.abs(middle(b) - here))[0];
    } else return;
    event.preventDefault();
    if (next) next.focus();
  });
})();
