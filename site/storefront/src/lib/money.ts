/** Money as the API tells it: text with two places. Sums are made in whole fen. */

/** `"6499.00"` → 649900. */
export function fen(yuan: string): number {
  const [, sign, whole, part] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(yuan) ?? [];
  if (whole === undefined) throw new RangeError(`not an amount: ${yuan}`);
  const value = Number(whole) * 100 + Number((part ?? "").padEnd(2, "0"));
  return sign ? -value : value;
}

/** 649900 → `"6499.00"`. */
export function yuan(value: number): string {
  const whole = Math.abs(Math.trunc(value / 100));
  const part = String(Math.abs(value % 100)).padStart(2, "0");
  return `${value < 0 ? "-" : ""}${whole}.${part}`;
}

/** The parts of a price as they are printed: `["", "6,499", "00"]`. */
export function priceParts(amount: string): { sign: string; whole: string; part: string } {
  const value = fen(amount);
  const [whole = "0", part = "00"] = yuan(Math.abs(value)).split(".");
  return { sign: value < 0 ? "-" : "", whole: whole.replace(/\B(?=(\d{3})+(?!\d))/g, ","), part };
}

/** `"¥6,499.00"`, for texts. */
export function printed(amount: string): string {
  const { sign, whole, part } = priceParts(amount);
  return `${sign}¥${whole}.${part}`;
}

/** How much lower, in tenths as Chinese shops say it: 5499 of 6490 → `"8.5"`; null unless it is a real discount. */
export function tenths(price: string, market: string | null): string | null {
  if (!market || fen(market) <= fen(price)) return null;
  const value = Math.ceil((fen(price) * 100) / fen(market)) / 10;
  return value >= 10 || value <= 0 ? null : String(value);
}
