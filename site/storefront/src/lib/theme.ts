/** Light, dark, or as the system is. */
import { ref } from "vue";

export type Theme = "auto" | "light" | "dark";
const KEY = "mall.theme";
export const theme = ref<Theme>("auto");

function show(): void {
  const root = document.documentElement;
  if (theme.value === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
}

export function startTheme(): void {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") theme.value = kept;
  } catch {
    // No storage: as the system is.
  }
  show();
}

export function wear(wanted: Theme): void {
  theme.value = wanted;
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // It lasts as long as the page.
  }
  show();
}
