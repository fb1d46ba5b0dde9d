/** A lower price in the words of the language: tenths that remain in Chinese, percents that go in English. */
import { t } from "../i18n";
import { tenths } from "./money";

export function discount(price: string, market: string | null): string {
  const left = tenths(price, market);
  return left ? t("{n} 折", { n: left, off: Math.round(100 - Number(left) * 10) }) : "";
}
