import { defineStore } from "pinia";
import { computed, ref } from "vue";

import { api, ask, type Shape } from "../api/client";
import { watchSession } from "../api/session";

/** The cart of a guest (in a cookie) or a buyer (in the shop). */
export const useCart = defineStore("cart", () => {
  const lines = ref<Shape<"ShownLineOut">[] | null>(null);
  const count = computed(() => (lines.value ?? []).reduce((sum, line) => sum + line.count, 0));

  async function fetchLines(): Promise<void> {
    lines.value = await ask(api.GET("/api/v1/cart/"));
  }

  /** `number` more pieces of a SKU. */
  async function add(skuId: number, number: number): Promise<void> {
    await ask(api.POST("/api/v1/cart/", { body: { sku_id: skuId, count: number, selected: true } }));
    await fetchLines();
  }

  // At a login the guest's cart moves into the buyer's; at a logout it is another's.
  watchSession(() => {
    if (lines.value) void fetchLines().catch(() => undefined);
  });

  return { lines, count, fetchLines, add };
});
