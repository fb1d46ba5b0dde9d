/** Orders in words: their states, what may be done with them, what happened to them. */
import type { Shape } from "../api/client";
import { t } from "../i18n";

export type Order = Shape<"OrderOut">;
export type OrderDetail = Shape<"OrderDetailOut">;

export const UNPAID = 1;
export const TO_SHIP = 2;
export const SHIPPED = 3;
export const TO_REVIEW = 4;
export const DONE = 5;
export const CANCELLED = 6;
export const REFUNDING = 7;
export const REFUNDED = 8;
export const CASH = 1;
export const ALIPAY = 2;

export function stateName(state: number): string {
  const names: Record<number, string> = {
    [UNPAID]: t("待付款"),
    [TO_SHIP]: t("待发货"),
    [SHIPPED]: t("待收货"),
    [TO_REVIEW]: t("待评价"),
    [DONE]: t("已完成"),
    [CANCELLED]: t("已取消"),
    [REFUNDING]: t("退款中"),
    [REFUNDED]: t("已退款"),
  };
  return names[state] ?? "";
}

/** What the state means to the buyer, in a sentence. */
export function stateSentence(order: { status: number; pay_method: number }): string {
  const texts: Record<number, string> = {
    [UNPAID]: t("请在期限内完成付款，超时订单会自动取消"),
    [TO_SHIP]: order.pay_method === CASH ? t("货到付款，商家正在备货") : t("已付款，商家正在备货"),
    [SHIPPED]: t("包裹在路上，收到后请确认收货"),
    [TO_REVIEW]: t("商品用得怎么样？写写评价，帮帮后来的人"),
    [DONE]: t("订单已完成，谢谢您的信任"),
    [CANCELLED]: t("订单已取消，商品还在货架上"),
    [REFUNDING]: t("退款正在处理，进度看售后详情"),
    [REFUNDED]: t("款项已原路退回"),
  };
  return texts[order.status] ?? "";
}

export function payName(method: number): string {
  return method === CASH ? t("货到付款") : t("支付宝");
}

export type Action = "pay" | "cancel" | "parcels" | "receive" | "review" | "refund" | "refunds" | "again";

/** What the buyer may do now; the first one is the one to press. The shop has the last word. */
export function actionsOf(order: { status: number; pay_method: number }): Action[] {
  const prepaid = order.pay_method !== CASH;
  const all: Record<number, Action[]> = {
    [UNPAID]: prepaid ? ["pay", "cancel"] : ["cancel"],
    [TO_SHIP]: prepaid ? ["refund", "again"] : ["cancel", "again"],
    // Cash on delivery is paid when it comes: until then there is nothing to give back.
    [SHIPPED]: prepaid ? ["receive", "parcels", "refund"] : ["receive", "parcels"],
    [TO_REVIEW]: ["review", "parcels", "refund", "again"],
    [DONE]: ["again", "refund", "parcels"],
    [CANCELLED]: ["again"],
    [REFUNDING]: ["refunds", "again"],
    [REFUNDED]: ["refunds", "again"],
  };
  return all[order.status] ?? [];
}

export function actionName(action: Action): string {
  return {
    pay: t("去付款"),
    cancel: t("取消订单"),
    parcels: t("查看物流"),
    receive: t("确认收货"),
    review: t("写评价"),
    refund: t("申请售后"),
    refunds: t("售后进度"),
    again: t("再次购买"),
  }[action];
}

export function cancelReasons(): { key: "changed_mind" | "wrong_address" | "found_cheaper" | "other"; text: string }[] {
  return [
    { key: "changed_mind", text: t("不想买了") },
    { key: "wrong_address", text: t("地址或电话填错了") },
    { key: "found_cheaper", text: t("别处更便宜") },
    { key: "other", text: t("其他原因") },
  ];
}

export function cancelReasonName(reason: string): string {
  if (reason === "expired") return t("超时未付款");
  if (reason === "staff") return t("商家取消");
  return cancelReasons().find((one) => one.key === reason)?.text ?? "";
}

/** What an entry of the timeline says; nothing for what only staff care about. */
export function eventText(event: { kind: string; status: number | null }): string {
  const texts: Record<string, string> = {
    placed: t("提交订单"),
    paid: t("付款成功"),
    repriced: t("商家改价"),
    shipped: t("商家发货"),
    parcel_sent: t("包裹寄出"),
    received: t("确认收货"),
    received_by_time: t("到期自动确认收货"),
    cancelled: t("订单取消"),
    expired: t("超时未付款，订单取消"),
    after_sale_applied: t("申请售后"),
    after_sale_withdrawn: t("撤回售后申请"),
    refunding: t("开始退款"),
    refund_booked: t("退款完成"),
    refund_refused: t("退款未通过"),
    done: t("交易完成"),
  };
  return texts[event.kind] ?? "";
}

/** `2026-11-21T10:00:00+08:00` → `2026-11-21 10:00`, as the shop's clock shows it. */
export const shortTime = (moment: string): string => moment.slice(0, 16).replace("T", " ");
