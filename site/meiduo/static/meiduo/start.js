/* Starts what Wagtail 8.0 starts by scripts that stand in the page: those the Content-Security-Policy refuses.
 *
 * <span data-mall-start="initDateChooser" data-mall-with='["id_date", {}]'> calls that function, or makes that class,
 * with those arguments: once, as soon as the element is in the page and the function is there.
 */
(() => {
  const CALLED = new Set(["initDateChooser", "initDateTimeChooser", "initTimeChooser", "createTaskChooser"]);
  const MADE = new Set([
    "Chooser", "PageChooser", "ImageChooser", "DocumentChooser", "SnippetChooser", "InlinePanel", "MultipleChooserPanel",
  ]);
  const waiting = new Set();

  const start = (mark) => {
    const name = mark.dataset.mallStart;
    if (!CALLED.has(name) && !MADE.has(name)) {
      console.error(`start.js does not know ${name}`);
      return true;
    }
    const what = window[name];
    if (typeof what !== "function") return false;
    const given = JSON.parse(mark.dataset.mallWith);
    // Before it is called: what it adds to the page is looked through, too.
    mark.removeAttribute("data-mall-start");
    if (MADE.has(name)) new what(...given);
    else what(...given);
    return true;
  };

  const look = (root) => {
    const marks = root.querySelectorAll ? [...root.querySelectorAll("[data-mall-start]")] : [];
    if (root.matches?.("[data-mall-start]")) marks.unshift(root);
    for (const mark of marks) if (!start(mark)) waiting.add(mark);
  };

  const again = () => {
    for (const mark of waiting) if (!mark.isConnected || start(mark)) waiting.delete(mark);
  };

  const begin = () => {
    look(document);
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) look(node);
      again();
    }).observe(document.documentElement, { childList: true, subtree: true });
    // A form in a dialog brings its scripts along; `load` does not bubble, but can be caught on its way down.
    document.addEventListener("load", again, true);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
