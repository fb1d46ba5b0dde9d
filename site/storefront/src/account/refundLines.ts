/** What an application for money back may ask for, line by line, in fen. */
import { fen, yuan } from "../lib/money";

export interface RefundableLine {
  id: number;
  count: number;
  amount: string;
  refunded_count: number;
  refunded_amount: string;
}

/** Pieces that were not given back yet. */
export const piecesLeft = (line: RefundableLine): number => Math.max(0, line.count - line.refunded_count);

/** What these pieces cost: the shop's own shares, in which the first pieces take the odd fen. */
export function costOf(line: RefundableLine, count: number): string {
  const left = fen(line.amount) - fen(line.refunded_amount);
  const pieces = piecesLeft(line);
  if (!pieces || left <= 0) return "0.00";
  const asked = Math.min(count, pieces);
  return yuan(Math.floor(left / pieces) * asked + Math.min(asked, left % pieces));
}

/** The sum that the chosen pieces come to. */
export function refundSum(lines: { line: RefundableLine; count: number; amount: string }[]): string {
  return yuan(lines.reduce((sum, one) => sum + (one.count ? amountFen(one.amount) : 0), 0));
}

function amountFen(text: string): number {
  try {
    return fen(text);
  } catch {
    return 0;
  }
}

/** What is wrong with an amount typed for these pieces: "shape", "high", or nothing. */
export function amountTrouble(line: RefundableLine, count: number, typed: string): "" | "shape" | "high" {
  if (!/^\d{1,10}(\.\d{1,2})?$/.test(typed.trim()) || fen(typed.trim()) <= 0) return "shape";
  return fen(typed.trim()) > fen(costOf(line, count)) ? "high" : "";
}
