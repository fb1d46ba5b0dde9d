/** The way to the gateway's page. */
import { api, ask } from "../api/client";

/** Phones get the gateway's page for phones. */
export function channel(agent = navigator.userAgent, narrow = matchMedia("(max-width: 719px)").matches): "page" | "wap" {
  return narrow || /Android|iPhone|iPad|Mobile|HarmonyOS/i.test(agent) ? "wap" : "page";
}

/** Leave for the page on which this order is paid. */
export async function leaveToPay(orderId: string): Promise<void> {
  const { alipay_url } = await ask(
    api.GET("/api/v1/orders/{order_id}/payment/", { params: { path: { order_id: orderId }, query: { channel: channel() } } }),
  );
  location.assign(alipay_url);
}
