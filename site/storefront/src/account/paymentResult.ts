/** What became of a payment: asked of the shop, which asks the gateway, until somebody knows. */
import { api, ask } from "../api/client";
import { isMissing } from "../api/errors";
import { CANCELLED, CASH, REFUNDED, UNPAID } from "./orders";

export type Result = "paid" | "confirming" | "returned" | "placed" | "closed" | "refused";

/** The order's own state says it as well, to its buyer. Cash on delivery has nothing to wait for. */
export function resultOfOrder(order: { status: number; pay_method: number }): Result {
  if (order.status === CANCELLED) return "closed";
  if (order.status === REFUNDED) return "returned";
  if (order.pay_method === CASH) return "placed";
  return order.status === UNPAID ? "confirming" : "paid";
}

export async function askOrder(orderId: string): Promise<Result> {
  try {
    return resultOfOrder(await ask(api.GET("/api/v1/orders/{order_id}/", { params: { path: { order_id: orderId } } })));
  } catch (error) {
    // Somebody else's, or none: asking again would not help.
    if (isMissing(error)) return "refused";
    throw error;
  }
}

/** By what the gateway gave the browser: passed on whole, unchanged. Needs no login. */
export async function askPayment(query: Record<string, string>): Promise<Result> {
  const { status } = await ask(api.PUT("/api/v1/payment/status/", { params: { query } }));
  return status;
}
