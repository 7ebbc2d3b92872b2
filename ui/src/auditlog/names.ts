import { dictionary } from "#/kit/t";

const actions = {
  account_change_password: "Changed the password",
  account_update_profile: "Changed the profile",
  account_accept_invitation: "Joined with an invitation",
  account_create_token: "Made an access token",
  account_delete_token: "Revoked an access token",
  account_confirm_totp: "Turned two-step sign-in on",
  account_disable_totp: "Turned two-step sign-in off",
  account_make_recovery_codes: "Made recovery codes",
  audit_export: "Exported the log",
  audit_proof: "Downloaded a proof",
  audit_undo: "Undid a change",
  audit_verify: "Verified the log",
  control_bulk: "Changed many controls",
  control_claim: "Set a control’s status",
  control_create: "Added a control",
  control_delete: "Deleted a control",
  control_export: "Exported controls",
  control_settle: "Recalculated statuses",
  control_update: "Edited a control",
  dashboard_snapshot: "Kept the day’s figures",
  evidence_accept: "Accepted a file",
  evidence_bulk: "Changed many requests",
  evidence_create: "Asked for evidence",
  evidence_delete: "Deleted a request",
  evidence_delete_file: "Deleted a file",
  evidence_download: "Downloaded a file",
  evidence_export: "Exported evidence",
  evidence_link: "Linked evidence",
  evidence_purge: "Removed deleted files for good",
  evidence_recalculate: "Recalculated proof",
  evidence_reject: "Rejected a file",
  evidence_unlink: "Unlinked evidence",
  evidence_update: "Edited a request",
  evidence_update_file: "Corrected a file",
  evidence_upload: "Uploaded a file",
  evidence_verify: "Verified a file",
  framework_add_control: "Made a control for a requirement",
  framework_applicability: "Decided what applies",
  framework_archive: "Turned a framework off",
  framework_delete: "Deleted a framework",
  framework_enable: "Turned a framework on",
  framework_import: "Imported a framework",
  framework_map: "Mapped a control",
  framework_requirements_export: "Exported requirements",
  framework_restore: "Turned a framework on again",
  framework_unmap: "Unmapped a control",
  framework_update: "Edited a framework",
  framework_update_requirement: "Edited a requirement",
  member_end_sessions: "Ended a member’s sessions",
  member_export: "Exported members",
  member_invite: "Invited a member",
  member_remove: "Removed a member",
  member_resend: "Sent an invitation again",
  member_reset_mfa: "Turned a member’s two-step sign-in off",
  member_update: "Changed a member",
  settings_auth_log_export: "Exported the sign-ins",
  settings_delete_logo: "Removed the logo",
  settings_rename: "Changed the short name",
  settings_set_logo: "Changed the logo",
  settings_update: "Changed the settings",
  tenant_create: "Made the organisation",
};
const said = dictionary(actions);
const isSaid = (key: string): key is keyof typeof actions => key in actions;

const parts = {
  account: "accounts",
  audit: "the log",
  control: "controls",
  dashboard: "figures",
  evidence: "evidence",
  framework: "frameworks",
  member: "members",
  settings: "settings",
  tenant: "the organisation",
};
const part = dictionary(parts);
const isPart = (key: string): key is keyof typeof parts => key in parts;

const tables = {
  account: "Account",
  control: "Control",
  control_effective: "Effective status",
  control_status: "Control status",
  evidence: "Evidence request",
  evidence_control: "Evidence link",
  file: "File",
  framework: "Framework",
  link: "Mailed link",
  mapping: "Mapping",
  membership: "Membership",
  organisation: "Organisation",
  person: "Person",
  readiness_day: "Day’s figures",
  recovery_code: "Recovery code",
  requirement: "Requirement",
  scope: "Scope",
  tenant: "Organisation",
  token: "Access token",
};
const table = dictionary(tables);
const isTable = (key: string): key is keyof typeof tables => key in tables;

const plain = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");

/** "control.claim" as people say it. What this build does not know keeps its own word. */
export function actionName(action: string): string {
  const key = action.replaceAll(".", "_");
  return isSaid(key) ? said(key) : plain(action.replace(".", ": "));
}
export const moduleName = (m: string): string => (isPart(m) ? part(m) : plain(m).toLocaleLowerCase());
export const tableName = (name: string): string => (isTable(name) ? table(name) : plain(name));
