import { activityCommands } from "#/activity/commands";
import { assetCommands } from "#/asset/commands";
import { auditCommands } from "#/auditlog/commands";
import { biaCommands } from "#/bia/commands";
import { controlActions, controlCommands, recentControls } from "#/control/commands";
import { evidenceActions, evidenceCommands, recentEvidence } from "#/evidence/commands";
import { frameworkCommands, recentRequirements } from "#/framework/commands";
import { importCommands } from "#/imports/commands";
import { memberCommands } from "#/member/commands";
import { workCommands } from "#/mywork/commands";
import { personnelCommands } from "#/personnel/commands";
import { policyCommands } from "#/policy/commands";
import { riskCommands } from "#/risk/commands";
import { scopeCommands } from "#/scope/commands";
import type { Command, RecentRecords, RecordAction } from "#/shell/commands";
import { snapshotCommands } from "#/snapshot/commands";
import { taskCommands } from "#/task/commands";
import { vendorCommands } from "#/vendor/commands";

/** What the palette can do: one line a module, from its commands.ts. Only the palette loads this. What it finds, the server says. */
export const commands: readonly Command[] = [
  ...controlCommands,
  ...evidenceCommands,
  ...policyCommands,
  ...activityCommands,
  ...riskCommands,
  ...assetCommands,
  ...biaCommands,
  ...vendorCommands,
  ...personnelCommands,
  ...taskCommands,
  ...workCommands,
  ...frameworkCommands,
  ...scopeCommands,
  ...importCommands,
  ...memberCommands,
  ...auditCommands,
  ...snapshotCommands,
];
export const recordActions: readonly RecordAction[] = [...controlActions, ...evidenceActions];
export const recent: readonly RecentRecords[] = [recentControls, recentEvidence, recentRequirements];
