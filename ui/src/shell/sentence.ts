/** A sentence that was typed into the palette: "assign AC-02 to Ada". */
export type Sentence = { verb: string; record: string; choice?: string };

/**
 * Reads a sentence that begins with one of the verbs, whatever its capitals. The last " to " separates the record from
 * the answer. Without anything after the verb it is no sentence yet.
 */
export function read(text: string, verbs: readonly string[]): Sentence | undefined {
  const low = text.toLocaleLowerCase();
  const verb = verbs.find((v) => low.startsWith(`${v.toLocaleLowerCase()} `));
  if (!verb) return undefined;
  const rest = text.slice(verb.length).trim();
  if (rest === "") return undefined;
  const to = /^(.+)\s+to(?:\s+(.*))?$/i.exec(rest);
  return to ? { verb, record: (to[1] ?? "").trim(), choice: (to[2] ?? "").trim() } : { verb, record: rest };
}
