import { branch } from "#/api/branch";
import { asOf } from "#/api/past";

/**
 * Reading a list's filter out of the address. The address carries plain words, `?status=gap,in_progress&q=backup`;
 * what it says wrongly is ignored, never an error.
 */
export const text = (v: unknown): string | undefined => (typeof v === "string" && v !== "" ? v : undefined);

export const list = (v: unknown): string[] | undefined => {
  const all = Array.isArray(v) ? v.map(String) : typeof v === "string" ? v.split(",") : [];
  const words = all.filter((w) => w !== "");
  return words.length > 0 ? words : undefined;
};

export const oneOf = <W extends string>(v: unknown, allowed: readonly W[]): W | undefined => allowed.find((w) => w === v);

export const manyOf = <W extends string>(v: unknown, allowed: readonly W[]): W[] | undefined => {
  const asked = list(v);
  const words = asked ? allowed.filter((w) => asked.includes(w)) : [];
  return words.length > 0 ? words : undefined;
};

export const flag = (v: unknown): true | undefined => (v === true || v === "true" || v === "1" ? true : undefined);

/** The words of an address. The instant of the past and the branch are not among them: no page has them as a filter, and every address keeps them. */
export function parseSearch(query: string): Record<string, string> {
  const { as_of: _, branch: __, ...words } = Object.fromEntries(new URLSearchParams(query));
  return words;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, v] of Object.entries(search)) {
    const word = Array.isArray(v) ? v.join(",") : v === undefined || v === null || v === false ? "" : String(v);
    if (word !== "") params.set(name, word);
  }
  if (asOf) params.set("as_of", asOf);
  if (branch) params.set("branch", branch);
  const query = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return query ? `?${query}` : "";
}
