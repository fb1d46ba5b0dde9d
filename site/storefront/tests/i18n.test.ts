import { describe, expect, it } from "vitest";

import english from "../src/i18n/en";
import { textsInSource } from "./texts";

const source = textsInSource(new URL("../src", import.meta.url).pathname);
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);

describe("English", () => {
  it("is there for every text, and for nothing else", () => {
    expect([...source].filter((text) => !(text in english))).toEqual([]);
    expect(Object.keys(english).filter((text) => !source.has(text))).toEqual([]);
  });

  it("fills only what the Chinese text is given", () => {
    // A discount is counted the other way round in English.
    const given = { "{n} 折": ["n", "off"] } as Record<string, string[]>;
    for (const [text, translated] of Object.entries(english)) {
      const allowed = given[text] ?? holes(text);
      expect(holes(translated).filter((name) => !allowed.includes(name as string)), text).toEqual([]);
    }
  });
});
