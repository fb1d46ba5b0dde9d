/**
 * Answers that came with the page: the server wrote what the first view needs into the HTML, under the
 * addresses that would be asked. Each is used once, and none after the first view. (In a preview they stay.)
 */
import { preview } from "./preview";

let open = true;

/** The answer of this address, if it came along. */
export function takeFirst<T>(address: string): T | undefined {
  if (!open) return undefined;
  const place = document.querySelector(`script[type="application/json"][data-for="${CSS.escape(address)}"]`);
  if (!place?.textContent) return undefined;
  if (!preview) place.remove();
  return JSON.parse(place.textContent) as T;
}

/** From now on everything is asked. */
export function closeFirst(): void {
  open = preview !== null;
}
