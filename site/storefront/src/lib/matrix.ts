/** The choices of a product: what can be chosen from here, and what it leads to. */

export interface Option {
  id: number;
  value: string;
  selected: boolean;
  sku_id: number | null;
  sold_out: boolean;
}

export interface Spec {
  id: number;
  name: string;
  options: Option[];
}

/** `open`: can be bought; `sold_out`: exists, but none is left; `missing`: is not made with the other choices. */
export type OptionState = "chosen" | "open" | "sold_out" | "missing";

export function optionState(option: Option): OptionState {
  if (option.selected) return "chosen";
  if (option.sku_id === null) return "missing";
  return option.sold_out ? "sold_out" : "open";
}

/** The choice in words: `"黑色，256GB"`. */
export function chosenText(specs: Spec[]): string {
  return specs
    .map((spec) => spec.options.find((option) => option.selected)?.value)
    .filter(Boolean)
    .join("，");
}
