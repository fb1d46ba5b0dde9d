/** What a form holds, kept over a login that ended in the middle and over a reload; never passwords. */
import { watch } from "vue";

import { who } from "../api/session";

/** Fill `form` with what was left of it, and keep it from now on. The answer forgets it. */
export function useDraft(name: string, form: object): () => void {
  // Another buyer at the same desk finds nothing of it.
  const place = `mall.draft.${who()?.userId ?? 0}.${name}`;
  const fields = form as Record<string, unknown>;
  try {
    const left = JSON.parse(sessionStorage.getItem(place) ?? "{}") as Record<string, unknown>;
    for (const key of Object.keys(fields)) if (key in left && typeof left[key] === typeof fields[key]) fields[key] = left[key];
  } catch {
    // Unreadable: the form starts empty.
  }
  const stop = watch(
    () => JSON.stringify(fields),
    (now) => {
      try {
        sessionStorage.setItem(place, now);
      } catch {
        // No storage: it lasts as long as the page.
      }
    },
  );
  return () => {
    stop();
    sessionStorage.removeItem(place);
  };
}
