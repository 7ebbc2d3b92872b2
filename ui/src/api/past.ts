/**
 * The instant of the past that this page shows: the moment, or the day that means its end, that `as_of` in the address
 * names; undefined for today. It is the same for as long as the page is loaded. Going to another time loads the page
 * again, so nothing that was read at two times can ever stand side by side.
 */
export const asOf: string | undefined = typeof location === "undefined" ? undefined : asOfIn(location);

/** What an address asks for. Pages before signing in know no past. */
export function asOfIn({ pathname, search }: { pathname: string; search: string }): string | undefined {
  return (pathname.startsWith("/o/") && new URLSearchParams(search).get("as_of")) || undefined;
}

/** An address with the instant it is to show, or without one: "/o/x/controls?q=a" at "2026-10-31". */
export function atTime(address: string, instant: string | undefined): string {
  const [path = "", query = ""] = address.split("?");
  const words = new URLSearchParams(query);
  words.delete("as_of");
  if (instant) words.set("as_of", instant);
  return words.size > 0 ? `${path}?${words}`.replaceAll("%3A", ":").replaceAll("%2C", ",") : path;
}

/** Loads this page again as it was at an instant, or as it is today. */
export function goToTime(instant: string | undefined) {
  location.assign(atTime(location.pathname + location.search, instant));
}
