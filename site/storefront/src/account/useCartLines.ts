/** The cart as its page changes it: shown at once, sent one after the other, put right by what the shop says. */
import { api, ask } from "../api/client";
import { useCart } from "../stores/cart";
import { useToasts } from "../stores/toasts";
import { withCount, type Line } from "./cartSums";
import { LineQueue } from "./lineQueue";

export function useCartLines() {
  const cart = useCart();
  const toasts = useToasts();

  const queue = new LineQueue(async (errors) => {
    if (errors.length) toasts.fail(errors[0]);
    try {
      const lines = await ask(api.GET("/api/v1/cart/"));
      // Something was changed meanwhile: what stands there now is newer than this answer.
      if (!queue.waits) cart.lines = lines;
    } catch (error) {
      toasts.fail(error);
    }
  });

  function replace(skuId: number, make: (line: Line) => Line): Line | undefined {
    const line = cart.lines?.find((one) => one.id === skuId);
    if (!line || !cart.lines) return undefined;
    const made = make(line);
    cart.lines = cart.lines.map((one) => (one.id === skuId ? made : one));
    return made;
  }

  function send(line: Line): void {
    const body = { sku_id: line.id, count: line.count, selected: line.selected };
    queue.put(`set ${line.id}`, () => ask(api.PUT("/api/v1/cart/", { body })));
  }

  function setCount(skuId: number, count: number): void {
    const line = replace(skuId, (one) => withCount(one, count));
    if (line) send(line);
  }

  function tick(skuId: number, selected: boolean): void {
    const line = replace(skuId, (one) => ({ ...one, selected }));
    if (line) send(line);
  }

  function tickAll(selected: boolean): void {
    cart.lines = (cart.lines ?? []).map((line) => ({ ...line, selected }));
    queue.put("all", () => ask(api.PUT("/api/v1/cart/selection/", { body: { selected } })));
  }

  function remove(skuId: number): void {
    cart.lines = (cart.lines ?? []).filter((line) => line.id !== skuId);
    queue.put(`set ${skuId}`, () => ask(api.DELETE("/api/v1/cart/", { body: { sku_id: skuId } })));
  }

  /** The line again as it was before it was removed. */
  function putBack(line: Line): void {
    const body = { sku_id: line.id, count: line.count, selected: line.selected };
    queue.put(`set ${line.id}`, () => ask(api.POST("/api/v1/cart/", { body })));
  }

  return { setCount, tick, tickAll, remove, putBack, idle: () => queue.idle() };
}
