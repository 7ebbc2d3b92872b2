import { asOf, atTime } from "./past";

/**
 * The what-if branch that this page works in: `branch` in the address names it; undefined for the organisation itself.
 * Like the instant of the past it is the same for as long as the page is loaded.
 */
export const branch: string | undefined = typeof location === "undefined" || asOf ? undefined : branchIn(location);

/** What an address asks for. Pages before signing in know no branch. */
export function branchIn({ pathname, search }: { pathname: string; search: string }): string | undefined {
  return (pathname.startsWith("/o/") && new URLSearchParams(search).get("branch")) || undefined;
}

/** An address with the branch it is to be in, or without one: "/o/x/controls?q=a" in "ABC". */
export function inBranch(address: string, id: string | undefined): string {
  const [path = "", query = ""] = address.split("?");
  const words = new URLSearchParams(query);
  words.delete("branch");
  if (id) words.set("branch", id);
  return words.size > 0 ? `${path}?${words}`.replaceAll("%3A", ":").replaceAll("%2C", ",") : path;
}

/** An address at the instant and in the branch of this page. */
export const here = (address: string): string => (asOf ? atTime(address, asOf) : branch ? inBranch(address, branch) : address);

/** Loads a page anew, in a branch or in the organisation itself. */
export const goToBranch = (address: string, id?: string) => location.assign(inBranch(address, id));
