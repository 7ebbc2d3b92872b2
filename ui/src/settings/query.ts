import { queryOptions } from "@tanstack/react-query";
import { type Settings, type SettingsUpdateBody, settings } from "#/api/api";
import { cache } from "#/kit/cache";
import { sessionQuery } from "#/shell/session";

export const settingsQuery = queryOptions({ queryKey: ["settings", "get"], queryFn: () => settings.get() });

/** Name, colour and logo stand in the session too: the menu shows them. */
export const readAgain = () =>
  Promise.all([cache.invalidateQueries({ queryKey: ["settings"] }), cache.invalidateQueries({ queryKey: sessionQuery.queryKey })]);

/** Changes some settings as of the version that was read. */
export async function change(now: Settings, body: SettingsUpdateBody): Promise<Settings> {
  const out = await settings.update({ version: now.version, body });
  cache.setQueryData(settingsQuery.queryKey, out);
  void cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
  return out;
}
