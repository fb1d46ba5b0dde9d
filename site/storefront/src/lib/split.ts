/** Which of two versions of a banner or ad this browser sees: the same one every time. The rule is the API's. */
import type { Shape } from "../api/client";
import { preview } from "../api/preview";
import { visitor } from "./visitor";

export type Item = Shape<"ItemOut">;
export type Variant = "" | "a" | "b";
export type ShownItem = Item & { variant: Variant };

/** 0 to 99 by FNV-1a with a mixing step, as `SplitOut` describes it. */
export function bucket(key: string, visitorId: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(`${key}:${visitorId}`)) hash = Math.imul(hash ^ byte, 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 2146121005);
  hash = Math.imul(hash ^ (hash >>> 15), 2221713035);
  return ((hash ^ (hash >>> 16)) >>> 0) % 100;
}

/** The version of an item that this visitor sees. */
export function shownItem(item: Item, who?: string): ShownItem {
  const split = item.split;
  if (!split) return { ...item, variant: "" };
  // A preview has no visitor: the editor sees what stands in the first fields.
  if (preview || bucket(split.key, who ?? visitor()) >= split.share) return { ...item, variant: "a" };
  const { title, image_url, images, url, text, link } = split;
  return { ...item, title, image_url, images, url, text, link, variant: "b" };
}
