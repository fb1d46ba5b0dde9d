/** The page's blocks: those for all and those for this visitor, in one order, without what is for other programs. */
import type { Shape } from "../api/client";

export type Blocks = Shape<"BlocksOut">;

export function joined(common: Blocks, personal: Blocks | null): Blocks {
  const both = [common, ...(personal ? [personal] : [])];
  return {
    banners: both.flatMap((one) => one.banners),
    notices: both.flatMap((one) => one.notices),
    floors: both.flatMap((one) => one.floors),
    recommended: both.flatMap((one) => one.recommended),
    blocks: both
      .flatMap((one) => one.blocks)
      .filter((block) => block.audience !== "app")
      .sort((one, other) => one.position - other.position),
  };
}
