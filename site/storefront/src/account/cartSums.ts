/** What a cart comes to, and what has changed since it was filled. */
import type { Shape } from "../api/client";
import { t } from "../i18n";
import { fen, printed, yuan } from "../lib/money";

export type Line = Shape<"ShownLineOut">;

/** Whether the line counts: it is ticked and can be bought as it stands. */
export const counts = (line: Line): boolean => line.selected && line.can_be_ordered;

/** The ticked lines' pieces and sum, in yuan. Lines that cannot be bought count nothing. */
export function cartSums(lines: Line[]): { kinds: number; pieces: number; amount: string } {
  const wanted = lines.filter(counts);
  return {
    kinds: wanted.length,
    pieces: wanted.reduce((sum, line) => sum + line.count, 0),
    amount: yuan(wanted.reduce((sum, line) => sum + fen(line.price) * line.count, 0)),
  };
}

/** The box above all lines: ticked, not ticked, or some of them. Lines that cannot be bought do not matter. */
export function allTicked(lines: Line[]): "all" | "some" | "none" {
  const able = lines.filter((line) => line.can_be_ordered);
  const ticked = able.filter((line) => line.selected).length;
  return !ticked ? "none" : ticked === able.length ? "all" : "some";
}

/** A line with another number of pieces, before the shop has answered. */
export function withCount(line: Line, count: number): Line {
  const short = line.left !== null && count > line.left;
  const rest = line.changed.filter((one) => one !== "short");
  return {
    ...line,
    count,
    amount: yuan(fen(line.price) * count),
    changed: short ? [...rest, "short"] : rest,
    can_be_ordered: !short && !rest.some((one) => one === "off_sale" || one === "sold_out"),
  };
}

/** What happened to the line since it was put in, in sentences; the first is the weightiest. */
export function lineNotes(line: Line): { text: string; bad: boolean }[] {
  const difference = (from: string, to: string) => printed(yuan(fen(to) - fen(from)));
  const notes = {
    off_sale: () => ({ text: t("这件商品已下架，不能购买"), bad: true }),
    sold_out: () => ({ text: t("已经卖完了，到货后可再购买"), bad: true }),
    short: () => ({ text: t("库存只剩 {n} 件，请减少数量", { n: line.left ?? 0 }), bad: true }),
    price_up: () => ({ text: t("比加入时涨了 {sum}", { sum: difference(line.price_seen, line.price) }), bad: false }),
    price_down: () => ({ text: t("比加入时降了 {sum}", { sum: difference(line.price, line.price_seen) }), bad: false }),
  };
  const order = ["off_sale", "sold_out", "short", "price_up", "price_down"] as const;
  return order.filter((one) => line.changed.includes(one)).map((one) => notes[one]());
}
