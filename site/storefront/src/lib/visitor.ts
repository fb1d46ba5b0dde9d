/** A browser's own number, made once and kept: it says nothing about who uses it. */
const KEY = "mall.visitor";
let passing = "";

export function visitor(): string {
  try {
    const old = localStorage.getItem(KEY);
    if (old && /^[\w-]{16,64}$/.test(old)) return old;
  } catch {
    // No storage: the number lasts as long as the page.
  }
  passing ||= Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    localStorage.setItem(KEY, passing);
  } catch {
    // As above.
  }
  return passing;
}
