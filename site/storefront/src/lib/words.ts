/** What was searched for here lately. */
import { ref } from "vue";

const KEY = "mall.words";
const MOST = 6;
const words = ref<string[]>(read());

function read(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const recentWords = (): string[] => words.value;

export function rememberWord(word: string): void {
  words.value = [word, ...words.value.filter((one) => one !== word)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(words.value));
  } catch {
    // They last as long as the page.
  }
}
