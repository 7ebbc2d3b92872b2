import type { Command, RecordSearch } from "#/shell/commands";

/** What the palette can do and find: one line a module, from its commands.ts. Only the palette loads this. */
export const commands: readonly Command[] = [];
export const searches: readonly RecordSearch[] = [];
