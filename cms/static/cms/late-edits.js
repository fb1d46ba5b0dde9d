// What is typed while an autosave is on its way, or before Wagtail's form watch has begun, is an edit like any other.
// Wagtail 8.0 takes the form as it stands when the autosave comes back for what was saved, and the form as it stands
// two seconds after loading for what it found: such an edit is neither saved nor shown in the preview until the next
// one, and nobody is warned on leaving the page.
(() => {
  const watchOf = (form) => window.wagtail?.app?.getControllerForElementAndIdentifier(form, "w-unsaved");
  const isWatched = (element) => element instanceof HTMLFormElement && element.hasAttribute("data-edit-form");
  // The form as it was sent last; whether anybody did anything to it since; whether anybody ever wrote in it.
  let sent = null;
  let touched = false;
  let written = false;

  const writes = ["input", "change", "drop"];
  for (const kind of [...writes, "click", "keyup", "pointerup"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (!(event.target instanceof Element && isWatched(event.target.closest("form")))) return;
        touched = true;
        // Scripts tell of changes, too, while they set the form up; those are nobody's.
        written ||= event.isTrusted && writes.includes(kind);
      },
      true,
    );
  }

  const without = (data, names) => {
    const kept = new URLSearchParams(data);
    names.forEach((name) => kept.delete(name));
    return kept.toString();
  };

  // Whatever the watch compares with from now on differs from the form, so its next look finds the edit.
  const compareWith = (watch, data) => {
    watch.initialFormData = data;
    watch.previousFormData = data;
  };

  document.addEventListener("w-unsaved:watch-edits", (event) => {
    const watch = watchOf(event.target);
    // What the form was before is not known; that somebody wrote in it is.
    if (watch && written && sent === null) compareWith(watch, "before");
  });

  document.addEventListener("w-autosave:save", (event) => {
    const watch = watchOf(event.target);
    if (!watch) return;
    sent = watch.formData;
    touched = false;
  });

  // Wagtail's own listener is on the form, so it has been there when this one is called.
  document.addEventListener("w-autosave:success", (event) => {
    const watch = watchOf(event.target);
    if (!watch || sent === null || !touched) return;
    const mended = Object.keys(event.detail?.data?.field_updates ?? {});
    if (without(sent, mended) !== without(watch.formData, mended)) compareWith(watch, sent);
  });
})();
