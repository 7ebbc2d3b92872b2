import type { QueryKey } from "@tanstack/react-query";
import { cache } from "./cache";
import { toast } from "./Toast";

type Removal<Out> = {
  send: () => Promise<Out>;
  /** Closes what shows the record. */
  gone: () => Promise<void>;
  /** What was asked about the record. */
  forget: readonly QueryKey[];
  said: string;
  refresh: () => Promise<unknown>;
};

/** Deletes a record. What shows it closes before anything is asked anew, so that nothing asks for what is gone. */
export async function remove<Out>({ send, gone, forget, said, refresh }: Removal<Out>): Promise<void> {
  const out = await send();
  await gone();
  for (const queryKey of forget) cache.removeQueries({ queryKey });
  toast.saved(said, out);
  await refresh();
}
