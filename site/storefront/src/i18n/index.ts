/** Two languages. Chinese texts stand in the source and are their own keys; English ones are fetched when wanted. */
import { ref } from "vue";

export type Language = "zh-CN" | "en";

const COOKIE = "django_language";

function chosen(): Language {
  if (typeof document === "undefined") return "zh-CN";
  const cookie = document.cookie.match(/(?:^|; )django_language=([^;]+)/)?.[1];
  if (cookie) return cookie === "en" ? "en" : "zh-CN";
  return document.documentElement.lang === "en" ? "en" : "zh-CN";
}

export const language = ref<Language>(chosen());
let english: Record<string, string> = {};

/** A text in the buyer's language; `{name}` is filled from `values`. */
export function t(text: string, values?: Record<string, string | number>): string {
  // Reading the ref makes every text that is shown follow a switch.
  const shown = language.value === "en" ? (english[text] ?? text) : text;
  return values ? shown.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : shown;
}

async function fetchTexts(): Promise<void> {
  if (language.value === "en") english = (await import("./en")).default;
}

/** Make the texts of the chosen language ready; call it before the first one is shown. */
export async function startLanguage(): Promise<void> {
  await fetchTexts();
  document.documentElement.lang = language.value;
}

/** From now on the shop speaks this language, the API included: Django reads the same cookie. */
export async function speak(wanted: Language): Promise<void> {
  document.cookie = `${COOKIE}=${wanted === "en" ? "en" : "zh-hans"}; path=/; max-age=31536000; samesite=lax`;
  if (wanted === "en") english = (await import("./en")).default;
  language.value = wanted;
  document.documentElement.lang = wanted;
}
