import { activityCommands, activitySearch } from "#/activity/commands";
import { auditCommands } from "#/auditlog/commands";
import { controlCommands, controlSearch } from "#/control/commands";
import { evidenceCommands, evidenceSearch } from "#/evidence/commands";
import { frameworkCommands, requirementSearch } from "#/framework/commands";
import { memberCommands, memberRecords } from "#/member/commands";
import { scopeCommands } from "#/scope/commands";
import type { Command, RecordSearch } from "#/shell/commands";

/** What the palette can do and find: one line a module, from its commands.ts. Only the palette loads this. */
export const commands: readonly Command[] = [
  ...controlCommands,
  ...evidenceCommands,
  ...activityCommands,
  ...frameworkCommands,
  ...scopeCommands,
  ...memberCommands,
  ...auditCommands,
];
export const searches: readonly RecordSearch[] = [controlSearch, evidenceSearch, activitySearch, requirementSearch, memberRecords];
