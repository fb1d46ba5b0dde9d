/** Every text that the source asks to be shown. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "i18n" ? [] : files(path);
    return /\.(vue|ts)$/.test(name) && !name.endsWith(".d.ts") ? [path] : [];
  });
}

export function textsInSource(root: string): Set<string> {
  const found = new Set<string>();
  for (const path of files(root)) {
    for (const [, double, single] of readFileSync(path, "utf8").matchAll(/(?<![\w.])t\(\s*(?:"([^"]+)"|'([^']+)')/g)) found.add((double ?? single) as string);
  }
  return found;
}
