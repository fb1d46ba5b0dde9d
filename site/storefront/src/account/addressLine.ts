/** An address in one line, as one would write it on a parcel. */
interface Parts {
  province?: string | null;
  city?: string | null;
  district?: string | null;
  place?: string | null;
}

/** The middle level of a municipality has no name of its own. */
const NAMELESS = new Set(["市辖区", "县", "自治区直辖县级行政区划", "省直辖县级行政区划"]);

export function addressLine({ province, city, district, place }: Parts): string {
  const parts = [province, city && !NAMELESS.has(city) && city !== province ? city : "", district !== city ? district : "", place];
  return parts.filter(Boolean).join(" ");
}
