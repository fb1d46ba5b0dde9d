/** A picture captcha: the id under which its picture is fetched, and what was read in it. It serves once. */
export interface Captcha {
  id: string;
  text: string;
}

/** A new picture. (A version 4 UUID; `crypto.randomUUID` is missing where the shop is tried without TLS.) */
export function newCaptcha(): Captcha {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"), text: "" };
}
