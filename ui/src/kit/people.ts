import { queryOptions } from "@tanstack/react-query";
import { member, type Person } from "#/api/api";

/** Everyone whom records may name, also those who left. */
export const peopleQuery = queryOptions({
  queryKey: ["member", "people"],
  queryFn: async () => {
    const all: Person[] = [];
    for (let page = 1; page <= 10; page++) {
      const got = await member.people({ page, limit: 100, sort: "name" });
      all.push(...got.items);
      if (all.length >= got.total) break;
    }
    return all;
  },
  staleTime: 60_000,
});
