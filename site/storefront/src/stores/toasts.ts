import { defineStore } from "pinia";
import { ref } from "vue";

import { sentence } from "../api/errors";

export interface Toast {
  id: number;
  text: string;
  kind: "good" | "bad" | "plain";
  action?: { text: string; run: () => void };
}

/** Short notes at the edge of the screen; screen readers hear them. */
export const useToasts = defineStore("toasts", () => {
  const shown = ref<Toast[]>([]);
  let next = 1;

  function dismiss(id: number): void {
    shown.value = shown.value.filter((one) => one.id !== id);
  }

  function say(text: string, kind: Toast["kind"] = "plain", action?: Toast["action"]): void {
    const id = next++;
    // The same words twice are one note, and more than three nobody reads.
    shown.value = [...shown.value.filter((one) => one.text !== text), { id, text, kind, action }].slice(-3);
    setTimeout(() => dismiss(id), action ? 6000 : 3500);
  }

  return { shown, say, dismiss, good: (text: string) => say(text, "good"), fail: (error: unknown) => say(sentence(error), "bad") };
});
