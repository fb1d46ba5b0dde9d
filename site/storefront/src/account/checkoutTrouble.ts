/** What stopped an order, in a sentence, and the way on. */
import { ApiError, NetworkError, sentence } from "../api/errors";
import { t } from "../i18n";
import { printed } from "../lib/money";

export interface Trouble {
  text: string;
  /** `again`: send it again as it is. `cart`, `fewer`: change what is bought. `address`: choose another. `seen`: confirm the new sum. */
  way: "again" | "cart" | "fewer" | "address" | "seen";
  /** Pieces that are left, for `fewer`. */
  left?: number;
}

const GOODS = new Set(["stock.short", "order.sku_not_for_sale", "sku.not_found", "order.nothing_selected", "order.too_many_items", "cart.line_full"]);

export function troubleOf(error: unknown, buyNow: boolean): Trouble {
  if (error instanceof NetworkError) return { text: t("网络断了，订单还没有确认。恢复后再点一次提交，不会重复下单。"), way: "again" };
  if (!(error instanceof ApiError)) return { text: sentence(error), way: "again" };
  if (error.code === "order.payable_changed") {
    const sum = String(error.params.payable ?? "");
    return { text: /^\d+\.\d{2}$/.test(sum) ? t("价格刚刚有变动，应付变为 {sum}，请确认后再提交", { sum: printed(sum) }) : error.message, way: "seen" };
  }
  if (error.code === "address.not_found") return { text: t("这个收货地址已被删除，请另选一个"), way: "address" };
  if (error.code === "shipping.no_delivery") return { text: t("这个地区暂时送不到，请换一个收货地址"), way: "address" };
  if (error.code === "stock.short") {
    const left = Number(error.params.left ?? 0);
    if (buyNow && left > 0) return { text: t("手慢了一步，库存只剩 {n} 件", { n: left }), way: "fewer", left };
    return { text: buyNow ? t("手慢了一步，这件商品刚刚卖完") : t("有商品库存不够了，请回购物车调整"), way: "cart" };
  }
  if (error.code === "order.sku_not_for_sale" || error.code === "sku.not_found") {
    return { text: buyNow ? t("这件商品刚刚下架了") : t("有商品刚刚下架了，请回购物车调整"), way: "cart" };
  }
  return { text: error.message, way: GOODS.has(error.code) ? "cart" : "again" };
}
