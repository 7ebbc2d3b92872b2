import { dictionary } from "#/kit/t";

export const t = dictionary({
  days_left: { one: "{n} day left", other: "{n} days left" },
  deleted: "Deleted",
  deleted_by: "Deleted by",
  empty: "Nothing was deleted",
  empty_more: "What is deleted lies here for {n} days and can be brought back, with everything that went with it.",
  gone: "{name} is back",
  gone_left: {
    one: "{n} link did not come back: what it led to is gone itself.",
    other: "{n} links did not come back: what they led to is gone itself.",
  },
  last_day: "last day",
  lead: "What is deleted lies here for {n} days. Brought back, a record has its links, files and history again.",
  restore: "Bring back",
  trash: "Trash",
  why: "Why",
  what: "What",
  with: { one: "and {n} record with it", other: "and {n} records with it" },
});
