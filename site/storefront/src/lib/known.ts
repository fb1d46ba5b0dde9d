/** What a list already showed of a product: its page starts with that while the rest is on its way. */
import type { Shape } from "../api/client";

let last: Shape<"SkuCardOut"> | null = null;

export function remember(card: Shape<"SkuCardOut">): void {
  last = card;
}

export function known(skuId: number): Shape<"SkuCardOut"> | null {
  return last?.id === skuId ? last : null;
}
