// Written by go test ./server -update from the Go code. Do not edit.

import { call, href, stream, upload } from "./call";

export interface AccessFigures {
  /** Active grants with the rights of an administrator */
  admins: number;
  applications: number;
  /** Applications of critical importance */
  critical: number;
  /** Active grants */
  grants: number;
  /** Active grants of people who left */
  leavers: number;
  /** Applications of which it is known that a second factor is not enforced */
  no_mfa: number;
  /** Applications of which it is known that they have no single sign-on */
  no_sso: number;
  /** People with access to anything */
  people: number;
  /** Applications that nobody answers for */
  unowned: number;
}

export interface AccessMatrix {
  /** Those to which any of them has access */
  applications: MatrixApplication[];
  cells: MatrixCell[];
  /** There are more people than these */
  more: boolean;
  /** Who works there, or left and still has access */
  people: MatrixPerson[];
}

export interface AccountAcceptInvitationBody {
  token: string;
  code?: string;
  /** Of a person who has no account yet */
  name?: string;
  /** Chosen now, or that of the account. Not needed while signed in with it */
  password?: string;
  recovery_code?: string;
}

export interface AccountChangePasswordBody {
  /** The password as it is now */
  current: string;
  /** The new one: 15 to 128 characters, or from 8 with two-step sign-in */
  password: string;
}

export interface AccountConfirmTotpBody {
  code: string;
}

export interface AccountCreateTokenBody {
  /** The last day it works, at most a year from now */
  expires_on: string;
  /** What it is for */
  name: string;
  role: "admin" | "user" | "auditor" | "executive";
}

export interface AccountDisableTotpBody {
  password: string;
  code?: string;
  recovery_code?: string;
}

export interface AccountMakeRecoveryCodesBody {
  password: string;
  code?: string;
  recovery_code?: string;
}

export interface AccountRequestResetBody {
  email: string;
}

export interface AccountResetPasswordBody {
  password: string;
  token: string;
}

export interface AccountSessionsAnswer {
  items: SessionView[];
}

export interface AccountSetUpBody {
  email: string;
  name: string;
  organisation: string;
  password: string;
  token: string;
  /** IANA time zone of the organisation; UTC unless given */
  zone?: string;
}

export interface AccountSignInBody {
  email: string;
  password: string;
  /** Six digits of the authenticator app, where two-step sign-in is on */
  code?: string;
  /** Instead of a code, when the app is lost */
  recovery_code?: string;
}

export interface AccountSignInSessionAccount {
  email: string;
  id: string;
  name: string;
  preferences: Preferences;
}

export interface AccountSignInSessionMFA {
  enabled: boolean;
  /** How many are left */
  recovery_codes: number;
}

export interface AccountSignInSessionTenant {
  /** As #rrggbb, or empty */
  color: string;
  /** When the organisation is deleted, which any administrator can still prevent; empty when it stays */
  goes_at: string;
  id: string;
  /** Where the logo is, or empty */
  logo: string;
  name: string;
  slug: string;
  /** IANA time zone of the organisation: where its days begin and end */
  zone: string;
}

export interface AccountStartTotpBody {
  password: string;
}

export interface AccountSwitchBody {
  slug: string;
}

export interface AccountTokensAnswer {
  items: TokenView[];
}

export interface AccountUpdateProfileBody {
  name?: string;
  preferences?: Preferences;
}

export interface Acknowledgment {
  acknowledged_at: string;
  /** false: has left, and counts only if they acknowledged before */
  active: boolean;
  asked_on: string;
  department: string;
  /** SHA-256 of what was read */
  digest: string;
  due_on: string;
  id: string;
  /** Of the version */
  number: string;
  person: string;
  person_name: string;
  /** Of the policy */
  ref: string;
  reminded_on: string;
  request: string;
  state: "acknowledged" | "waiting" | "overdue" | "left";
}

export interface AcknowledgmentPage {
  items: Acknowledgment[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface Activity {
  /** The first five, by number */
  control_refs: string[];
  controls: number;
  /** Id of the current occurrence, or empty */
  current: string;
  /** Days from the first day of a period until it is due; 0 means its last day */
  due_days: number;
  /** When the current occurrence is due; empty when none is open */
  due_on: string;
  /** Short names of the frameworks its controls serve */
  frameworks: string[];
  frequency: "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "as_needed";
  id: string;
  name: string;
  /** First day of the period that comes next; empty when paused or as needed */
  next_on: string;
  /** Occurrences that are not over */
  open: number;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** No new occurrences */
  paused: boolean;
  /** The supporting policy, in words */
  policy: string;
  /** It is linked to an evidence request */
  proof: boolean;
  /** Id of the product it belongs to, or organisation */
  scope: string;
  scope_name: string;
  starts_on: string;
  /** Of the current occurrence: the oldest that is open, or else the newest. Not started when there is none */
  status: "not_started" | "in_progress" | "completed" | "overdue" | "not_applicable";
  updated_at: string;
  version: number;
}

export interface ActivityAddBody {
  /** When it is to be done */
  due_on: string;
}

export interface ActivityControl {
  id: string;
  ref: string;
  title: string;
}

export interface ActivityCreateBody {
  frequency: "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "as_needed";
  name: string;
  controls?: string[];
  /** What is to be done, and how */
  description?: string;
  due_days?: number;
  /** Ids of evidence requests it proves */
  evidence?: string[];
  notes?: string;
  owner?: string;
  policy?: string;
  /** Id of a product; organisation unless given */
  scope?: string;
  /** First day of the first period; today unless given */
  starts_on?: string;
}

export interface ActivityDetail {
  /** The first five, by number */
  control_refs: string[];
  controls: number;
  created_at: string;
  /** Id of the current occurrence, or empty */
  current: string;
  description: string;
  /** Days from the first day of a period until it is due; 0 means its last day */
  due_days: number;
  /** When the current occurrence is due; empty when none is open */
  due_on: string;
  /** Short names of the frameworks its controls serve */
  frameworks: string[];
  frequency: "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "as_needed";
  id: string;
  /** The controls it serves */
  linked: ActivityControl[];
  name: string;
  /** First day of the period that comes next; empty when paused or as needed */
  next_on: string;
  notes: string;
  /** The newest 60, newest first */
  occurrences: Occurrence[];
  /** Occurrences that are not over */
  open: number;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** No new occurrences */
  paused: boolean;
  /** The supporting policy, in words */
  policy: string;
  /** It is linked to an evidence request */
  proof: boolean;
  /** The evidence requests it proves */
  requests: ActivityEvidence[];
  /** Id of the product it belongs to, or organisation */
  scope: string;
  scope_name: string;
  starts_on: string;
  /** Of the current occurrence: the oldest that is open, or else the newest. Not started when there is none */
  status: "not_started" | "in_progress" | "completed" | "overdue" | "not_applicable";
  updated_at: string;
  version: number;
}

export interface ActivityEvidence {
  collected_on: string;
  expires_on: string;
  id: string;
  name: string;
}

export interface ActivityPage {
  items: Activity[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface ActivityRescheduleBody {
  due_on?: string;
}

export interface ActivitySayBody {
  /** Overdue is not said, it is computed */
  status: "not_started" | "in_progress" | "completed" | "not_applicable";
  /** What was found; why, when it does not apply */
  note?: string;
}

export interface ActivityUpdateBody {
  /** All controls it serves from now on */
  controls?: string[];
  description?: string;
  due_days?: number;
  /** All evidence requests it proves from now on */
  evidence?: string[];
  frequency?: "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "as_needed";
  name?: string;
  notes?: string;
  owner?: string;
  paused?: boolean;
  policy?: string;
  scope?: string;
  starts_on?: string;
}

export interface Addressed {
  /** The equivalent measure in its place; empty when none is reasonable and appropriate */
  alternative: string;
  /** Why it is, or is not, reasonable and appropriate here */
  assessment: string;
  decided_at: string;
  /** The name of who documented it */
  decided_by: string;
  /** It is reasonable and appropriate, so it has to be implemented */
  reasonable: boolean;
  /** Where this was decided: a product, or organisation */
  scope: string;
  /** What follows from it */
  sentence: string;
}

export interface Adopted {
  /** Their ids, in the order of the keys */
  made: string[];
}

export interface Applicability {
  approved_on: string;
  /** Id of the person who approved it */
  approver: string;
  approver_name: string;
  /** The name of the baseline that is chosen, or empty */
  baseline: string;
  /** Of the framework */
  edition: string;
  /** Requirements that do not */
  excluded: number;
  framework: string;
  /** Requirements that apply */
  included: number;
  /** The version of the statement, as people write it */
  issue: string;
  name: string;
  /** What stands below the reasons */
  note: string;
  organisation: string;
  /** Id of the person who keeps it */
  owner: string;
  owner_name: string;
  readiness: Readiness;
  /** Why requirements are included unless a row says otherwise: risk_treatment, legal, contractual, best_practice */
  reasons: string[];
  scope: string;
  scope_name: string;
  short: string;
  updated_at: string;
}

export interface Application {
  /** People with the rights of an administrator */
  admins: number;
  /** Of the data in it */
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  created_at: string;
  /** How much hangs on it */
  criticality: "" | "low" | "medium" | "high" | "critical";
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  description: string;
  /** Active grants; a person may have several */
  grants: number;
  id: string;
  /** People who left and still have access */
  leavers: number;
  /** Nobody comes in without a second factor */
  mfa: "unknown" | "yes" | "no";
  name: string;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** Who has access */
  people: number;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** How often access to it is looked through */
  review_every: "" | "monthly" | "quarterly" | "half_yearly" | "yearly";
  /** People sign in by single sign-on */
  sso: "unknown" | "yes" | "no";
  tags: RecordTag[];
  updated_at: string;
  url: string;
  /** Whose product it is, in words */
  vendor: string;
  version: number;
}

export interface ApplicationBulkBody {
  set: ApplicationSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: ApplicationFilter;
}

export interface ApplicationChange {
  /** Of the data in it */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** How much hangs on it */
  criticality?: "" | "low" | "medium" | "high" | "critical";
  description?: string;
  /** Nobody comes in without a second factor */
  mfa?: "unknown" | "yes" | "no";
  name?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** How often access to it is looked through */
  review_every?: "" | "monthly" | "quarterly" | "half_yearly" | "yearly";
  /** People sign in by single sign-on */
  sso?: "unknown" | "yes" | "no";
  url?: string;
  /** Whose product it is, in words */
  vendor?: string;
}

export interface ApplicationDraft {
  name: string;
  /** Of the data in it */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** How much hangs on it */
  criticality?: "" | "low" | "medium" | "high" | "critical";
  description?: string;
  /** Nobody comes in without a second factor */
  mfa?: "unknown" | "yes" | "no";
  /** Id of a person, empty for nobody */
  owner?: string;
  /** How often access to it is looked through */
  review_every?: "" | "monthly" | "quarterly" | "half_yearly" | "yearly";
  /** People sign in by single sign-on */
  sso?: "unknown" | "yes" | "no";
  url?: string;
  /** Whose product it is, in words */
  vendor?: string;
}

export interface ApplicationFilter {
  classification?: ("public" | "internal" | "confidential" | "restricted")[];
  criticality?: ("low" | "medium" | "high" | "critical")[];
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** Only those to which somebody who left has access */
  leaver?: boolean;
  /** Rows on a page; 50 unless given */
  limit?: number;
  mfa?: ("unknown" | "yes" | "no")[];
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  review_every?: ("monthly" | "quarterly" | "half_yearly" | "yearly")[];
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  sso?: ("unknown" | "yes" | "no")[];
  /** Ids of tags, any of them; or none */
  tag?: string[];
  /** A vendor, or none */
  vendor?: string;
}

export interface ApplicationPage {
  items: Application[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface ApplicationSet {
  /** Names */
  add_tags?: string[];
  /** Of the data in it */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** How much hangs on it */
  criticality?: "" | "low" | "medium" | "high" | "critical";
  /** Nobody comes in without a second factor */
  mfa?: "unknown" | "yes" | "no";
  /** Id of a person, empty for nobody */
  owner?: string;
  /** Ids */
  remove_tags?: string[];
  /** How often access to it is looked through */
  review_every?: "" | "monthly" | "quarterly" | "half_yearly" | "yearly";
  /** People sign in by single sign-on */
  sso?: "unknown" | "yes" | "no";
  /** Whose product it is, in words */
  vendor?: string;
}

export interface Approver {
  at: string;
  comment: string;
  /** About the content as it is, since it was last submitted; empty for none */
  decision: "" | "approved" | "rejected";
  name: string;
  person: string;
}

export interface Asset {
  /** Of the provider: an account, a subscription, a project */
  account_id: string;
  backup: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** When it was last restored from */
  backup_tested_on: string;
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  created_at: string;
  /** How much the organisation needs it, as its owner says; the tiers of the processes that fall with it stand beside */
  criticality: "" | "critical" | "high" | "medium" | "low";
  /** The team that runs it */
  custodian: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  data_types: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[];
  description: string;
  encrypted_at_rest: "" | "yes" | "no";
  encrypted_in_transit: "" | "yes" | "no";
  environment: "" | "production" | "staging" | "development" | "corporate";
  /** What must be known of a data store that is in use, and is not */
  gaps: ("classification" | "encryption" | "backup" | "owner")[];
  id: string;
  /** What its provider or its network calls it: an ARN, a host name, an address */
  identifier: string;
  kind: "application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other";
  name: string;
  /** Assets and processes that depend on it directly */
  needed_by: number;
  /** Assets and processes that it depends on directly */
  needs: number;
  /** The day of its review has passed */
  overdue: boolean;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  provider: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  region: string;
  /** How long its data is kept */
  retention: string;
  /** When it is looked at again, or empty */
  review_on: string;
  /** Within what time it is back */
  rto: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** When somebody or something last saw it */
  seen_on: string;
  status: "planned" | "active" | "retiring" | "retired";
  /** It is a data store: somebody said so, or it is a database, a bucket or a data set and nobody said that it is not */
  store: boolean;
  /** Empty while nobody has said: databases, buckets and data sets are then taken for data stores */
  stores_data: "" | "yes" | "no";
  tags: RecordTag[];
  updated_at: string;
  version: number;
}

export interface AssetBulkBody {
  set: AssetSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: AssetFilter;
}

export interface AssetChange {
  /** Of the provider: an account, a subscription, a project */
  account_id?: string;
  backup?: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** When it was last restored from */
  backup_tested_on?: string;
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** How much the organisation needs it, as its owner says; the tiers of the processes that fall with it stand beside */
  criticality?: "" | "critical" | "high" | "medium" | "low";
  /** The team that runs it */
  custodian?: string;
  data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[];
  description?: string;
  encrypted_at_rest?: "" | "yes" | "no";
  encrypted_in_transit?: "" | "yes" | "no";
  environment?: "" | "production" | "staging" | "development" | "corporate";
  /** What its provider or its network calls it: an ARN, a host name, an address */
  identifier?: string;
  kind?: "application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other";
  name?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  provider?: string;
  region?: string;
  /** How long its data is kept */
  retention?: string;
  /** When it is looked at again, or empty */
  review_on?: string;
  /** Within what time it is back */
  rto?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** When somebody or something last saw it */
  seen_on?: string;
  status?: "planned" | "active" | "retiring" | "retired";
  /** Empty while nobody has said: databases, buckets and data sets are then taken for data stores */
  stores_data?: "" | "yes" | "no";
}

export interface AssetDefined {
  gaps: string;
  store: string;
}

export interface AssetDetail {
  /** Of the provider: an account, a subscription, a project */
  account_id: string;
  backup: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** When it was last restored from */
  backup_tested_on: string;
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  created_at: string;
  /** How much the organisation needs it, as its owner says; the tiers of the processes that fall with it stand beside */
  criticality: "" | "critical" | "high" | "medium" | "low";
  /** The team that runs it */
  custodian: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  data_types: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[];
  /** How what is computed is made, to show beside it */
  defined: AssetDefined;
  description: string;
  encrypted_at_rest: "" | "yes" | "no";
  encrypted_in_transit: "" | "yes" | "no";
  environment: "" | "production" | "staging" | "development" | "corporate";
  /** What must be known of a data store that is in use, and is not */
  gaps: ("classification" | "encryption" | "backup" | "owner")[];
  id: string;
  /** What its provider or its network calls it: an ARN, a host name, an address */
  identifier: string;
  kind: "application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other";
  name: string;
  /** Assets and processes that depend on it directly */
  needed_by: number;
  /** Assets and processes that it depends on directly */
  needs: number;
  /** The day of its review has passed */
  overdue: boolean;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  provider: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  region: string;
  /** How long its data is kept */
  retention: string;
  /** When it is looked at again, or empty */
  review_on: string;
  /** Within what time it is back */
  rto: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** When somebody or something last saw it */
  seen_on: string;
  status: "planned" | "active" | "retiring" | "retired";
  /** It is a data store: somebody said so, or it is a database, a bucket or a data set and nobody said that it is not */
  store: boolean;
  /** Empty while nobody has said: databases, buckets and data sets are then taken for data stores */
  stores_data: "" | "yes" | "no";
  tags: RecordTag[];
  updated_at: string;
  version: number;
}

export interface AssetDraft {
  name: string;
  /** Of the provider: an account, a subscription, a project */
  account_id?: string;
  backup?: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** When it was last restored from */
  backup_tested_on?: string;
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** How much the organisation needs it, as its owner says; the tiers of the processes that fall with it stand beside */
  criticality?: "" | "critical" | "high" | "medium" | "low";
  /** The team that runs it */
  custodian?: string;
  data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[];
  description?: string;
  encrypted_at_rest?: "" | "yes" | "no";
  encrypted_in_transit?: "" | "yes" | "no";
  environment?: "" | "production" | "staging" | "development" | "corporate";
  /** What its provider or its network calls it: an ARN, a host name, an address */
  identifier?: string;
  kind?: "application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other";
  /** Id of a person, empty for nobody */
  owner?: string;
  provider?: string;
  region?: string;
  /** How long its data is kept */
  retention?: string;
  /** When it is looked at again, or empty */
  review_on?: string;
  /** Within what time it is back */
  rto?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** When somebody or something last saw it */
  seen_on?: string;
  status?: "planned" | "active" | "retiring" | "retired";
  /** Empty while nobody has said: databases, buckets and data sets are then taken for data stores */
  stores_data?: "" | "yes" | "no";
}

export interface AssetEdge {
  from: Ref;
  to: Ref;
}

export interface AssetFigures {
  /** Data stores by classification, under an empty key those of which nobody has said */
  classes: { [name: string]: number };
  defined: AssetDefined;
  /** Under an empty key those of which nobody has said */
  environments: { [name: string]: number };
  /** Data stores that have any gap */
  gapped: number;
  /** Data stores that have each gap */
  gaps: { [name: string]: number };
  kinds: { [name: string]: number };
  /** Assets without an owner */
  nobodys: number;
  /** Assets whose review is late */
  overdue: number;
  /** Data stores */
  stores: number;
  total: number;
}

export interface AssetFilter {
  /** An account, or none */
  account_id?: string;
  backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[];
  classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[];
  criticality?: ("critical" | "high" | "medium" | "low" | "none")[];
  /** A team, or none */
  custodian?: string;
  /** Any of them */
  data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[];
  encrypted_at_rest?: ("yes" | "no" | "none")[];
  encrypted_in_transit?: ("yes" | "no" | "none")[];
  environment?: ("production" | "staging" | "development" | "corporate" | "none")[];
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** Data stores with any of these gaps */
  gap?: ("classification" | "encryption" | "backup" | "owner")[];
  kind?: ("application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other")[];
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Only those whose review is late */
  overdue?: boolean;
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** A provider, or none */
  provider?: string;
  /** Words that must all occur */
  q?: string;
  /** A region, or none */
  region?: string;
  rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[];
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  status?: ("planned" | "active" | "retiring" | "retired")[];
  /** Only data stores */
  store?: boolean;
  /** Ids of tags, any of them; or none */
  tag?: string[];
}

export interface AssetGraph {
  /** Assets of the filter that no edge joins; they are not drawn */
  alone: number;
  /** Only between nodes that are given */
  edges: AssetEdge[];
  /** Assets that are left out, so that the picture can be read */
  more: number;
  /** Assets and processes that an edge joins, the most needed first */
  nodes: AssetNode[];
}

export interface AssetNode {
  /** Of an asset */
  environment: "" | "production" | "staging" | "development" | "corporate";
  /** How much is missing of a data store */
  gaps: number;
  id: string;
  kind: "asset" | "process";
  name: string;
  /** How many of the nodes depend on it directly */
  needed_by: number;
  /** Its page, below that of the organisation */
  path: string;
  ref: string;
  /** Of an asset */
  type: "" | "application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other";
}

export interface AssetPage {
  items: Asset[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface AssetSet {
  /** Of the provider: an account, a subscription, a project */
  account_id?: string;
  /** Names */
  add_tags?: string[];
  backup?: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** When it was last restored from */
  backup_tested_on?: string;
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** How much the organisation needs it, as its owner says; the tiers of the processes that fall with it stand beside */
  criticality?: "" | "critical" | "high" | "medium" | "low";
  /** The team that runs it */
  custodian?: string;
  data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[];
  encrypted_at_rest?: "" | "yes" | "no";
  encrypted_in_transit?: "" | "yes" | "no";
  environment?: "" | "production" | "staging" | "development" | "corporate";
  kind?: "application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other";
  /** Id of a person, empty for nobody */
  owner?: string;
  provider?: string;
  region?: string;
  /** Ids */
  remove_tags?: string[];
  /** How long its data is kept */
  retention?: string;
  /** When it is looked at again, or empty */
  review_on?: string;
  /** Within what time it is back */
  rto?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  status?: "planned" | "active" | "retiring" | "retired";
  /** Empty while nobody has said: databases, buckets and data sets are then taken for data stores */
  stores_data?: "" | "yes" | "no";
}

export interface Attachment {
  id: string;
  name: string;
  /** Of what is kept and sent on download */
  sha256: string;
  size: number;
  /** Media type, as found by looking at the content */
  type: string;
  uploaded_at: string;
  uploaded_by: string;
  uploaded_by_name: string;
}

export interface Attachments {
  items: Attachment[];
}

export interface AuditActor {
  id: string;
  kind: string;
  name: string;
  /** The access token it was done with */
  token?: string;
}

export interface AuditActorCount {
  count: number;
  id: string;
  kind: string;
  name: string;
}

export interface AuditChange {
  fields: AuditField[];
  /** What the row is called */
  name: string;
  op: "insert" | "update" | "delete";
  pk: string;
  table: string;
}

export interface AuditChangePage {
  items: AuditChange[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface AuditCheckpoint {
  at: string;
  /** The signed note, in the form of C2SP tlog-checkpoint */
  note: string;
  /** How many records were signed for */
  size: number;
}

export interface AuditCheckpoints {
  items: AuditCheckpoint[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
  /** The public key that checks their signatures, in the form of a note verifier */
  verifier: string;
}

export interface AuditCount {
  n: number;
  op: "insert" | "update" | "delete";
  table: string;
}

export interface AuditEntry {
  action: string;
  actor: AuditActor;
  at: string;
  /** Changed rows by table */
  counts: AuditCount[];
  kind: "change" | "event";
  log: "tenant" | "installation";
  /** Number of the record in its log */
  seq: number;
  /** What was done, for a person: follows the actor's name */
  summary: string;
  /** What set it off */
  cause?: string;
  /** The reason a person gave */
  note?: string;
  request?: string;
}

export interface AuditEntryPage {
  items: AuditEntry[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface AuditFacets {
  actions: FacetValue[];
  actors: AuditActorCount[];
}

export interface AuditField {
  column: string;
  name: string;
  new: string;
  old: string;
}

export interface AuditRecord {
  action: string;
  actor: AuditActor;
  at: string;
  /** Changed rows, page by page: an import's record has thousands */
  changes: AuditChangePage;
  /** Changed rows by table */
  counts: AuditCount[];
  /** What was read, or what the changed rows do not say */
  events: Event[];
  kind: "change" | "event";
  log: "tenant" | "installation";
  /** Number of the record in its log */
  seq: number;
  /** What was done, for a person: follows the actor's name */
  summary: string;
  /** You may undo it, unless something later depends on it */
  undo: boolean;
  /** What set it off */
  cause?: string;
  /** The reason a person gave */
  note?: string;
  request?: string;
}

export interface AuditUndoBody {
  /** Number of the record to undo, as Assay-Audit gave it */
  seq: number;
  /** Leave the rows that were changed since, and what belongs to them, and put back the rest */
  leave?: boolean;
}

export interface AuditVerdict {
  at: string;
  installation: LogVerdict;
  /** Checkpoints that were given and compared */
  kept: number;
  objects: ObjectVerdict;
  ok: boolean;
  tenant: LogVerdict;
  /** The organisation's log as it was found, signed */
  checkpoint?: string;
}

export interface AuditVerifyBody {
  /** Text with checkpoints that were kept elsewhere, as a mail, a download or a proof has them: the log must extend each of them */
  checkpoint?: string;
  /** Also read every file and compare it with the SHA-256 it was stored with */
  objects?: boolean;
}

export interface BackupChange {
  /** Were deleted since, and would come back */
  back: number;
  /** Were changed since, and would be what they were */
  changed: number;
  /** Were added since, and would go to the trash */
  gone: number;
  /** A few of them */
  some: BackupRow[];
  table: string;
}

export interface BackupDay {
  /** Audit records that changed something */
  changes: number;
  day: string;
  drills: number;
  /** Drills that failed */
  failed: number;
  /** How often the organisation went back to an earlier state */
  restores: number;
}

export interface BackupDays {
  from: string;
  items: BackupDay[];
  to: string;
}

export interface BackupDrill {
  at: string;
  bytes: number;
  /** Over all pages of the file */
  checksum: string;
  /** Id of the request that it proves */
  evidence: string;
  /** Id of the report, as a file of evidence */
  file: string;
  id: string;
  /** When that state was */
  instant: string;
  /** Of these, drawn by chance, read whole and compared with their SHA-256 */
  looked: number;
  /** Stored files that the restored records speak of */
  objects: number;
  ok: boolean;
  /** Why it failed, as a sentence */
  problem: string;
  /** Number of the state that was restored */
  record: number;
  /** Records of the audit log, recomputed from the first */
  records: number;
  /** Milliseconds from the first request to a proved file */
  took_ms: number;
}

export interface BackupDrills {
  items: BackupDrill[];
  limit: number;
  page: number;
  total: number;
}

export interface BackupPreview {
  /** When that state was */
  instant: string;
  /** Files of that state whose content was deleted for good since */
  lost: number;
  /** Number of the state */
  record: number;
  /** How many rows would change */
  rows: number;
  /** Audit records that were made since; they stay */
  since: number;
  tables: BackupChange[];
}

export interface BackupReleaseBody {
  /** Do not mail what waits; it stays in people's inboxes */
  drop?: boolean;
}

export interface BackupReleased {
  dropped: number;
  /** Notifications that are mailed now */
  mailed: number;
}

export interface BackupRestoreBody {
  /** Why; it stands in the audit log */
  reason: string;
  /** Number of the state, as a preview gave it */
  record: number;
}

export interface BackupRestored {
  /** Number of the audit record that says all that was changed by it */
  audit: number;
  /** Number of the state that it was in: the way back */
  before: number;
  /** Since when mails wait to be released */
  held_at: string;
  /** When that state was */
  instant: string;
  /** Number of the state that the organisation went back to */
  record: number;
  rows: number;
}

export interface BackupRow {
  id: string;
  /** insert: comes back; delete: goes */
  op: "insert" | "update" | "delete";
  ref: string;
  title: string;
}

export interface BackupState {
  /** Changes that the backup does not have yet */
  behind: number;
  /** What the snapshots take; changes between them come on top */
  bytes: number;
  /** For how many days after that one state a day is kept; one a month stays for ever */
  daily_days: number;
  /** For how many seconds the backup could not be reached; 0 means that it can */
  down: number;
  /** What an acknowledged change survives */
  durability: "" | "async" | "local" | "sync";
  /** From here on every change can be had; before it, one state a day or month */
  every: string;
  /** For how many days every change is kept */
  every_days: number;
  /** The oldest state that can be had; empty when there is none */
  first: string;
  /** How many notifications wait to be mailed */
  held: number;
  /** Since when mails wait for their release, after a restore; empty when they do not */
  held_at: string;
  /** Its instant */
  newest_at: string;
  /** The first day on which the next one is made by itself */
  next_drill: string;
  on: boolean;
  /** Where changes are kept a second time, in words */
  place: string;
  /** Number of the newest state */
  record: number;
  snapshots: number;
  /** Why not */
  trouble: string;
  /** The last restore drill; absent when there was none */
  drill?: BackupDrill;
}

export interface Baseline {
  /** Where it is chosen */
  chosen: ChosenScope[];
  created_at: string;
  framework: string;
  id: string;
  name: string;
  /** Requirements in it that count */
  size: number;
  source: "own" | "tags" | "oscal";
  /** What it was made of */
  source_note: string;
  version: number;
}

export interface BaselineChosen {
  /** Requirements that apply again */
  inside: number;
  /** Requirements that no longer apply */
  outside: number;
  /** Requirements of which a person decided otherwise; they stay as they are */
  standing: number;
}

export interface BaselineImported {
  /** Of these, requirements of this framework */
  found: number;
  /** Of the new baseline */
  id: string;
  items: Baseline[];
  /** The first of those that this framework does not have */
  missing: string[];
  /** Controls that the profile selects */
  selected: number;
  /** Tags that some of the requirements have, the most frequent first */
  tags: BaselineTag[];
}

export interface BaselineTag {
  /** Requirements that count and have it */
  size: number;
  tag: string;
}

export interface Baselines {
  items: Baseline[];
  /** Tags that some of the requirements have, the most frequent first */
  tags: BaselineTag[];
}

export interface BiaBulkBody {
  set: ProcessSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: ProcessFilter;
}

export interface Branch {
  closed_at: string;
  /** What who closed it is called; empty when it ended by itself */
  closed_by: string;
  /** The day on which it ends by itself, unless somebody comes to it; empty when it is closed */
  ends_on: string;
  /** It is open, but its file is gone: it can be discarded */
  gone: boolean;
  id: string;
  /** The moment of which it is a copy */
  made_at: string;
  /** Person */
  made_by: string;
  /** What they are called */
  maker: string;
  /** The caller may rename and discard it */
  mine: boolean;
  name: string;
  /** Why it was closed */
  note: string;
  /** What it is to find out */
  purpose: string;
  /** How many changes the organisation has seen since it was made */
  since: number;
  state: "open" | "applied" | "discarded";
  /** The last day on which somebody came to it */
  used_on: string;
  version: number;
}

export interface BranchApplied {
  /** Number of the audit record that says all that was changed */
  audit: number;
  branch: Branch;
  /** How many stay as they were */
  left: number;
  /** How many rows were written */
  rows: number;
  /** What was in the way of those, the first fifty */
  why: Hurdle[];
}

export interface BranchApplyBody {
  /** Why; it stands in the audit log */
  reason: string;
  /** How many rows the branch changed, as the comparison said: refused when it is another number by now */
  rows: number;
  /** Leave what is in the way, and what was changed together with it, and apply the rest */
  leave?: boolean;
}

export interface BranchComparison {
  /** How many rows would be written now, leaving those that are in the way */
  applies: number;
  branch: Branch;
  /** Today in the organisation's time zone: both are counted for it */
  day: string;
  /** What each figure means, to show beside it */
  defined: { [name: string]: string };
  /** How many rows were changed on both sides, or cannot be as in the branch any more */
  in_the_way: number;
  /** What the branch changed, by kind of row */
  kinds: BranchKind[];
  /** How many would stay then: those in the way, and what was changed together with them */
  left: number;
  /** How many rows it changed */
  rows: number;
  /** The organisation first, then its products by name */
  scopes: BranchScope[];
  /** How many of them are so in the organisation, too: nothing is to be done about them */
  settled: number;
  /** What is in the way, the first fifty */
  why: Hurdle[];
}

export interface BranchDiscardBody {
  /** Why, for the list and the audit log */
  reason?: string;
}

export interface BranchDraft {
  name: string;
  /** What it is to find out */
  purpose?: string;
}

export interface BranchKind {
  added: number;
  changed: number;
  removed: number;
  table: string;
}

export interface BranchScope {
  branch: DashboardFigures;
  /** organisation, or a product's id */
  id: string;
  name: string;
  now: DashboardFigures;
}

export interface Branches {
  /** After how many days one ends that nobody comes to */
  days: number;
  items: Branch[];
  /** How many may be open */
  most: number;
  open: number;
}

export interface Bulk {
  skipped: Skip[];
  updated: number;
}

export interface BulkSet {
  /** Names of tags; those that are not there yet are made */
  add_tags?: string[];
  domain?: string;
  /** Id of a person; empty for nobody */
  owner?: string;
  /** Ids of tags */
  remove_tags?: string[];
  status?: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
  /** Keep them per product, or no longer: an administrator takes the statuses in products away */
  tracked?: boolean;
}

export interface Calendar {
  /** By day */
  items: CalendarDay[];
}

export interface CalendarCreateBody {
  what: "mine" | "all";
}

export interface CalendarDay {
  activity: string;
  due_on: string;
  name: string;
  /** Its id; empty while its period has not begun */
  occurrence: string;
  owner_name: string;
  status: "not_started" | "in_progress" | "completed" | "overdue" | "not_applicable";
  /** Of the occurrence */
  version: number;
}

export interface CalendarFeed {
  created_at: string;
  exists: boolean;
  /** When a calendar program last read it, to the minute; empty when never */
  used_at: string;
  /** One's own work, or everything */
  what: "mine" | "all";
}

export interface CalendarMade {
  created_at: string;
  exists: boolean;
  /** The address. It is not shown again */
  url: string;
  /** When a calendar program last read it, to the minute; empty when never */
  used_at: string;
  /** The same for a calendar program to open */
  webcal: string;
  /** One's own work, or everything */
  what: "mine" | "all";
}

export interface ChartPerson {
  color: "" | "grey" | "violet" | "green" | "blue" | "amber" | "red";
  department: string;
  department_name: string;
  id: string;
  job_role_name: string;
  /** Empty for nobody who has not left */
  manager: string;
  name: string;
  status: "active" | "inactive" | "on_leave";
}

export interface CheckpointKept {
  at: string;
  /** Of the object or file; of a mail its address */
  name: string;
  /** How many records it signs for */
  size: number;
  /** Why a later try failed; empty when none did */
  trouble: string;
  /** Nobody can remove it before; empty where the place has no such lock */
  until: string;
}

export interface CheckpointUpdateBody {
  /** Of your auditor, or of the owner: somebody who keeps mail where nobody here can remove it. Empty for nobody */
  address?: string;
}

export interface CheckpointsKept {
  /** Whom the newest one is mailed to every week; empty for nobody */
  address: string;
  /** Where every night's checkpoint goes, in words; empty when a setting names none */
  place: string;
  updated_at: string;
  version: number;
  /** The last one that went there; absent when none did */
  last?: CheckpointKept;
  /** The last one that was mailed */
  mailed?: CheckpointKept;
}

export interface Choice {
  /** False: the organisation turned the event off for everybody */
  active: boolean;
  event: string;
  inbox: boolean;
  /** What it is for who has not chosen */
  inbox_else: boolean;
  mail: boolean;
  mail_else: boolean;
  /** Chosen by oneself, not as everybody has it */
  own: boolean;
}

export interface Choices {
  /** The organisation's digest is wanted */
  digest: boolean;
  items: Choice[];
  /** The address in the records to which mail goes; empty means there is none */
  mail: string;
}

export interface ChosenScope {
  name: string;
  scope: string;
}

export interface Comment {
  /** Id of a person */
  author: string;
  author_name: string;
  /** Light Markdown; people are named as @[person id]. Empty when it was taken back */
  body: string;
  created_at: string;
  /** When it was taken back though others had answered, or empty */
  deleted_at: string;
  /** When it was last put in other words, or empty */
  edited_at: string;
  id: string;
  /** The comment that began the thread; empty for that one itself */
  parent: string;
  /** When the thread was settled, or empty */
  resolved_at: string;
  /** Name of who settled it */
  resolved_by: string;
  version: number;
}

export interface CommentCreateBody {
  /** Light Markdown: **bold**, *italic*, lists, links, code. Name people as @[person id] */
  body: string;
  /** The comment that is answered */
  parent?: string;
}

export interface CommentResolveBody {
  resolved: boolean;
}

export interface CommentUpdateBody {
  body: string;
}

export interface Comments {
  items: Comment[];
  /** Threads that are not settled */
  open: number;
}

export interface CompareColumn {
  ref: string;
  title: string;
}

export interface CompareFamily {
  /** For each column: requirements of this family that something leads from into that one */
  cells: number[];
  figures: CompareFigures;
  ref: string;
  title: string;
}

export interface CompareFigures {
  /** Of these, nothing leads to the other framework */
  none: number;
  /** Of these, one of the other framework overlaps, or a control serves both */
  partly: number;
  /** whole and partly of total in basis points; null when nothing applies */
  share: number | null;
  /** Requirements of this framework that count and apply */
  total: number;
  /** Of these, equal to or part of a requirement of the other framework */
  whole: number;
}

export interface CompareLink {
  id: string;
  kind: "equal" | "subset" | "superset" | "intersects";
  ref: string;
}

export interface CompareRow {
  answer: "whole" | "partly" | "none";
  /** Families of the other framework that something leads to */
  families: string[];
  family: string;
  id: string;
  ref: string;
  /** Requirements of the other framework it is related to */
  related: CompareLink[];
  /** Refs of the controls that serve it and the other framework */
  shared: string[];
  title: string;
}

export interface Comparison {
  /** The families of the other framework */
  columns: CompareColumn[];
  /** Those of this one */
  families: CompareFamily[];
  figures: CompareFigures;
  /** The requirements of this framework that count and apply */
  items: CompareRow[];
}

export interface Control {
  /** Part of the small set that every company starts with */
  core: boolean;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  domain: string;
  /** The copy says something else than the common control */
  edited: boolean;
  /** What the claim is worth, looking at its proof */
  effective: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven";
  evidence: "complete" | "partial" | "missing" | "none";
  /** The first day on which a proof of it expires, or empty */
  first_expiry: string;
  /** The frameworks it serves, with the requirements */
  frameworks: ControlFramework[];
  id: string;
  /** Of these, without an accepted file */
  missing: number;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** Who usually owns it, in words */
  owner_role: string;
  /** Why it is worth that, in a sentence */
  reason: string;
  /** As people write it: AC-01 */
  ref: string;
  /** Evidence requests linked to it that apply */
  requests: number;
  /** Made here, or copied from the common control set */
  source: "own" | "common";
  /** What a person claims */
  status: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
  /** When the claim was last changed */
  status_since: string;
  tags: RecordTag[];
  title: string;
  /** It has a status in each product, and its own is the worst of them */
  tracked: boolean;
  updated_at: string;
  version: number;
}

export interface ControlBulk {
  skipped: ControlSkip[];
  updated: number;
}

export interface ControlBulkBody {
  set: BulkSet;
  /** With match: these controls stay as they are */
  except?: string[];
  /** The controls to change */
  ids?: string[];
  /** Why they do not apply; required then */
  justification?: string;
  /** Or: every control that this filter finds */
  match?: ControlFilter;
  /** Why, for the audit log */
  reason?: string;
  /** Id of the product whose status is set, of controls that are kept per product; the organisation unless given */
  scope?: string;
}

export interface ControlClaimBody {
  status: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
  /** Why it does not apply; required then */
  justification?: string;
  /** Id of a product, for a control that is kept per product; the organisation unless given */
  scope?: string;
  /** The status you saw: refused as stale when it is another by now */
  was?: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
}

export interface ControlDetail {
  /** Part of the small set that every company starts with */
  core: boolean;
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  description: string;
  domain: string;
  /** The copy says something else than the common control */
  edited: boolean;
  /** What the claim is worth, looking at its proof */
  effective: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven";
  evidence: "complete" | "partial" | "missing" | "none";
  /** The first day on which a proof of it expires, or empty */
  first_expiry: string;
  /** The frameworks it serves, with the requirements */
  frameworks: ControlFramework[];
  id: string;
  /** Why it does not apply, when it does not */
  justification: string;
  /** The evidence requests that prove it */
  linked: ControlEvidence[];
  /** Of these, without an accepted file */
  missing: number;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** Who usually owns it, in words */
  owner_role: string;
  /** How it stands in each product */
  products: ControlProduct[];
  /** Why it is worth that, in a sentence */
  reason: string;
  /** As people write it: AC-01 */
  ref: string;
  /** Evidence requests linked to it that apply */
  requests: number;
  requirements: ControlRequirement[];
  /** Made here, or copied from the common control set */
  source: "own" | "common";
  /** Its id in the common control set, or empty */
  source_key: string;
  /** What a person claims */
  status: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
  /** Who changed the claim last, in words */
  status_by: string;
  /** When the claim was last changed */
  status_since: string;
  tags: RecordTag[];
  /** How to check that it works */
  test: string;
  title: string;
  /** It has a status in each product, and its own is the worst of them */
  tracked: boolean;
  updated_at: string;
  version: number;
}

export interface ControlEvidence {
  /** Accepted files */
  accepted: number;
  collected_on: string;
  expires_on: string;
  frequency: string;
  id: string;
  kind: string;
  name: string;
  not_applicable: boolean;
  /** Id of the product it belongs to, or organisation */
  scope: string;
  scope_name: string;
}

export interface ControlFilter {
  /** What a figure of readiness counts: the controls that apply, and of these the effective ones, those that need attention, or those with evidence requests; with a framework, what serves a requirement of it that applies, as the framework weighs it */
  counts?: "controls" | "effective" | "needing" | "covered";
  /** Made here, changed here, or as in the common set */
  custom?: "own" | "edited" | "common";
  /** Name of a family, or none */
  domain?: string;
  effective?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven")[];
  evidence?: ("complete" | "partial" | "missing" | "none")[];
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** Id of a framework it serves, or none */
  framework?: string;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Id of a person, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** Id of a product to look at: its status and proof, of the controls that serve a framework it answers to; the whole organisation unless given */
  scope?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  status?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable")[];
  /** Ids of tags, any of them; or none */
  tag?: string[];
}

export interface ControlFramework {
  color: string;
  id: string;
  key: string;
  refs: string[];
  short: string;
}

export interface ControlPage {
  items: Control[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface ControlProduct {
  /** The product answers to a framework that this control serves */
  answers: boolean;
  /** What the claim is worth, looking at the proof of the whole organisation and that of the product */
  effective: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven";
  evidence: "complete" | "partial" | "missing" | "none";
  /** Id of the product */
  id: string;
  justification: string;
  name: string;
  /** It has a status of its own here; otherwise that of the organisation holds */
  own: boolean;
  reason: string;
  requests: number;
  status: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
  status_since: string;
}

export interface ControlRequirement {
  applicable: boolean;
  color: string;
  framework: string;
  id: string;
  note: string;
  ref: string;
  short: string;
  /** Who mapped it */
  source: "catalog" | "person";
  title: string;
}

export interface ControlSkip {
  id: string;
  ref: string;
  why: string;
}

export interface ControlUpdateBody {
  description?: string;
  domain?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** Own controls only */
  ref?: string;
  test?: string;
  title?: string;
}

export interface Covered {
  acknowledged: number;
  asked: number;
  coverage: number;
  /** The last day of that request */
  due_on: string;
  id: string;
  /** Of the version in force */
  number: string;
  overdue: number;
  ref: string;
  /** Id of the newest request that is open, or empty */
  request: string;
  title: string;
}

export interface CoveredDepartment {
  acknowledged: number;
  asked: number;
  coverage: number;
  /** Empty for people without one */
  name: string;
  overdue: number;
}

export interface Crosswalk {
  /** In the order of the framework */
  families: Family[];
  figures: CrosswalkFigures;
  items: CrosswalkRow[];
}

export interface CrosswalkFigures {
  /** Of these, no control is mapped, and one that exists serves an equal or wider requirement */
  covered: number;
  /** All but unknown and partly, of total, in basis points; null when nothing applies */
  known: number | null;
  /** Of these, met */
  met: number;
  /** Of these, no control is mapped, and one that exists serves a requirement that overlaps */
  partly: number;
  /** Of the covered ones, such a control is effective today */
  ready: number;
  /** Of these, controls are mapped but it is not met yet */
  served: number;
  /** Requirements that count and apply */
  total: number;
  /** Of these, nothing that exists is known to help */
  unknown: number;
}

export interface CrosswalkRow {
  /** Those that are mapped */
  controls: RequirementControl[];
  /** Suggestions that somebody does not want to see */
  dismissed: number;
  /** Ref of the heading it is counted under; empty without one */
  family: string;
  id: string;
  /** Suggestions beyond these */
  more: number;
  ref: string;
  standing: "met" | "served" | "covered" | "partly" | "unknown";
  state: "met" | "attention" | "in_progress" | "not_started" | "not_applicable";
  /** Best first, at most eight; only where no control is mapped */
  suggestions: Suggestion[];
  title: string;
}

export interface CycleStep {
  at: string;
  /** Id of a person; empty for the system */
  by: string;
  by_name: string;
  file: string;
  file_name: string;
  note: string;
  state: "scheduled" | "open" | "submitted" | "accepted" | "rejected" | "skipped";
}

export interface Dashboard {
  controls: DashboardControls;
  /** Today in the organisation's time zone */
  day: string;
  /** What each figure means, to show beside it */
  defined: { [name: string]: string };
  evidence: DashboardEvidence;
  frameworks: DashboardFramework[];
  /** The whole program: every framework that is on, every control that applies */
  overall: Readiness;
  /** What the figures are of: organisation, or a product */
  scope: string;
  trend: DashboardTrend;
  /** The newest changes in words */
  activity?: AuditEntry[];
  due?: DashboardDue;
  /** What waits for the caller; for an executive, the policies that they are asked about, and absent where there are none */
  mine?: Mine;
  onboarding?: Onboarding;
  /** The products there are figures of */
  products?: DashboardProduct[];
}

export interface DashboardControls {
  applicable: number;
  /** Controls that need attention */
  attention: number;
  /** Against seven days ago; null when that is not known */
  attention_change: number | null;
  /** By the status that people set */
  claimed: { [name: string]: number };
  /** By what the claims are worth, looking at their proof */
  effective: { [name: string]: number };
  total: number;
}

export interface DashboardDue {
  items: EvidenceDue[];
  /** How many there are of each kind of record */
  kinds: { [name: string]: number };
  /** Policies, vendors, risks, assets and processes that are to be looked at again */
  records: Due[];
  records_total: number;
  /** Of evidence */
  total: number;
}

export interface DashboardEvidence {
  current: number;
  expired: number;
  /** Proof that ends within 30 days */
  expiring: number;
  /** Against seven days ago; null when that is not known */
  expiring_change: number | null;
  expiring_soon: number;
  not_applicable: number;
  not_collected: number;
  /** Files that wait for review */
  pending_files: number;
  total: number;
}

export interface DashboardFigures {
  controls: DashboardControls;
  evidence: DashboardEvidence;
  frameworks: DashboardFramework[];
  /** The whole program: every framework that is on, every control that applies */
  overall: Readiness;
}

export interface DashboardFramework {
  /** Requirements that count and apply */
  applicable: number;
  /** Of these: something that serves them is a gap, unproven, or its proof expired */
  attention: number;
  color: string;
  /** Controls that apply; of a framework, those that serve one of its requirements */
  controls: number;
  /** covered of controls in basis points; null without controls */
  coverage: number | null;
  /** Controls with at least one evidence request */
  covered: number;
  /** Of these, effective: implemented and proven, or in the days of grace */
  effective: number;
  in_progress: number;
  key: string;
  /** Of these: something serves them, and all that does is effective */
  met: number;
  name: string;
  /** Of these, a gap, unproven, or in need of evidence */
  needing: number;
  /** Requirements that count but do not apply here */
  not_applicable: number;
  not_started: number;
  /** met of applicable in basis points; null when nothing applies */
  progress: number | null;
  /** Mean over the controls of claim times proof in basis points; null without controls */
  readiness: number | null;
  /** effective of controls in basis points; null without controls */
  share: number | null;
  short: string;
  id?: string;
}

export interface DashboardProduct {
  id: string;
  name: string;
}

export interface DashboardTrend {
  /** Controls that needed attention */
  attention: (number | null)[];
  /** Today, the days that lie whole weeks before it, or the last one kept before those */
  days: string[];
  /** Proof that ended within 30 days from then */
  expiring: (number | null)[];
  frameworks: TrendLine[];
  overall: TrendLine;
}

export interface Day {
  /** The last day of last month, of last quarter, of a compliance period */
  kind: "month" | "quarter" | "period";
  /** What the period is called */
  name: string;
  on: string;
}

export interface DeliveryUpdateDigestBody {
  active?: boolean;
  hour?: number;
  rhythm?: "daily" | "weekly";
  weekday?: number;
}

export interface Department {
  /** In the chart */
  color: "grey" | "violet" | "green" | "blue" | "amber" | "red";
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  description: string;
  /** Who leads it: id of a record of the personnel, or empty */
  head: string;
  head_name: string;
  id: string;
  name: string;
  /** Who work there and have not left */
  people: number;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  tags: RecordTag[];
  updated_at: string;
  version: number;
}

export interface DepartmentBulkBody {
  set: DepartmentSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: DepartmentFilter;
}

export interface DepartmentChange {
  /** In the chart */
  color?: "grey" | "violet" | "green" | "blue" | "amber" | "red";
  description?: string;
  /** Who leads it: id of a record of the personnel, or empty */
  head?: string;
  name?: string;
}

export interface DepartmentDraft {
  name: string;
  /** In the chart */
  color?: "grey" | "violet" | "green" | "blue" | "amber" | "red";
  description?: string;
  /** Who leads it: id of a record of the personnel, or empty */
  head?: string;
}

export interface DepartmentFilter {
  /** Id of a record of the personnel, or none */
  head?: string;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  /** Ids of tags, any of them; or none */
  tag?: string[];
}

export interface DepartmentMergeBody {
  /** Id of the one that stays */
  into: string;
}

export interface DepartmentPage {
  items: Department[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface DepartmentSet {
  /** Names */
  add_tags?: string[];
  /** In the chart */
  color?: "grey" | "violet" | "green" | "blue" | "amber" | "red";
  /** Who leads it: id of a record of the personnel, or empty */
  head?: string;
  /** Ids */
  remove_tags?: string[];
}

export interface DiffBlock {
  change: "same" | "added" | "removed" | "changed";
  parts: DiffPart[];
}

export interface DiffPart {
  change: "same" | "added" | "removed";
  text: string;
}

export interface Digest {
  active: boolean;
  /** Of the organisation's day, 0 to 23 */
  hour: number;
  /** When the next one goes out; empty when none does */
  next_at: string;
  rhythm: "daily" | "weekly";
  updated_at: string;
  version: number;
  /** Of a weekly one: 1 is Monday, 7 is Sunday */
  weekday: number;
  /** The organisation's time zone */
  zone: string;
}

export interface DigestItem {
  note: string;
  /** Its page, below that of the organisation */
  path: string;
  text: string;
}

export interface DigestPart {
  items: DigestItem[];
  title: string;
}

export interface DigestSent {
  to: string;
}

export interface DigestView {
  /** There is nothing to say: then none is sent */
  empty: boolean;
  lines: string[];
  parts: DigestPart[];
  subject: string;
}

export interface DoorView {
  /** An organisation exists; until then the link printed at the start makes one */
  set_up: boolean;
  signed_in: boolean;
}

export interface Draft {
  /** As people write it; unique */
  ref: string;
  title: string;
  description?: string;
  domain?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  owner_role?: string;
  test?: string;
}

export interface Due {
  due_on: string;
  id: string;
  kind: string;
  overdue: boolean;
  /** Id of the person it belongs to, or empty */
  owner: string;
  owner_name: string;
  /** What of the record it is about: the title of a contract, the name of an attestation; else empty */
  part: string;
  /** Its page, below that of the organisation */
  path: string;
  /** As people write it: AC-01; empty for kinds without one */
  ref: string;
  title: string;
  what: "review" | "treatment" | "acceptance" | "contract" | "attestation";
}

export interface Edition {
  accepted: number;
  created_at: string;
  declined: number;
  /** Empty for one that comes with the program */
  file: string;
  framework: string;
  /** The edition that is here */
  from: string;
  id: string;
  /** The edition that came */
  name: string;
  /** Differences nobody has decided on */
  open: number;
  short: string;
  status: "open" | "done";
  version: number;
}

export interface EditionDetail {
  accepted: number;
  created_at: string;
  declined: number;
  /** Empty for one that comes with the program */
  file: string;
  framework: string;
  /** The edition that is here */
  from: string;
  id: string;
  /** The edition that came */
  name: string;
  /** Differences nobody has decided on */
  open: number;
  rows: EditionRow[];
  short: string;
  status: "open" | "done";
  version: number;
  /** What its file could not say */
  warnings: string[];
}

export interface EditionDone {
  done: number;
  edition: EditionDetail;
  /** Not accepted, because their words were changed here: they stay, and the difference stays offered */
  kept: number;
  /** Decided already */
  skipped: number;
}

export interface EditionRow {
  assessable: boolean;
  /** Controls mapped to it */
  controls: number;
  /** Its words were changed here; they stay, whatever is accepted */
  edited: boolean;
  id: string;
  kind: "added" | "changed" | "moved" | "withdrawn";
  ref: string;
  /** Id of the row here; empty when it is new */
  requirement: string;
  status: "open" | "accepted" | "declined";
  title: string;
  /** As it would be; absent when it is withdrawn */
  now?: RowWords;
  /** As it is here; absent when it is new */
  was?: RowWords;
}

export interface Editions {
  items: Edition[];
}

export interface Enabled {
  controls: number;
  evidence: number;
  framework: FrameworkDetail;
  mappings: number;
  requirements: number;
}

export interface Erased {
  /** What records call them in a moment */
  pseudonym: string;
}

export interface Erasing {
  /** Their account is used in other organisations too, where it stays as it is */
  elsewhere: boolean;
  email: string;
  /** It was done already */
  erased: boolean;
  id: string;
  /** They belong to the organisation; erasing them ends that */
  member: boolean;
  /** Where their name or address stands in texts that people wrote: no program can tell what else of it is about them */
  mentions: ErasingMention[];
  /** There are more mentions than these */
  more: boolean;
  name: string;
  /** What records will call them */
  pseudonym: string;
}

export interface ErasingMention {
  /** Where in the record */
  column: string;
  id: string;
  /** The table */
  kind: string;
  ref: string;
  title: string;
}

export interface Erasure {
  asked_at: string;
  /** Who asked for it, by name; whoever runs the installation when it was not a person here */
  asked_by: string;
  /** For how many days an organisation waits here before it goes */
  days: number;
  /** When it goes; empty when it is not to be deleted */
  goes_at: string;
  /** Why; administrators see it */
  reason: string;
}

export interface ErasureAskBody {
  /** The caller's */
  password: string;
  /** Why. Every administrator is mailed it */
  reason: string;
  /** The organisation's short name, typed to say that it is meant */
  slug: string;
}

export interface ErasureErasePersonBody {
  /** The person's name or address, typed to say that it is meant */
  confirm: string;
  /** The caller's */
  password: string;
  /** Why, without naming them: it stands in the audit log for ever */
  reason: string;
}

export interface Event {
  detail?: { [name: string]: unknown };
  subject?: string;
}

export interface EventDefault {
  /** False: nobody hears of it */
  active: boolean;
  event: string;
  inbox: boolean;
  mail: boolean;
  /** Set by the organisation, not as the program has it */
  set: boolean;
}

export interface EventDefaults {
  items: EventDefault[];
}

export interface Evidence {
  /** Accepted files that no newer version has replaced */
  accepted: number;
  category: string;
  /** Day of the newest accepted proof, empty when there is none */
  collected_on: string;
  /** The first five of these, by number */
  control_refs: string[];
  /** Controls it proves */
  controls: number;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** The last day on which that cycle is not late */
  cycle_due: string;
  /** The day on which that cycle begins */
  cycle_opens: string;
  /** Of its latest collection cycle; empty before there is one */
  cycle_state: "" | "scheduled" | "open" | "submitted" | "accepted" | "skipped";
  /** Days from today to expires_on, negative when it has passed; null without expires_on */
  days_left: number | null;
  /** Last day it counts; empty when nothing is collected or it never expires */
  expires_on: string;
  frequency: "monthly" | "quarterly" | "semi_annual" | "annual" | "once";
  id: string;
  kind: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  name: string;
  not_applicable: boolean;
  /** That cycle is wanted and late */
  overdue: boolean;
  /** Id of the person who collects it, empty when nobody does */
  owner: string;
  owner_name: string;
  /** Files that wait for review */
  pending: number;
  /** Id of the person who accepts files; empty: files are accepted as they come */
  reviewer: string;
  reviewer_name: string;
  /** Id of the product it belongs to, or organisation */
  scope: string;
  scope_name: string;
  status: "current" | "expiring_soon" | "expired" | "not_collected" | "not_applicable";
  tags: RecordTag[];
  updated_at: string;
  /** How long a proof counts; 0 means for ever */
  validity_days: number;
  version: number;
}

export interface EvidenceAcceptBody {
  note?: string;
}

export interface EvidenceAsk {
  answered_at: string;
  /** Id of the person who is asked */
  asked: string;
  asked_at: string;
  asked_by: string;
  asked_by_name: string;
  asked_name: string;
  due_on: string;
  /** Id of the file that answered */
  file: string;
  id: string;
  message: string;
  state: "open" | "late" | "answered" | "answered_late" | "withdrawn";
  version: number;
  withdrawn_at: string;
}

export interface EvidenceAskBody {
  due_on: string;
  /** Id of who is asked: an active person who may upload, so a user or an administrator */
  person: string;
  message?: string;
}

export interface EvidenceBulk {
  skipped: EvidenceSkip[];
  updated: number;
}

export interface EvidenceBulkBody {
  /** Names of tags; those that are not there yet are made */
  add_tags?: string[];
  /** The validity follows it */
  frequency?: "monthly" | "quarterly" | "semi_annual" | "annual" | "once";
  /** The requests to change */
  ids?: string[];
  /** Or: every request that this filter finds */
  match?: EvidenceFilter;
  /** Id of a person; empty for nobody */
  owner?: string;
  /** Ids of tags */
  remove_tags?: string[];
  /** Id of a person; empty for nobody */
  reviewer?: string;
}

export interface EvidenceControl {
  id: string;
  ref: string;
  title: string;
}

export interface EvidenceCoverage {
  color: string;
  /** Controls that apply and serve a requirement of it that counts and applies */
  controls: number;
  /** Of these, with at least one evidence request that applies */
  covered: number;
  framework: string;
  /** Every control is covered */
  full: boolean;
  /** Of these, with at least one accepted file */
  proven: number;
  /** covered of controls in basis points, rounded down; null when no control serves it */
  share: number | null;
  short: string;
}

export interface EvidenceCoverages {
  items: EvidenceCoverage[];
}

export interface EvidenceCreateBody {
  name: string;
  category?: string;
  controls?: string[];
  description?: string;
  /** annual unless given */
  frequency?: "monthly" | "quarterly" | "semi_annual" | "annual" | "once";
  guidance?: string;
  kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  owner?: string;
  reviewer?: string;
  /** Id of the product it belongs to; the whole organisation unless given */
  scope?: string;
  /** What the frequency says unless given; 0 means for ever */
  validity_days?: number;
}

export interface EvidenceCreatePackageBody {
  /** Ids of the frameworks whose requirements it is about */
  frameworks: string[];
  /** Id of a compliance period; files of all time unless given */
  period?: string;
  /** At most so many files a request, drawn by chance; all unless given */
  sample?: number;
  /** Draws the same sample again; a new one is made unless given */
  seed?: string;
  /** Only accepted files that no newer version has replaced, or all; accepted unless given */
  status?: "accepted" | "all";
}

export interface EvidenceCreatePeriodsBody {
  items: PeriodDraft[];
}

export interface EvidenceCycle {
  /** The last day on which it is not late */
  due_on: string;
  id: string;
  /** The proof that was accepted came after due_on */
  late: boolean;
  number: number;
  opens_on: string;
  /** It is wanted and its last day is over */
  overdue: boolean;
  /** Why it was skipped */
  reason: string;
  state: "scheduled" | "open" | "submitted" | "accepted" | "skipped";
  /** What happened, in order */
  steps: CycleStep[];
  version: number;
}

export interface EvidenceDetail {
  /** Accepted files that no newer version has replaced */
  accepted: number;
  /** Colleagues who were asked for it, newest first */
  asks: EvidenceAsk[];
  category: string;
  /** Day of the newest accepted proof, empty when there is none */
  collected_on: string;
  /** The first five of these, by number */
  control_refs: string[];
  /** Controls it proves */
  controls: number;
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** The last day on which that cycle is not late */
  cycle_due: string;
  /** The day on which that cycle begins */
  cycle_opens: string;
  /** Of its latest collection cycle; empty before there is one */
  cycle_state: "" | "scheduled" | "open" | "submitted" | "accepted" | "skipped";
  /** The rounds of collecting it, newest first */
  cycles: EvidenceCycle[];
  /** Days from today to expires_on, negative when it has passed; null without expires_on */
  days_left: number | null;
  description: string;
  /** Last day it counts; empty when nothing is collected or it never expires */
  expires_on: string;
  /** Every file, newest first, with the versions that were replaced */
  files: EvidenceFile[];
  frequency: "monthly" | "quarterly" | "semi_annual" | "annual" | "once";
  guidance: string;
  id: string;
  kind: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  /** The controls it proves */
  linked: EvidenceControl[];
  na_reason: string;
  name: string;
  not_applicable: boolean;
  /** That cycle is wanted and late */
  overdue: boolean;
  /** Id of the person who collects it, empty when nobody does */
  owner: string;
  owner_name: string;
  /** Files that wait for review */
  pending: number;
  /** Id of the person who accepts files; empty: files are accepted as they come */
  reviewer: string;
  reviewer_name: string;
  /** Id of the product it belongs to, or organisation */
  scope: string;
  scope_name: string;
  /** The clock in words */
  sentence: string;
  source: "own" | "catalog";
  status: "current" | "expiring_soon" | "expired" | "not_collected" | "not_applicable";
  tags: RecordTag[];
  updated_at: string;
  /** How long a proof counts; 0 means for ever */
  validity_days: number;
  version: number;
}

export interface EvidenceDue {
  /** Negative when it has expired */
  days_left: number;
  expires_on: string;
  id: string;
  name: string;
  owner: string;
  owner_name: string;
  status: "current" | "expiring_soon" | "expired";
}

export interface EvidenceFile {
  /** The day the proof is from */
  collected_on: string;
  /** Number of the cycle that it answers; 0 when it came outside of one */
  cycle: number;
  evidence: string;
  id: string;
  kind: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  name: string;
  note: string;
  /** 1, 2, ... within its request, never given twice */
  number: number;
  /** SHA-256 of what was uploaded. It differs from sha256 when place and time were taken out of a picture */
  original: string;
  period_end: string;
  period_start: string;
  /** Names of the compliance periods that it belongs to */
  periods: string[];
  /** An accepted newer version stands in its place: it no longer counts */
  replaced: boolean;
  /** Id of the file that this is a new version of */
  replaces: string;
  review: "pending" | "accepted" | "rejected";
  review_note: string;
  reviewed_at: string;
  /** Empty when it was accepted as it came */
  reviewed_by: string;
  reviewed_by_name: string;
  /** Numbers of other files of this request with the same content */
  same_as: number[];
  /** Of what is kept and sent on download */
  sha256: string;
  size: number;
  /** Whether the text inside it can be searched; waiting means that it will be read in a moment */
  text: "waiting" | "ok" | "empty" | "unreadable" | "too_large" | "none";
  /** Why not, or how far, as a sentence */
  text_reason: string;
  /** Media type, as found by looking at the content */
  type: string;
  uploaded_at: string;
  uploaded_by: string;
  uploaded_by_name: string;
  version: number;
}

export interface EvidenceFilter {
  category?: string;
  /** Id of a control it proves */
  control?: string;
  /** How its latest collection cycle stands */
  cycle?: ("scheduled" | "open" | "submitted" | "accepted" | "skipped" | "overdue")[];
  /** Expires within that many days, or has expired */
  due?: number;
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** Id of a framework one of its controls serves */
  framework?: string;
  frequency?: "monthly" | "quarterly" | "semi_annual" | "annual" | "once";
  kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Id of a person, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Id of a compliance period that one of its files belongs to */
  period?: string;
  /** Words that must all occur */
  q?: string;
  /** Has files that wait for review */
  review?: "pending";
  /** Id of a person, or none */
  reviewer?: string;
  /** Id of a product, or organisation for what belongs to no product */
  scope?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  status?: ("current" | "expiring_soon" | "expired" | "not_collected" | "not_applicable")[];
  /** Ids of tags, any of them; or none */
  tag?: string[];
  /** With period: has no accepted file that belongs to it */
  without?: boolean;
}

export interface EvidenceHealth {
  current: number;
  expired: number;
  expiring_soon: number;
  not_applicable: number;
  not_collected: number;
  /** Files that wait for review */
  pending_files: number;
  total: number;
}

export interface EvidenceLinkBody {
  /** Ids of controls; those linked already stay linked */
  controls: string[];
}

export interface EvidencePackage {
  choice: PackageChoice;
  created_at: string;
  created_by: string;
  created_by_name: string;
  /** Files that are in it so far */
  done: number;
  ended_at: string;
  files: number;
  id: string;
  /** When its file is removed */
  keep_until: string;
  /** Files that could not be read whole; its index names them */
  missing: number;
  /** Of the file */
  name: string;
  /** Why it failed */
  problem: string;
  sha256: string;
  size: number;
  /** removed: its 30 days are over */
  state: "waiting" | "done" | "failed" | "removed";
  /** Files that will be in it; 0 while that is not known */
  total: number;
  version: number;
}

export interface EvidencePackages {
  items: EvidencePackage[];
}

export interface EvidencePage {
  items: Evidence[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface EvidenceRejectBody {
  /** What is wrong with it, for whoever uploads the next version */
  note: string;
}

export interface EvidenceSkip {
  id: string;
  why: string;
}

export interface EvidenceSkipBody {
  /** Why nothing is collected this time: an auditor will ask */
  reason: string;
}

export interface EvidenceUpdateBody {
  category?: string;
  description?: string;
  frequency?: "monthly" | "quarterly" | "semi_annual" | "annual" | "once";
  guidance?: string;
  kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  na_reason?: string;
  name?: string;
  /** Needs na_reason */
  not_applicable?: boolean;
  owner?: string;
  reviewer?: string;
  /** Id of the product it belongs to, or organisation */
  scope?: string;
  /** Follows the frequency when only that is changed */
  validity_days?: number;
}

export interface EvidenceUpdateFileBody {
  collected_on?: string;
  kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  note?: string;
  period_end?: string;
  period_start?: string;
}

export interface EvidenceUpdatePeriodBody {
  ends_on?: string;
  name?: string;
  starts_on?: string;
}

export interface Exception {
  /** What is done instead */
  compensation: string;
  created_at: string;
  decided_at: string;
  decided_by: string;
  decider_name: string;
  decision_note: string;
  /** The last day on which it holds */
  expires_on: string;
  id: string;
  policy: string;
  reason: string;
  /** Of the policy */
  ref: string;
  requested_by: string;
  requester_name: string;
  /** reopened: it was approved, and its last day has passed */
  state: "requested" | "approved" | "declined" | "reopened" | "closed";
  /** Who or what does not follow it */
  subject: string;
  /** Of the policy */
  title: string;
  updated_at: string;
  version: number;
  /** Which part of it */
  what: string;
}

export interface ExceptionPage {
  items: Exception[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface FacetValue {
  count: number;
  value: string;
}

export interface Family {
  figures: CrosswalkFigures;
  ref: string;
  title: string;
}

export interface Field {
  /** No longer shown; its values stay */
  archived: boolean;
  help: string;
  id: string;
  /** What programs and exports call it; never changes */
  key: string;
  /** The kind of record that has it */
  kind: string;
  name: string;
  /** What a select offers */
  options: string[];
  position: number;
  /** A value once given can be changed, not taken away; a record without one says so */
  required: boolean;
  type: "text" | "number" | "date" | "select" | "multiselect" | "person" | "url" | "checkbox";
  version: number;
}

export interface FieldCreateBody {
  /** control, evidence ... */
  kind: string;
  name: string;
  type: "text" | "number" | "date" | "select" | "multiselect" | "person" | "url" | "checkbox";
  help?: string;
  /** Made of the name unless given */
  key?: string;
  options?: string[];
  required?: boolean;
}

export interface FieldError {
  /** body.title, query.sort, path.id */
  location: string;
  message: string;
}

export interface FieldSetBody {
  /** Values by key; null empties a field */
  custom: { [name: string]: unknown };
}

export interface FieldUpdateBody {
  archived?: boolean;
  help?: string;
  name?: string;
  /** Values that are no longer offered stay where they are */
  options?: string[];
  position?: number;
  required?: boolean;
}

export interface Fields {
  items: Field[];
}

export interface FileCheck {
  /** Of what is kept now; empty when it cannot be read whole */
  found: string;
  intact: boolean;
  sentence: string;
  /** Noted at upload */
  sha256: string;
}

export interface FilePreview {
  rows: string[][];
  /** Why there is nothing to show, or what was left out */
  sentence: string;
  /** The sheet that is shown */
  sheet: string;
  /** Names of the sheets of a workbook */
  sheets: string[];
  show: "image" | "pdf" | "text" | "table" | "none";
  text: string;
  /** There is more than is shown */
  truncated: boolean;
}

export interface FlagDay {
  day: string;
  raised: { [name: string]: number };
}

export interface FlagFigure {
  /** How it is made, to show beside it */
  defined: string;
  flag: "no_nda" | "training_overdue" | "no_background" | "terminated_with_access" | "no_mfa" | "admin_rights" | "no_manager";
  /** People whom it is about */
  of: number;
  raised: number;
  /** People of whom nobody can tell */
  unknown: number;
}

export interface Found {
  groups: Group[];
  query: string;
}

export interface FoundRecords {
  items: Line[];
}

export interface Framework {
  /** Turned off: kept, but in no figure */
  archived: boolean;
  color: string;
  created_at: string;
  description: string;
  edition: string;
  /** Off: what is claimed counts as proven in this framework */
  evidence_required: boolean;
  id: string;
  /** That of the catalog, or made from the title of the import */
  key: string;
  name: string;
  publisher: string;
  readiness: Readiness;
  /** Requirements of any kind */
  rows: number;
  /** For chips and table cells */
  short: string;
  source: "builtin" | "oscal" | "ciso" | "own";
  /** What the wording is based on */
  source_note: string;
  updated_at: string;
  version: number;
}

export interface FrameworkAcceptRowsBody {
  /** Ids of the differences */
  rows: string[];
}

export interface FrameworkAcceptSuggestionsBody {
  /** The suggestions */
  pairs: SuggestedPair[];
}

export interface FrameworkAddBaselineBody {
  name: string;
  /** Ids of requirements; a heading stands for all that is below it */
  requirements?: string[];
  /** Every requirement that has one of these tags */
  tags?: string[];
}

export interface FrameworkAddBody {
  /** As people cite it; unique in the framework */
  ref: string;
  title: string;
  /** It counts; true unless said. A heading does not */
  assessable?: boolean;
  body?: string;
  guidance?: string;
  /** Id of the row it stands under; empty at the top */
  parent?: string;
}

export interface FrameworkAddControlBody {
  description?: string;
  domain?: string;
  owner?: string;
  /** The requirement's own unless given */
  ref?: string;
  test?: string;
  /** The requirement's own unless given */
  title?: string;
}

export interface FrameworkAddressBody {
  /** Why it is, or is not: risk, size, capabilities, cost */
  assessment: string;
  /** The specification is reasonable and appropriate here */
  reasonable: boolean;
  /** The equivalent measure in its place, if one is reasonable and appropriate */
  alternative?: string;
  /** Id of the product this is decided for; the whole organisation unless given */
  scope?: string;
}

export interface FrameworkApplicabilityBody {
  applicable: boolean;
  /** Instead: take the product's own decisions away, so that the organisation's hold */
  follow?: boolean;
  /** The requirements */
  ids?: string[];
  /** Why they do not apply; required then */
  justification?: string;
  /** Or: every requirement that this filter finds */
  match?: RequirementFilter;
  /** Why, for the audit log */
  reason?: string;
  /** Id of the product this is said of; the whole organisation unless given */
  scope?: string;
}

export interface FrameworkChooseBaselineBody {
  /** Id of a baseline of this framework; empty for none */
  baseline: string;
  /** Id of a product that answers to it; the whole organisation unless given */
  scope?: string;
}

export interface FrameworkCreateBody {
  name: string;
  color?: string;
  description?: string;
  edition?: string;
  /** Who asks for it */
  publisher?: string;
  /** For chips and table cells; made from the name unless given */
  short?: string;
}

export interface FrameworkDeclineRowsBody {
  /** Ids of the differences */
  rows: string[];
}

export interface FrameworkDetail {
  /** Turned off: kept, but in no figure */
  archived: boolean;
  color: string;
  created_at: string;
  description: string;
  edition: string;
  /** Off: what is claimed counts as proven in this framework */
  evidence_required: boolean;
  id: string;
  /** That of the catalog, or made from the title of the import */
  key: string;
  name: string;
  /** The edition that the program brings, when it is another than the one copied */
  newer: string;
  publisher: string;
  readiness: Readiness;
  /** Requirements of any kind */
  rows: number;
  /** For chips and table cells */
  short: string;
  source: "builtin" | "oscal" | "ciso" | "own";
  /** What the wording is based on */
  source_note: string;
  updated_at: string;
  version: number;
  /** What was imported and what has no place in Assay; absent for a built-in framework */
  report?: Report;
  /** An edition that waits to be reviewed */
  waits?: Edition;
}

export interface FrameworkDismissSuggestionsBody {
  /** The suggestions */
  pairs: SuggestedPair[];
}

export interface FrameworkEnableBody {
  /** That of the library */
  key: string;
}

export interface FrameworkIncludeBody {
  /** risk_treatment, legal, contractual, best_practice; none: those of the whole statement */
  reasons: string[];
  note?: string;
  /** Id of a product; the whole organisation unless given */
  scope?: string;
}

export interface FrameworkMapBody {
  /** Id of a control */
  control: string;
  /** How it serves the requirement */
  note?: string;
}

export interface FrameworkMoveBody {
  /** Before the row above it, after the one below it, under the one above it, or out from under its parent */
  step: "up" | "down" | "in" | "out";
}

export interface FrameworkProduct {
  /** The name of the baseline chosen there, or empty */
  baseline: string;
  /** Controls that serve it, by the status claimed there */
  claims: { [name: string]: number };
  name: string;
  readiness: Readiness;
  /** Id of the product, or organisation */
  scope: string;
}

export interface FrameworkProducts {
  items: FrameworkProduct[];
}

export interface FrameworkRecallSuggestionsBody {
  /** The suggestions */
  pairs: SuggestedPair[];
}

export interface FrameworkRelateBody {
  /** The requirement in the address is … the other */
  kind: "equal" | "subset" | "superset" | "intersects";
  /** Id of the other requirement */
  to: string;
  rationale?: string;
  strength?: number;
}

export interface FrameworkUpdateBody {
  color?: string;
  description?: string;
  evidence_required?: boolean;
  name?: string;
  short?: string;
}

export interface FrameworkUpdateRelationBody {
  kind?: "equal" | "subset" | "superset" | "intersects";
  /** Id of the requirement that kind is said from; the one it was made from unless given */
  of?: string;
  rationale?: string;
  /** -1 takes it away */
  strength?: number;
}

export interface FrameworkUpdateRequirementBody {
  applicable?: boolean;
  /** It counts; a heading does not */
  assessable?: boolean;
  body?: string;
  guidance?: string;
  /** Why it does not apply; required then */
  justification?: string;
  /** Only in a framework of your own, like the two below */
  ref?: string;
  /** Id of the product that applicable is said of; the whole organisation unless given */
  scope?: string;
  title?: string;
  /** It stands for what was, and counts nowhere */
  withdrawn?: boolean;
}

export interface FrameworkUpdateStatementBody {
  approved_on?: string;
  approver?: string;
  issue?: string;
  note?: string;
  owner?: string;
  /** risk_treatment, legal, contractual, best_practice */
  reasons?: string[];
  /** Id of a product that answers to the framework; the whole organisation unless given */
  scope?: string;
}

export interface Frameworks {
  items: Framework[];
  overall: Readiness;
}

export interface Grant {
  /** It gives the rights of an administrator */
  admin: boolean;
  /** To what: id of an application */
  application: string;
  application_name: string;
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** Id of the person's department, or empty */
  department: string;
  department_name: string;
  /** Id of a person, empty when nobody knows */
  granted_by: string;
  granted_by_name: string;
  granted_on: string;
  id: string;
  /** Empty when nobody knows */
  last_used_on: string;
  /** It is active although the person left */
  leaver: boolean;
  /** As the application calls it */
  level: string;
  /** Why it was given, or how it was taken back */
  note: string;
  /** Who has access: id of a record of the personnel */
  personnel: string;
  personnel_name: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  revoked_at: string;
  /** The name of who revoked it */
  revoked_by: string;
  /** How it came in */
  source: "manual" | "import";
  status: "active" | "revoked";
  tags: RecordTag[];
  updated_at: string;
  version: number;
}

export interface GrantBulkBody {
  set: GrantSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: GrantFilter;
}

export interface GrantChange {
  /** It gives the rights of an administrator */
  admin?: boolean;
  /** To what: id of an application */
  application?: string;
  /** Id of a person, empty when nobody knows */
  granted_by?: string;
  granted_on?: string;
  /** Empty when nobody knows */
  last_used_on?: string;
  /** As the application calls it */
  level?: string;
  /** Why it was given, or how it was taken back */
  note?: string;
  /** Who has access: id of a record of the personnel */
  personnel?: string;
  status?: "active" | "revoked";
}

export interface GrantDraft {
  /** To what: id of an application */
  application: string;
  /** Who has access: id of a record of the personnel */
  personnel: string;
  /** It gives the rights of an administrator */
  admin?: boolean;
  /** Id of a person, empty when nobody knows */
  granted_by?: string;
  granted_on?: string;
  /** Empty when nobody knows */
  last_used_on?: string;
  /** As the application calls it */
  level?: string;
  /** Why it was given, or how it was taken back */
  note?: string;
  status?: "active" | "revoked";
}

export interface GrantFilter {
  /** Only with the rights of an administrator */
  admin?: boolean;
  /** Id of an application */
  application?: string;
  /** Id of a department, or none */
  department?: string;
  /** Only active ones of people who left */
  leaver?: boolean;
  /** A level, or none */
  level?: string;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Which page, from 1 */
  page?: number;
  /** Id of a record of the personnel */
  personnel?: string;
  /** Words that must all occur */
  q?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  status?: ("active" | "revoked")[];
}

export interface GrantPage {
  items: Grant[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface GrantSet {
  /** Names */
  add_tags?: string[];
  /** It gives the rights of an administrator */
  admin?: boolean;
  /** Id of a person, empty when nobody knows */
  granted_by?: string;
  granted_on?: string;
  /** As the application calls it */
  level?: string;
  /** Why it was given, or how it was taken back */
  note?: string;
  /** Ids */
  remove_tags?: string[];
  status?: "active" | "revoked";
}

export interface Graph {
  /** Only between nodes that are given */
  edges: GraphEdge[];
  /** Neighbours that are left out, so that the picture can be read */
  more: number;
  /** The record in the middle first */
  nodes: GraphNode[];
}

export interface GraphEdge {
  from: Ref;
  note: string;
  /** A link that somebody drew, or what the program knows anyway */
  source: "link" | "mapping" | "evidence" | "task";
  to: Ref;
  type: "relates" | "depends_on" | "duplicates" | "mitigates" | "implements" | "evidences" | "governs" | "affects" | "causes";
}

export interface GraphNode {
  /** 0 for the record in the middle, 1 for its neighbours, 2 for theirs */
  distance: number;
  id: string;
  kind: string;
  /** Id of the person it belongs to, or empty */
  owner: string;
  /** Its page, below that of the organisation */
  path: string;
  /** As people write it: AC-01; empty for kinds without one */
  ref: string;
  title: string;
}

export interface Group {
  hits: Hit[];
  kind: string;
  /** There are more than total says */
  more: boolean;
  /** How many were found, counted up to 1,000 */
  total: number;
}

export interface HistoryStep {
  action: string;
  actor: AuditActor;
  at: string;
  changes: AuditChange[];
  seq: number;
  /** You may undo it, unless something later depends on it */
  undo: boolean;
  /** Why: the reason a person gave, or the rule by which the system did it */
  because?: string;
}

export interface HistoryStepPage {
  items: HistoryStep[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface Hit {
  /** Where it belongs: framework and section, domain and owner */
  crumbs: string[];
  /** Its reference is what was searched for */
  exact: boolean;
  id: string;
  kind: string;
  /** The title in pieces: those with hit are what was searched for */
  marked: Part[];
  /** Page of a PDF the snippet is from, 0 when there are none */
  page: number;
  /** Its page, below the organisation's */
  path: string;
  ref: string;
  /** Where the words stand in the record's text, empty when they do not */
  snippet: Part[];
  title: string;
}

export interface Hurdle {
  /** What was changed since, by whom and when, in a sentence */
  why: string;
  id?: string;
  /** What it is called */
  name?: string;
  /** The record of the log that made it so */
  seq?: number;
  /** The kind of the record that stands in the way, if it is one */
  table?: string;
}

export interface ImportDelta {
  field: string;
  now: string;
  was: string;
}

export interface ImportDiff {
  fields: ImportDelta[];
  /** Empty for a new record */
  id: string;
  label: string;
  row: number;
}

export interface ImportField {
  hint: string;
  kind: "text" | "long" | "ref" | "choice" | "flag" | "number" | "person" | "list";
  label: string;
  name: string;
  options: ImportOption[];
  /** A new record needs it */
  required: boolean;
}

export interface ImportLook {
  /** The row that was taken for the headings */
  header: number;
  headings: string[];
  /** The first rows below them */
  samples: string[][];
  sheet: string;
  /** Of a workbook; hidden ones are not read unless chosen */
  sheets: Page[];
}

export interface ImportMapping {
  /** Where each field comes from; one that is not here stays as it is */
  fields: ImportSource[];
  /** The row that names the columns */
  header: number;
  /** The field by which a record is recognised */
  key: string;
  /** Empty cells clear their fields, and links that a cell does not list are removed. Otherwise empty cells leave everything as it is */
  exact?: boolean;
  /** Which sheet of a workbook */
  sheet?: string;
  /** What words of the file stand for */
  words?: ImportWord[];
}

export interface ImportOption {
  label: string;
  value: string;
}

export interface ImportProblem {
  /** The field at fault, or empty */
  field: string;
  /** As the spreadsheet counts */
  row: number;
  sentence: string;
}

export interface ImportReport {
  change: number;
  create: number;
  /** The first fifty rows that would write something */
  diffs: ImportDiff[];
  /** The first hundred; the file of refused rows has all */
  problems: ImportProblem[];
  refused: number;
  /** Rows that say anything */
  rows: number;
  /** Rows that say what is there already */
  same: number;
  /** Words that no person and no value is known for, the most frequent first */
  unknown: ImportUnknown[];
  warnings: ImportWarning[];
}

export interface ImportSource {
  field: string;
  /** A heading of the file */
  column?: string;
  /** Or one value for every row */
  value?: string;
}

export interface ImportTarget {
  fields: ImportField[];
  /** The fields by which a record can be recognised */
  keys: string[];
  name: string;
  /** One of them, in a sentence */
  one: string;
  /** What its records belong to, or empty */
  under: string;
}

export interface ImportTargets {
  items: ImportTarget[];
}

export interface ImportUnknown {
  count: number;
  field: string;
  word: string;
}

export interface ImportWarning {
  count: number;
  /** The first of them */
  rows: number[];
  sentence: string;
}

export interface ImportWord {
  field: string;
  from: string;
  /** A value of the field; empty means none */
  to: string;
}

export interface Imported {
  /** Mappings from controls that know this framework */
  mappings: number;
  /** Relations that mapping sets give this framework */
  related: number;
  /** When the file is another edition of a framework that is here: what differs, to accept row by row */
  edition?: EditionDetail;
  /** With the report of what has no place in Assay; absent when the file brought none */
  framework?: FrameworkDetail;
  /** Mapping sets between frameworks */
  sets?: RelationSet[];
}

export interface ImportsCheckBody {
  mapping: ImportMapping;
}

export interface ImportsReadBody {
  /** 0: find it */
  header?: number;
  sheet?: string;
}

export interface InboxCount {
  unread: number;
}

export interface InformationType {
  title: string;
  availability?: string;
  confidentiality?: string;
  description?: string;
  integrity?: string;
  /** In OSCAL; made unless given */
  uuid?: string;
}

export interface JobRole {
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  description: string;
  id: string;
  name: string;
  /** Who answers for what the role may do: id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** Who have it and have not left */
  people: number;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  tags: RecordTag[];
  updated_at: string;
  version: number;
}

export interface JobRoleBulkBody {
  set: JobRoleSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: JobRoleFilter;
}

export interface JobRoleChange {
  description?: string;
  name?: string;
  /** Who answers for what the role may do: id of a person, empty for nobody */
  owner?: string;
}

export interface JobRoleDraft {
  name: string;
  description?: string;
  /** Who answers for what the role may do: id of a person, empty for nobody */
  owner?: string;
}

export interface JobRoleFilter {
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  /** Ids of tags, any of them; or none */
  tag?: string[];
}

export interface JobRoleMergeBody {
  /** Id of the one that stays */
  into: string;
}

export interface JobRolePage {
  items: JobRole[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface JobRoleSet {
  /** Names */
  add_tags?: string[];
  /** Who answers for what the role may do: id of a person, empty for nobody */
  owner?: string;
  /** Ids */
  remove_tags?: string[];
}

export interface LeaverStep {
  /** After the last day of work */
  days: number;
  id: string;
  /** Id of a person; empty for whoever says that somebody leaves */
  owner: string;
  owner_name: string;
  title: string;
}

export interface LeaverSteps {
  items: LeaverStep[];
}

export interface Leaving {
  /** The last day of work, as it was then */
  ended_on: string;
  id: string;
  items: LeavingItem[];
  started_at: string;
  /** The name of who started it */
  started_by: string;
}

export interface LeavingItem {
  due_on: string;
  ended_at: string;
  /** The name of who did it */
  ended_by: string;
  /** Id of the grant to revoke, of an item that asks for that */
  grant: string;
  /** It asks for the records to be handed over that they own */
  handover: boolean;
  /** Of the task */
  id: string;
  late: boolean;
  /** How it was done */
  outcome: string;
  owner: string;
  owner_name: string;
  status: "open" | "in_progress" | "done" | "cancelled";
  title: string;
  version: number;
}

export interface Library {
  items: LibraryFramework[];
}

export interface LibraryFramework {
  /** Requirements that count */
  assessable: number;
  color: string;
  /** Common controls that serve it */
  controls: number;
  /** Requirements that a control already here would serve */
  covered: number;
  edition: string;
  enabled: boolean;
  /** The tenant's framework, also when it is archived; empty when it was never on */
  id: string;
  key: string;
  name: string;
  /** Of these, not here yet */
  new_controls: number;
  publisher: string;
  rows: number;
  /** Of these, met on the day it is turned on: every control that would serve them is here and effective */
  satisfied: number;
  short: string;
  source_note: string;
}

export interface Line {
  id: string;
  kind: string;
  /** Id of the person it belongs to, or empty */
  owner: string;
  /** Its page, below that of the organisation */
  path: string;
  /** As people write it: AC-01; empty for kinds without one */
  ref: string;
  title: string;
}

export interface LinkCreateBody {
  /** Kind of the other record */
  kind: string;
  /** Id of the other record */
  record: string;
  type: "relates" | "depends_on" | "duplicates" | "mitigates" | "implements" | "evidences" | "governs" | "affects" | "causes";
  /** The type is said of the other record */
  inverse?: boolean;
  note?: string;
}

export interface LinkUpdateBody {
  note: string;
}

export interface LinkView {
  email: string;
  expires_at: string;
  /** The person has a password already and signs in with it */
  has_account: boolean;
  kind: "setup" | "reset" | "invitation";
  /** A code is asked as well */
  mfa: boolean;
  name: string;
  organisation: string;
  role: string;
}

export interface LogVerdict {
  /** Signed checkpoints that were compared */
  checkpoints: number;
  problems: string[];
  /** Records of this organisation */
  records: number;
}

export interface LossCost {
  high: number;
  /** As often more as less */
  likely: number;
  /** In minor units. Nine times of ten it is between low and high */
  low: number;
}

export interface LossDraft {
  /** Of the amounts: that of the organisation */
  currency: string;
  inherent?: LossSaid;
  residual?: LossSaid;
}

export interface LossFigures {
  /** The chance of a loss in a year, in basis points */
  any: number;
  /** The mean loss of a year, in minor units: mean times a year by mean cost */
  expected: number;
  /** Half of the years cost at most this */
  median: number;
  /** Nine of ten years cost at most this */
  p90: number;
  p95: number;
  p99: number;
  /** The chance of more than the appetite in a year, in basis points; absent while there is none */
  above?: number;
}

export interface LossOften {
  high: number;
  /** As often more as less */
  likely: number;
  /** In ten-thousandths: 25000 is 2.5. Nine times of ten it is between low and high */
  low: number;
  /** Times a year, or once in so many years */
  unit: "a_year" | "once_in";
}

export interface LossPart {
  id: string;
  /** Its expected loss in a year before controls */
  inherent: number;
  ref: string;
  /** Its expected loss in a year as it is today */
  residual: number;
  /** Of the expected loss of all as it is today, in basis points */
  share: number;
  title: string;
}

export interface LossPoint {
  /** In minor units */
  amount: number;
  /** The chance of more in a year before controls, in basis points */
  inherent?: number;
  /** The same as it is today */
  residual?: number;
}

export interface LossSaid {
  cost: LossCost;
  often: LossOften;
}

export interface LossStates {
  inherent?: LossFigures;
  residual?: LossFigures;
}

export interface LossTop {
  currency: string;
  digits: number;
  /** At most ten, the most expensive first */
  items: LossPart[];
}

export interface MadeToken {
  created_at: string;
  expired: boolean;
  expires_on: string;
  id: string;
  /** To the minute; empty when it never was */
  last_used_at: string;
  name: string;
  /** The most it may do; never more than its owner may */
  role: "admin" | "user" | "auditor" | "executive";
  /** The secret. It is not shown again */
  token: string;
}

export interface MatrixApplication {
  criticality: "" | "low" | "medium" | "high" | "critical";
  id: string;
  name: string;
}

export interface MatrixCell {
  admin: boolean;
  application: string;
  /** Id of the grant, of the strongest when there are several */
  grant: string;
  /** All levels, with commas between */
  level: string;
  personnel: string;
}

export interface MatrixPerson {
  id: string;
  name: string;
  status: "active" | "inactive" | "on_leave" | "terminated";
}

export interface Member {
  department: string;
  email: string;
  id: string;
  invited_at: string;
  /** Empty when never */
  last_sign_in_at: string;
  /** Two-step sign-in is on */
  mfa: boolean;
  name: string;
  /** The person in this organisation's records */
  person: string;
  role: "admin" | "user" | "auditor" | "executive";
  status: "pending" | "active" | "disabled";
  title: string;
  version: number;
}

export interface MemberInviteBody {
  email: string;
  role: "admin" | "user" | "auditor" | "executive";
  department?: string;
  name?: string;
  title?: string;
}

export interface MemberPage {
  items: Member[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface MemberUpdateBody {
  department?: string;
  role?: "admin" | "user" | "auditor" | "executive";
  status?: "active" | "disabled";
  title?: string;
}

export interface Mine {
  /** Policies that I am asked to acknowledge and have not */
  acknowledge: MyPolicy[];
  acknowledge_total: number;
  /** Versions of policies that wait for my decision, now that it is my turn */
  approve: MyPolicy[];
  approve_total: number;
  /** Controls of mine that need attention */
  controls: MyControl[];
  controls_total: number;
  /** Today in the organisation's time zone */
  day: string;
  /** Records of mine that are to be looked at again: overdue, or within 30 days. What a task asks me for already is not among them */
  due: Due[];
  due_total: number;
  /** Evidence of mine that is due or was never collected */
  evidence: EvidenceDue[];
  evidence_total: number;
  /** Where I was named or answered, and have not looked yet */
  mentions: Notification[];
  mentions_total: number;
  /** Of the tasks, the acknowledgments and what is due, those whose day has passed */
  overdue: number;
  /** Files that wait for my review */
  reviews: MyReview[];
  reviews_total: number;
  /** Tasks that are mine */
  tasks: Task[];
  tasks_total: number;
  /** Everything that waits */
  total: number;
}

export interface MyControl {
  effective: string;
  id: string;
  reason: string;
  ref: string;
  title: string;
}

export interface MyPolicies {
  /** Those that one has not acknowledged come first */
  acknowledge: MyPolicy[];
  /** Versions that wait for one's approval */
  approve: MyPolicy[];
  /** Of the caller: what they sign with */
  name: string;
}

export interface MyPolicy {
  acknowledged_at: string;
  digest: string;
  due_on: string;
  message: string;
  number: string;
  overdue: boolean;
  ref: string;
  /** Id of the request to acknowledge it; empty when it is to be approved */
  request: string;
  title: string;
  version_id: string;
}

export interface MyReview {
  /** Id of the evidence request */
  evidence: string;
  evidence_name: string;
  id: string;
  name: string;
  uploaded_at: string;
  /** The name of who uploaded it */
  uploaded_by: string;
}

export interface MyVersion {
  change_summary: string;
  /** A TipTap document; empty when the version is an uploaded document */
  content: { [name: string]: unknown };
  /** SHA-256 of what is to be read: it is sent back with one's decision or acknowledgment */
  digest: string;
  id: string;
  /** Of the document */
  name: string;
  number: string;
  ref: string;
  /** Its words; of a document, those that were read in it so far */
  text: string;
  title: string;
  type: string;
}

export interface Notification {
  /** Id of the person who gave cause to it, empty for the system */
  actor: string;
  actor_name: string;
  at: string;
  /** More, if there is any */
  body: string;
  /** What happened */
  event: string;
  id: string;
  /** What kind of record it is about, empty for none */
  kind: string;
  read: boolean;
  /** Id of the record it is about */
  record: string;
  /** One sentence */
  title: string;
  /** That record, while it is there */
  about?: Line;
}

export interface NotificationChooseBody {
  /** An event, or digest */
  event: string;
  inbox?: boolean;
  mail?: boolean;
  /** Go back to what everybody gets */
  reset?: boolean;
}

export interface NotificationPage {
  items: Notification[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface NotificationReadBody {
  /** Or: all that are there */
  all?: boolean;
  /** Which ones */
  ids?: string[];
  /** Mark them as unread instead */
  unread?: boolean;
}

export interface NotificationSetDefaultBody {
  event: string;
  active?: boolean;
  inbox?: boolean;
  mail?: boolean;
  /** Go back to what the program has */
  reset?: boolean;
}

export interface ObjectVerdict {
  bytes: number;
  checked: number;
  problems: string[];
}

export interface Occurrence {
  activity: string;
  due_on: string;
  ended_at: string;
  /** Name of who completed it or set it aside */
  ended_by: string;
  files: OccurrenceFile[];
  id: string;
  /** It was completed after it was due */
  late: boolean;
  /** The activity's */
  name: string;
  /** What was found, or why it did not apply */
  note: string;
  /** The activity's */
  owner: string;
  owner_name: string;
  period_end: string;
  period_start: string;
  status: "not_started" | "in_progress" | "completed" | "overdue" | "not_applicable";
  version: number;
}

export interface OccurrenceFile {
  /** Id of the evidence request that it answers */
  evidence: string;
  id: string;
  name: string;
}

export interface OccurrencePage {
  items: Occurrence[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface Onboarding {
  done: number;
  steps: OnboardingStep[];
}

export interface OnboardingStep {
  done: boolean;
  key: "profile" | "framework" | "people" | "owners" | "evidence";
  n: number;
  of: number;
}

export interface OscalChange {
  kind: "statement" | "system" | "control" | "mapping";
  ref: string;
  title: string;
  what: "new" | "changed";
}

export interface OscalPlan {
  changed: number;
  /** The first three hundred of what is new or changed */
  changes: OscalChange[];
  created: number;
  /** Nothing was written */
  dry: boolean;
  /** What was read, and what has no place in Assay. It stays in the document and goes out with the next export */
  report: Report;
  /** What was like this already */
  same: number;
}

export interface OwnedKind {
  count: number;
  /** Name of the table: that of a kind of record, or vendor_contract, statement, framework_scope, leaver_step */
  kind: string;
}

export interface PackageChoice {
  /** Only accepted files that no newer version has replaced */
  accepted: boolean;
  ends_on: string;
  frameworks: PackageFramework[];
  /** Name of the period; empty for all time */
  period: string;
  /** At most so many files a request; 0 for all */
  sample: number;
  /** What the sample was drawn with; empty without one */
  seed: string;
  starts_on: string;
}

export interface PackageFramework {
  id: string;
  name: string;
  short: string;
}

export interface Page {
  hidden: boolean;
  name: string;
}

export interface Part {
  hit: boolean;
  text: string;
}

export interface Past {
  /** Days that people ask for, the latest first */
  days: Day[];
  /** From here on every change is kept; before it, the state at the end of each day, then of each month */
  every: string;
  /** The first moment that can be shown; empty when nothing is kept yet */
  first: string;
  /** Whether this installation keeps the past */
  kept: boolean;
  /** The date in the organisation's zone: the day before is the last that can be named as a day */
  today: string;
  /** IANA time zone in which days end */
  zone: string;
}

export interface PathStep {
  id: string;
  ref: string;
  short: string;
  /** How the step before stands to this one; absent at the first */
  kind?: "equal" | "subset" | "superset" | "intersects";
  /** Ref of the common control that serves both, where no relation is known */
  shared?: string;
}

export interface Period {
  /** Its last day */
  ends_on: string;
  /** Files that belong to it */
  files: number;
  id: string;
  kind: "quarter" | "fiscal_year" | "custom";
  name: string;
  starts_on: string;
  version: number;
}

export interface PeriodDraft {
  ends_on: string;
  name: string;
  starts_on: string;
  /** custom unless given */
  kind?: "quarter" | "fiscal_year" | "custom";
}

export interface Periods {
  items: Period[];
}

export interface Person {
  /** May be chosen as an owner */
  active: boolean;
  department: string;
  email: string;
  id: string;
  name: string;
  title: string;
}

export interface PersonPage {
  items: Person[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface Personnel {
  admin_rights: "unknown" | "yes" | "no";
  /** Applications that they have access to */
  apps: number;
  background: "unknown" | "not_done" | "pending" | "passed" | "failed";
  background_on: string;
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** Id of a department, or empty */
  department: string;
  department_color: "" | "grey" | "violet" | "green" | "blue" | "amber" | "red";
  department_name: string;
  email: string;
  employee_id: string;
  employment: "employee" | "contractor" | "intern" | "vendor_staff";
  /** The last day of work */
  ended_on: string;
  /** What is wrong, as far as it is known */
  flags: ("no_nda" | "training_overdue" | "no_background" | "terminated_with_access" | "no_mfa" | "admin_rights" | "no_manager")[];
  id: string;
  /** Id of a role, or empty */
  job_role: string;
  job_role_name: string;
  /** Of these, the ones that are done */
  leaving_done: number;
  /** Items of the checklist of a leaver; 0 when there is none */
  leaving_items: number;
  /** Of these, the ones whose day has passed */
  leaving_late: number;
  location: string;
  /** Whom they report to: id of a record of the personnel, or empty */
  manager: string;
  manager_name: string;
  mfa: "unknown" | "yes" | "no";
  name: string;
  /** The signed paper is linked as evidence */
  nda: "unknown" | "not_signed" | "signed";
  nda_on: string;
  notes: string;
  /** Id of the person of the product with the same address, or empty */
  person: string;
  phone: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** People who report to them and have not left */
  reports: number;
  /** How the record came in */
  source: "manual" | "import";
  started_on: string;
  /** Terminated needs a last day, and starts the checklist of a leaver */
  status: "active" | "inactive" | "on_leave" | "terminated";
  tags: RecordTag[];
  training: "unknown" | "never" | "done";
  training_on: string;
  /** The flags that nobody can tell */
  unknown: ("no_nda" | "training_overdue" | "no_background" | "no_mfa" | "admin_rights")[];
  updated_at: string;
  version: number;
}

export interface PersonnelAddItemBody {
  /** What has to be done, such as to return a key */
  title: string;
  due_on?: string;
  /** Id of a person; whoever adds it unless given */
  owner?: string;
}

export interface PersonnelBulkBody {
  set: PersonnelSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: PersonnelFilter;
}

export interface PersonnelChange {
  admin_rights?: "unknown" | "yes" | "no";
  background?: "unknown" | "not_done" | "pending" | "passed" | "failed";
  background_on?: string;
  /** Id of a department, or empty */
  department?: string;
  email?: string;
  employee_id?: string;
  employment?: "employee" | "contractor" | "intern" | "vendor_staff";
  /** The last day of work */
  ended_on?: string;
  /** Id of a role, or empty */
  job_role?: string;
  location?: string;
  /** Whom they report to: id of a record of the personnel, or empty */
  manager?: string;
  mfa?: "unknown" | "yes" | "no";
  name?: string;
  /** The signed paper is linked as evidence */
  nda?: "unknown" | "not_signed" | "signed";
  nda_on?: string;
  notes?: string;
  phone?: string;
  started_on?: string;
  /** Terminated needs a last day, and starts the checklist of a leaver */
  status?: "active" | "inactive" | "on_leave" | "terminated";
  training?: "unknown" | "never" | "done";
  training_on?: string;
}

export interface PersonnelChart {
  /** By name */
  items: ChartPerson[];
}

export interface PersonnelDetail {
  admin_rights: "unknown" | "yes" | "no";
  /** Applications that they have access to */
  apps: number;
  background: "unknown" | "not_done" | "pending" | "passed" | "failed";
  background_on: string;
  /** Whom they report to, up to the top */
  chain: PersonnelLine[];
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** Id of a department, or empty */
  department: string;
  department_color: "" | "grey" | "violet" | "green" | "blue" | "amber" | "red";
  department_name: string;
  email: string;
  employee_id: string;
  employment: "employee" | "contractor" | "intern" | "vendor_staff";
  /** The last day of work */
  ended_on: string;
  /** What is wrong, as far as it is known */
  flags: ("no_nda" | "training_overdue" | "no_background" | "terminated_with_access" | "no_mfa" | "admin_rights" | "no_manager")[];
  id: string;
  /** Id of a role, or empty */
  job_role: string;
  job_role_name: string;
  /** Of these, the ones that are done */
  leaving_done: number;
  /** Items of the checklist of a leaver; 0 when there is none */
  leaving_items: number;
  /** Of these, the ones whose day has passed */
  leaving_late: number;
  location: string;
  /** Whom they report to: id of a record of the personnel, or empty */
  manager: string;
  manager_name: string;
  mfa: "unknown" | "yes" | "no";
  name: string;
  /** The signed paper is linked as evidence */
  nda: "unknown" | "not_signed" | "signed";
  nda_on: string;
  notes: string;
  /** What they own as a person of the product */
  owned: OwnedKind[];
  /** Id of the person of the product with the same address, or empty */
  person: string;
  phone: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** People who report to them and have not left */
  reports: number;
  /** How the record came in */
  source: "manual" | "import";
  started_on: string;
  /** Terminated needs a last day, and starts the checklist of a leaver */
  status: "active" | "inactive" | "on_leave" | "terminated";
  tags: RecordTag[];
  /** Who reports to them and has not left */
  team: PersonnelLine[];
  training: "unknown" | "never" | "done";
  training_on: string;
  /** The flags that nobody can tell */
  unknown: ("no_nda" | "training_overdue" | "no_background" | "no_mfa" | "admin_rights")[];
  updated_at: string;
  version: number;
  /** The checklist of somebody who left */
  leaving?: Leaving;
}

export interface PersonnelDraft {
  name: string;
  admin_rights?: "unknown" | "yes" | "no";
  background?: "unknown" | "not_done" | "pending" | "passed" | "failed";
  background_on?: string;
  /** Id of a department, or empty */
  department?: string;
  email?: string;
  employee_id?: string;
  employment?: "employee" | "contractor" | "intern" | "vendor_staff";
  /** The last day of work */
  ended_on?: string;
  /** Id of a role, or empty */
  job_role?: string;
  location?: string;
  /** Whom they report to: id of a record of the personnel, or empty */
  manager?: string;
  mfa?: "unknown" | "yes" | "no";
  /** The signed paper is linked as evidence */
  nda?: "unknown" | "not_signed" | "signed";
  nda_on?: string;
  notes?: string;
  phone?: string;
  started_on?: string;
  /** Terminated needs a last day, and starts the checklist of a leaver */
  status?: "active" | "inactive" | "on_leave" | "terminated";
  training?: "unknown" | "never" | "done";
  training_on?: string;
}

export interface PersonnelFigures {
  /** People with at least one flag */
  flagged: number;
  /** Those that the organisation wants to see */
  flags: FlagFigure[];
  /** These items */
  leaver_items: number;
  /** Of these, the ones whose day has passed */
  leaver_late: number;
  /** Leavers whose checklist has open items */
  leavers: number;
  statuses: { [name: string]: number };
  /** Everybody who has not left */
  total: number;
  /** The flags of the last thirteen weeks, as they were noted every night, and of today, the oldest first */
  weeks: FlagDay[];
}

export interface PersonnelFilter {
  admin_rights?: ("unknown" | "yes" | "no")[];
  /** Id of an application that they have access to */
  application?: string;
  background?: ("unknown" | "not_done" | "pending" | "passed" | "failed")[];
  /** Id of a department, or none */
  department?: string;
  employment?: ("employee" | "contractor" | "intern" | "vendor_staff")[];
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** Any of these is raised, or none at all */
  flags?: ("no_nda" | "training_overdue" | "no_background" | "terminated_with_access" | "no_mfa" | "admin_rights" | "no_manager" | "none")[];
  /** Id of a role, or none */
  job_role?: string;
  /** Only leavers whose checklist has open items */
  leaving?: boolean;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** A location, or none */
  location?: string;
  /** Id of whom they report to, or none */
  manager?: string;
  mfa?: ("unknown" | "yes" | "no")[];
  nda?: ("unknown" | "not_signed" | "signed")[];
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  status?: ("active" | "inactive" | "on_leave" | "terminated")[];
  /** Ids of tags, any of them; or none */
  tag?: string[];
  training?: ("unknown" | "never" | "done")[];
  /** Nobody can tell any of these */
  unknown?: ("no_nda" | "training_overdue" | "no_background" | "no_mfa" | "admin_rights")[];
}

export interface PersonnelHandOverBody {
  /** Id of the person who gets it all */
  to: string;
}

export interface PersonnelLine {
  id: string;
  job_role_name: string;
  name: string;
}

export interface PersonnelPage {
  items: Personnel[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface PersonnelRules {
  admin_rights: boolean;
  no_background: boolean;
  no_manager: boolean;
  no_mfa: boolean;
  no_nda: boolean;
  terminated_with_access: boolean;
  /** How long a security training counts */
  training_months: number;
  training_overdue: boolean;
  version: number;
}

export interface PersonnelSet {
  /** Names */
  add_tags?: string[];
  admin_rights?: "unknown" | "yes" | "no";
  background?: "unknown" | "not_done" | "pending" | "passed" | "failed";
  background_on?: string;
  /** Id of a department, or empty */
  department?: string;
  employment?: "employee" | "contractor" | "intern" | "vendor_staff";
  /** The last day of work */
  ended_on?: string;
  /** Id of a role, or empty */
  job_role?: string;
  location?: string;
  /** Whom they report to: id of a record of the personnel, or empty */
  manager?: string;
  mfa?: "unknown" | "yes" | "no";
  /** The signed paper is linked as evidence */
  nda?: "unknown" | "not_signed" | "signed";
  nda_on?: string;
  /** Ids */
  remove_tags?: string[];
  /** Terminated needs a last day, and starts the checklist of a leaver */
  status?: "active" | "inactive" | "on_leave" | "terminated";
  training?: "unknown" | "never" | "done";
  training_on?: string;
}

export interface PersonnelSetStepsBody {
  items: PersonnelSetStepsItem[];
}

export interface PersonnelSetStepsItem {
  title: string;
  days?: number;
  /** Id of a person */
  owner?: string;
}

export interface PersonnelUpdateRulesBody {
  admin_rights?: boolean;
  no_background?: boolean;
  no_manager?: boolean;
  no_mfa?: boolean;
  no_nda?: boolean;
  terminated_with_access?: boolean;
  training_months?: number;
  training_overdue?: boolean;
}

export interface Place {
  id: string;
  name: string;
  role: string;
  slug: string;
}

export interface Planned {
  /** Empty where nobody has said */
  day: string;
  id: string;
  /** Number of the version that is published, or empty */
  in_force: string;
  /** That day has passed */
  late: boolean;
  owner_name: string;
  ref: string;
  status: "suggested" | "not_started" | "draft" | "in_review" | "ratified" | "published" | "needs_update";
  title: string;
  what: "publication" | "review";
}

export interface Point {
  /** 1 negligible to 5 severe; 0 while nobody has said */
  impact: number;
  /** 1 rare to 5 almost certain; 0 while nobody has said */
  likelihood: number;
}

export interface Policy {
  acknowledged: number;
  /** How many people are asked to acknowledge the version in force */
  asked: number;
  category: string;
  /** The first five, by number */
  control_refs: string[];
  controls: number;
  /** Acknowledged of asked in basis points; -1 when nobody is asked */
  coverage: number;
  /** Id of that version */
  current: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** Exceptions that hold, wait for a decision or came back */
  exceptions: number;
  /** Short names of the frameworks it serves */
  frameworks: string[];
  id: string;
  /** Number of the version that is published: 1.0, or empty */
  in_force: string;
  /** How near that day is, by the organisation's settings */
  light: "" | "red" | "amber" | "green";
  /** Address of the text where it is kept elsewhere, or empty */
  location: string;
  /** Empty while nothing is published */
  next_review_on: string;
  /** Why what is published needs an update, or empty */
  outdated: string;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** Day by which what is being written shall be in force, or empty */
  planned_on: string;
  published_on: string;
  /** POL-0001: given once, never again */
  ref: string;
  /** How far away that day is */
  review: "" | "overdue" | "within_30" | "within_90" | "later";
  /** 0: it is not reviewed */
  review_months: number;
  reviewed_on: string;
  /** Id of the product it belongs to, or organisation */
  scope: string;
  scope_name: string;
  status: "suggested" | "not_started" | "draft" | "in_review" | "ratified" | "published" | "needs_update" | "archived";
  /** What it is for */
  summary: string;
  tags: RecordTag[];
  title: string;
  updated_at: string;
  version: number;
  /** Id of the version that is being worked on, or empty */
  working: string;
}

export interface PolicyAcknowledgeBody {
  /** Of the version that was read */
  digest: string;
  /** One's own name, typed as a signature */
  name: string;
}

export interface PolicyAdoptBody {
  keys: string[];
  /** Id of who owns them from now on */
  owner?: string;
  /** Put them on the list as suggestions, without words */
  suggest?: boolean;
}

export interface PolicyAllowBody {
  /** Declining needs one */
  note?: string;
}

export interface PolicyApproval {
  at: string;
  comment: string;
  /** It is about the content as it is, since it was last submitted */
  counts: boolean;
  decision: "approved" | "rejected";
  /** Of the content it was made on */
  digest: string;
  name: string;
  person: string;
}

export interface PolicyApproveBody {
  /** Of the content that was read: a decision counts for that alone */
  digest: string;
  /** A rejection needs one */
  comment?: string;
}

export interface PolicyAskBody {
  audience: "all" | "roles" | "departments" | "people";
  /** The last day on which nobody is late */
  due_on: string;
  /** Which roles, departments or people; nothing for all */
  chosen?: string[];
  message?: string;
  /** Remind every so many days; 7 unless given, 0 for never */
  remind_days?: number;
}

export interface PolicyBeginBody {
  change_summary?: string;
  /** A major version is acknowledged anew; a minor one is not. Major unless given */
  major?: boolean;
}

export interface PolicyBulkBody {
  set: PolicySet;
  /** Of these, the ones that stay as they are */
  except?: string[];
  ids?: string[];
  /** All policies that this filter finds, instead of ids */
  match?: PolicyFilter;
}

export interface PolicyControl {
  id: string;
  ref: string;
  title: string;
}

export interface PolicyCoverage {
  acknowledged: number;
  /** Counted once for each policy */
  asked: number;
  /** Acknowledged of asked in basis points; -1 when nobody is asked */
  coverage: number;
  /** The least covered first */
  departments: CoveredDepartment[];
  /** Those who are late */
  overdue: number;
  /** Those that somebody is asked about, the least covered first */
  policies: Covered[];
}

export interface PolicyCreateBody {
  title: string;
  category?: string;
  controls?: string[];
  /** Address of the text where it is kept elsewhere */
  location?: string;
  owner?: string;
  /** Day by which it shall be in force */
  planned_on?: string;
  requirements?: string[];
  /** 12 unless given; 0: it is not reviewed */
  review_months?: number;
  /** Id of a product; organisation unless given */
  scope?: string;
  summary?: string;
}

export interface PolicyDeclineBody {
  /** Declining needs one */
  note?: string;
}

export interface PolicyDetail {
  acknowledged: number;
  /** How many people are asked to acknowledge the version in force */
  asked: number;
  category: string;
  /** The first five, by number */
  control_refs: string[];
  controls: number;
  /** Acknowledged of asked in basis points; -1 when nobody is asked */
  coverage: number;
  created_at: string;
  creator_name: string;
  /** Id of that version */
  current: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** Exceptions that hold, wait for a decision or came back */
  exceptions: number;
  /** Short names of the frameworks it serves */
  frameworks: string[];
  id: string;
  /** Number of the version that is published: 1.0, or empty */
  in_force: string;
  /** How near that day is, by the organisation's settings */
  light: "" | "red" | "amber" | "green";
  /** The controls it governs */
  linked: PolicyControl[];
  /** Address of the text where it is kept elsewhere, or empty */
  location: string;
  /** Empty while nothing is published */
  next_review_on: string;
  /** Why what is published needs an update, or empty */
  outdated: string;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** Day by which what is being written shall be in force, or empty */
  planned_on: string;
  published_on: string;
  /** POL-0001: given once, never again */
  ref: string;
  /** Newest first */
  requests: PolicyRequest[];
  /** The requirements it answers by itself */
  requirements: PolicyRequirement[];
  /** How far away that day is */
  review: "" | "overdue" | "within_30" | "within_90" | "later";
  /** 0: it is not reviewed */
  review_months: number;
  reviewed_on: string;
  /** Id of the product it belongs to, or organisation */
  scope: string;
  scope_name: string;
  status: "suggested" | "not_started" | "draft" | "in_review" | "ratified" | "published" | "needs_update" | "archived";
  /** What it is for */
  summary: string;
  tags: RecordTag[];
  /** Key of the template it was made from, or empty */
  template: string;
  title: string;
  updated_at: string;
  version: number;
  /** Newest first */
  versions: PolicyVersion[];
  /** Id of the version that is being worked on, or empty */
  working: string;
}

export interface PolicyDiff {
  /** Words that came */
  added: number;
  blocks: DiffBlock[];
  /** Number of the older version; empty when there is none */
  from: string;
  /** Words that went */
  removed: number;
  to: string;
}

export interface PolicyExceptBody {
  expires_on: string;
  reason: string;
  /** Who or what does not follow the policy */
  subject: string;
  /** Which part of it */
  what: string;
  /** What is done instead */
  compensation?: string;
}

export interface PolicyFigures {
  acknowledged: number;
  /** People who are asked to acknowledge versions in force, counted once for each policy */
  asked: number;
  /** Acknowledged of asked in basis points; -1 when nobody is asked */
  coverage: number;
  /** Exceptions that hold today */
  exceptions: number;
  /** Reviews whose day has passed */
  overdue: number;
  /** Exceptions whose last day has passed */
  reopened: number;
  /** Policies in force that are reviewed */
  reviewed: number;
  /** How many of each status */
  status: { [name: string]: number };
  /** Without those that are archived */
  total: number;
  /** Reviews that are due in the next 30 days */
  within_30: number;
  /** Reviews that are due in the 60 days after these */
  within_90: number;
}

export interface PolicyFilter {
  category?: string;
  /** Id of a control */
  control?: string;
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** Id of a framework it serves */
  framework?: string;
  light?: ("red" | "amber" | "green")[];
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** Id of a requirement */
  requirement?: string;
  review?: ("overdue" | "within_30" | "within_90" | "later")[];
  /** Id of a product, or organisation */
  scope?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  /** All but archived unless given */
  status?: ("suggested" | "not_started" | "draft" | "in_review" | "ratified" | "published" | "needs_update" | "archived")[];
  /** Ids of tags, any of them; or none */
  tag?: string[];
  /** Only policies whose review is overdue or due within so many days */
  within?: number;
}

export interface PolicyFlagBody {
  /** Why it no longer fits; empty takes the mark back */
  reason: string;
}

export interface PolicyPage {
  items: Policy[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface PolicyRejectBody {
  /** Of the content that was read: a decision counts for that alone */
  digest: string;
  /** A rejection needs one */
  comment?: string;
}

export interface PolicyRequest {
  acknowledged: number;
  asked: number;
  asked_on: string;
  audience: "all" | "roles" | "departments" | "people";
  /** Which roles, departments or people */
  chosen: string[];
  closed_at: string;
  /** Acknowledged of asked in basis points; -1 when nobody is asked */
  coverage: number;
  due_on: string;
  id: string;
  message: string;
  /** Of that version */
  number: string;
  /** People who are late */
  overdue: number;
  policy: string;
  /** 0: nobody is reminded */
  remind_days: number;
  requester_name: string;
  version: number;
  version_id: string;
}

export interface PolicyRequirement {
  framework: string;
  id: string;
  ref: string;
  short: string;
  title: string;
}

export interface PolicySet {
  /** Names */
  add_tags?: string[];
  category?: string;
  /** Id of a person; empty for nobody */
  owner?: string;
  /** Ids */
  remove_tags?: string[];
  review_months?: number;
  /** not_started takes suggestions up; archived takes policies out of force */
  status?: "not_started" | "archived";
}

export interface PolicySetBody {
  amber_days: number;
  red_days: number;
}

export interface PolicySettings {
  /** A review that is due within so many days is amber */
  amber_days: number;
  /** Within fewer than so many, red; 0: only when it is overdue */
  red_days: number;
  version: number;
}

export interface PolicySubmitBody {
  /** Ids of people who all have to approve, the author's not alone */
  approvers: string[];
}

export interface PolicyUpdateBody {
  category?: string;
  /** All controls it governs from now on */
  controls?: string[];
  location?: string;
  owner?: string;
  /** Day by which what is being written shall be in force; publishing takes it away */
  planned_on?: string;
  /** All requirements it answers from now on */
  requirements?: string[];
  review_months?: number;
  scope?: string;
  /** false takes a suggestion up */
  suggested?: boolean;
  summary?: string;
  title?: string;
}

export interface PolicyUpdateExceptionBody {
  compensation?: string;
  expires_on?: string;
  reason?: string;
  subject?: string;
  what?: string;
}

export interface PolicyVersion {
  /** In the order in which they are listed */
  approvers: Approver[];
  /** Id of who wrote the content as it is */
  author: string;
  author_name: string;
  change_summary: string;
  /** SHA-256 of the content or document: what approvals count for */
  digest: string;
  id: string;
  /** Of the document, when it is one */
  name: string;
  /** 1.0, 1.1, 2.0 */
  number: string;
  policy: string;
  published_at: string;
  published_on: string;
  publisher_name: string;
  ratified_at: string;
  size: number;
  state: "draft" | "in_review" | "ratified" | "published";
  submitted_at: string;
  type: string;
  updated_at: string;
  version: number;
}

export interface PolicyWriteBody {
  change_summary?: string;
  /** A TipTap document */
  content?: { [name: string]: unknown };
  /** Whether it is the next major or the next minor version */
  major?: boolean;
}

export interface Preferences {
  /** Single-key shortcuts; on unless chosen */
  hotkeys?: "on" | "off";
  /** How dates and numbers are written: en-GB */
  locale?: string;
  /** system unless chosen */
  theme?: "system" | "light" | "dark";
}

export interface Problem {
  /** What happened and what to do next, for a person */
  detail: string;
  /** The kind of problem in one word */
  kind: string;
  status: number;
  /** The HTTP status in words */
  title: string;
  /** Where this kind of problem is explained */
  type: string;
  /** What is wrong with each field */
  errors?: FieldError[];
  /** Quote this when you ask for help */
  request?: string;
}

export interface Process {
  /** Malware is looked for on what it runs on */
  antimalware: "" | "yes" | "no";
  backup: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** What its backups must be able to do */
  backup_needs: string;
  /** Of the data it works with */
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  description: string;
  /** What an outage costs */
  financial: "" | "none" | "low" | "medium" | "high" | "severe";
  financial_note: string;
  id: string;
  /** Assets and processes that it depends on, directly or through others, and that come back later than it must */
  late: number;
  /** What laws and contracts an outage breaks */
  legal: "" | "none" | "low" | "medium" | "high" | "severe";
  legal_note: string;
  /** How often its logs are read */
  log_review: "" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "never";
  /** The department that does it */
  managed_by: string;
  /** Maximum tolerable downtime: how long it can be missed at all */
  mtd: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  name: string;
  /** What it depends on directly */
  needs: number;
  /** What an outage does to other work */
  operational: "" | "none" | "low" | "medium" | "high" | "severe";
  operational_note: string;
  /** The day of its review has passed */
  overdue: boolean;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** What others think after an outage */
  reputational: "" | "none" | "low" | "medium" | "high" | "severe";
  reputational_note: string;
  /** When it is looked at again, or empty */
  review_on: string;
  /** When it was last looked at, or empty */
  reviewed_on: string;
  /** By whom */
  reviewer_name: string;
  /** Recovery point objective: of what time data may be lost */
  rpo: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** Recovery time objective: within what time it is back */
  rto: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** 1 to 100; 0 while recovery time, recovery point or classification are not known */
  score: number;
  tags: RecordTag[];
  /** The band of the score */
  tier: "critical" | "high" | "medium" | "low" | "incomplete";
  updated_at: string;
  version: number;
}

export interface ProcessBand {
  count: number;
  from: number;
  to: number;
}

export interface ProcessChange {
  /** Malware is looked for on what it runs on */
  antimalware?: "" | "yes" | "no";
  backup?: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** What its backups must be able to do */
  backup_needs?: string;
  /** Of the data it works with */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  description?: string;
  /** What an outage costs */
  financial?: "" | "none" | "low" | "medium" | "high" | "severe";
  financial_note?: string;
  /** What laws and contracts an outage breaks */
  legal?: "" | "none" | "low" | "medium" | "high" | "severe";
  legal_note?: string;
  /** How often its logs are read */
  log_review?: "" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "never";
  /** The department that does it */
  managed_by?: string;
  /** Maximum tolerable downtime: how long it can be missed at all */
  mtd?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  name?: string;
  /** What an outage does to other work */
  operational?: "" | "none" | "low" | "medium" | "high" | "severe";
  operational_note?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** What others think after an outage */
  reputational?: "" | "none" | "low" | "medium" | "high" | "severe";
  reputational_note?: string;
  /** When it is looked at again, or empty */
  review_on?: string;
  /** Recovery point objective: of what time data may be lost */
  rpo?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** Recovery time objective: within what time it is back */
  rto?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
}

export interface ProcessDependency {
  /** How many steps away: 1 for what is linked directly */
  distance: number;
  id: string;
  kind: string;
  /** It comes back later than the process must */
  later: boolean;
  /** Id of the person it belongs to, or empty */
  owner: string;
  /** Its page, below that of the organisation */
  path: string;
  /** As people write it: AC-01; empty for kinds without one */
  ref: string;
  /** Within what time it is back, empty while nobody has said */
  rto: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** The name of the record before it on the shortest way, empty for what is linked directly */
  through: string;
  title: string;
}

export interface ProcessDetail {
  /** Malware is looked for on what it runs on */
  antimalware: "" | "yes" | "no";
  backup: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** What its backups must be able to do */
  backup_needs: string;
  /** Of the data it works with */
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** How the score is made, to show beside it */
  defined: string;
  /** What it depends on, directly or through others, the nearest first */
  dependencies: ProcessDependency[];
  description: string;
  /** What an outage costs */
  financial: "" | "none" | "low" | "medium" | "high" | "severe";
  financial_note: string;
  id: string;
  /** Assets and processes that it depends on, directly or through others, and that come back later than it must */
  late: number;
  /** What laws and contracts an outage breaks */
  legal: "" | "none" | "low" | "medium" | "high" | "severe";
  legal_note: string;
  /** How often its logs are read */
  log_review: "" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "never";
  /** The department that does it */
  managed_by: string;
  /** Maximum tolerable downtime: how long it can be missed at all */
  mtd: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  name: string;
  /** What it depends on directly */
  needs: number;
  /** What an outage does to other work */
  operational: "" | "none" | "low" | "medium" | "high" | "severe";
  operational_note: string;
  /** The day of its review has passed */
  overdue: boolean;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** What the score is made of */
  parts: ProcessPart[];
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** What others think after an outage */
  reputational: "" | "none" | "low" | "medium" | "high" | "severe";
  reputational_note: string;
  /** When it is looked at again, or empty */
  review_on: string;
  /** When it was last looked at, or empty */
  reviewed_on: string;
  /** By whom */
  reviewer_name: string;
  /** Recovery point objective: of what time data may be lost */
  rpo: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** Recovery time objective: within what time it is back */
  rto: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** 1 to 100; 0 while recovery time, recovery point or classification are not known */
  score: number;
  tags: RecordTag[];
  /** The band of the score */
  tier: "critical" | "high" | "medium" | "low" | "incomplete";
  updated_at: string;
  version: number;
}

export interface ProcessDraft {
  name: string;
  /** Malware is looked for on what it runs on */
  antimalware?: "" | "yes" | "no";
  backup?: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** What its backups must be able to do */
  backup_needs?: string;
  /** Of the data it works with */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  description?: string;
  /** What an outage costs */
  financial?: "" | "none" | "low" | "medium" | "high" | "severe";
  financial_note?: string;
  /** What laws and contracts an outage breaks */
  legal?: "" | "none" | "low" | "medium" | "high" | "severe";
  legal_note?: string;
  /** How often its logs are read */
  log_review?: "" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "never";
  /** The department that does it */
  managed_by?: string;
  /** Maximum tolerable downtime: how long it can be missed at all */
  mtd?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** What an outage does to other work */
  operational?: "" | "none" | "low" | "medium" | "high" | "severe";
  operational_note?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** What others think after an outage */
  reputational?: "" | "none" | "low" | "medium" | "high" | "severe";
  reputational_note?: string;
  /** When it is looked at again, or empty */
  review_on?: string;
  /** Recovery point objective: of what time data may be lost */
  rpo?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** Recovery time objective: within what time it is back */
  rto?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
}

export interface ProcessFigures {
  /** How the score is made, to show beside it */
  defined: string;
  /** Processes that depend on what comes back later than they must */
  late: number;
  /** Processes without an owner */
  nobodys: number;
  /** Processes whose review is late */
  overdue: number;
  /** Processes by recovery point, under an empty key those of which nobody has said */
  rpo: { [name: string]: number };
  /** Processes by recovery time, under an empty key those of which nobody has said */
  rto: { [name: string]: number };
  /** Processes with a score, in bands of ten points */
  scores: ProcessBand[];
  tiers: { [name: string]: number };
  total: number;
  /** Processes that were never reviewed */
  unreviewed: number;
}

export interface ProcessFilter {
  antimalware?: ("yes" | "no" | "none")[];
  backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[];
  classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[];
  /** Id of a record that they depend on directly */
  depends_on?: string;
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** Only those with this score or more */
  from?: number;
  /** Only those that depend on what comes back later */
  late?: boolean;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** A department, or none */
  managed_by?: string;
  mtd?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[];
  /** Only those whose review is late */
  overdue?: boolean;
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  rpo?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[];
  rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[];
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  /** Ids of tags, any of them; or none */
  tag?: string[];
  tier?: ("critical" | "high" | "medium" | "low" | "incomplete")[];
  /** Only those with this score or less */
  to?: number;
  /** Only those that were never reviewed */
  unreviewed?: boolean;
}

export interface ProcessNeeded {
  count: number;
  id: string;
  kind: string;
  /** Id of the person it belongs to, or empty */
  owner: string;
  /** Its page, below that of the organisation */
  path: string;
  /** As people write it: AC-01; empty for kinds without one */
  ref: string;
  title: string;
}

export interface ProcessOwner {
  count: number;
  /** Empty for nobody */
  id: string;
  name: string;
}

export interface ProcessPage {
  items: Process[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface ProcessPart {
  /** What it can add, in points */
  most: number;
  of: "rto" | "rpo" | "mtd" | "classification";
  /** What it adds, in hundredths of a point */
  points: number;
}

export interface ProcessSet {
  /** Names */
  add_tags?: string[];
  /** Malware is looked for on what it runs on */
  antimalware?: "" | "yes" | "no";
  backup?: "" | "continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never";
  /** Of the data it works with */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** What an outage costs */
  financial?: "" | "none" | "low" | "medium" | "high" | "severe";
  /** What laws and contracts an outage breaks */
  legal?: "" | "none" | "low" | "medium" | "high" | "severe";
  /** How often its logs are read */
  log_review?: "" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "never";
  /** The department that does it */
  managed_by?: string;
  /** Maximum tolerable downtime: how long it can be missed at all */
  mtd?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** What an outage does to other work */
  operational?: "" | "none" | "low" | "medium" | "high" | "severe";
  /** Id of a person, empty for nobody */
  owner?: string;
  /** Ids */
  remove_tags?: string[];
  /** What others think after an outage */
  reputational?: "" | "none" | "low" | "medium" | "high" | "severe";
  /** When it is looked at again, or empty */
  review_on?: string;
  /** Recovery point objective: of what time data may be lost */
  rpo?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
  /** Recovery time objective: within what time it is back */
  rto?: "" | "le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d";
}

export interface ProcessSpread {
  /** What most processes depend on directly, at most ten */
  needed: ProcessNeeded[];
  /** Those with most processes first */
  owners: ProcessOwner[];
}

export interface Product {
  /** Kept, but in no figure and no choice */
  archived: boolean;
  /** Controls with a status of their own in it */
  controls: number;
  created_at: string;
  description: string;
  /** Evidence requests that belong to it */
  evidence: number;
  /** Those that it answers to */
  frameworks: ProductFramework[];
  id: string;
  name: string;
  updated_at: string;
  version: number;
}

export interface ProductFramework {
  color: string;
  id: string;
  short: string;
}

export interface Products {
  items: Product[];
}

export interface Reach {
  items: ReachedRecord[];
  /** There are more than were followed */
  more: boolean;
}

export interface ReachedRecord {
  /** How many steps away: 1 for what is linked directly */
  distance: number;
  id: string;
  kind: string;
  /** Id of the person it belongs to, or empty */
  owner: string;
  /** Its page, below that of the organisation */
  path: string;
  /** As people write it: AC-01; empty for kinds without one */
  ref: string;
  /** The name of the record before it on the shortest way, empty for what is linked directly */
  through: string;
  title: string;
}

export interface Readiness {
  /** Requirements that count and apply */
  applicable: number;
  /** Of these: something that serves them is a gap, unproven, or its proof expired */
  attention: number;
  /** Controls that apply; of a framework, those that serve one of its requirements */
  controls: number;
  /** covered of controls in basis points; null without controls */
  coverage: number | null;
  /** Controls with at least one evidence request */
  covered: number;
  /** Of these, effective: implemented and proven, or in the days of grace */
  effective: number;
  in_progress: number;
  /** Of these: something serves them, and all that does is effective */
  met: number;
  /** Of these, a gap, unproven, or in need of evidence */
  needing: number;
  /** Requirements that count but do not apply here */
  not_applicable: number;
  not_started: number;
  /** met of applicable in basis points; null when nothing applies */
  progress: number | null;
  /** Mean over the controls of claim times proof in basis points; null without controls */
  readiness: number | null;
  /** effective of controls in basis points; null without controls */
  share: number | null;
}

export interface ReadinessFigures {
  by: "framework" | "product" | "family" | "owner";
  /** Today in the organisation's time zone */
  day: string;
  /** Today, the days that lie whole weeks before it, or the last one kept before those */
  days: string[];
  /** What each figure means, to show beside it */
  defined: { [name: string]: string };
  groups: ReadinessGroup[];
  /** The products there are figures of */
  products: DashboardProduct[];
  /** What the figures are of: organisation, or a product */
  scope: string;
  /** The whole program of the scope */
  total: ReadinessGroup;
}

export interface ReadinessGroup {
  /** Requirements that count and apply */
  applicable: number;
  /** Of these: something that serves them is a gap, unproven, or its proof expired */
  attention: number;
  color: string;
  /** Controls that apply; of a framework, those that serve one of its requirements */
  controls: number;
  /** covered of controls in basis points; null without controls */
  coverage: number | null;
  /** Controls with at least one evidence request */
  covered: number;
  /** Of these, effective: implemented and proven, or in the days of grace */
  effective: number;
  in_progress: number;
  /** What names it in an address: a framework's key, a product's id, a family's name, a person's id, or none; empty for the total */
  key: string;
  /** Of these: something serves them, and all that does is effective */
  met: number;
  name: string;
  /** Of these, a gap, unproven, or in need of evidence */
  needing: number;
  /** Requirements that count but do not apply here */
  not_applicable: number;
  not_started: number;
  past: ReadinessPast;
  /** met of applicable in basis points; null when nothing applies */
  progress: number | null;
  /** Mean over the controls of claim times proof in basis points; null without controls */
  readiness: number | null;
  /** effective of controls in basis points; null without controls */
  share: number | null;
  /** The same where there is less room */
  short: string;
  /** What the lists behind its figures are asked with; absent for who may not read records */
  id?: string;
}

export interface ReadinessPast {
  /** Met requirements, in basis points */
  progress: (number | null)[];
  /** Basis points */
  readiness: (number | null)[];
  /** Effective controls, in basis points */
  share: (number | null)[];
}

export interface RecordFields {
  /** Values by key; fields without one are absent */
  custom: { [name: string]: unknown };
  /** The definitions, in their order */
  fields: Field[];
}

export interface RecordLink {
  created_at: string;
  /** Name of who drew it */
  created_by: string;
  id: string;
  /** The type is said of the other record: it depends on this one */
  inverse: boolean;
  note: string;
  other: Line;
  type: "relates" | "depends_on" | "duplicates" | "mitigates" | "implements" | "evidences" | "governs" | "affects" | "causes";
  version: number;
}

export interface RecordLinks {
  items: RecordLink[];
}

export interface RecordTag {
  color: "grey" | "violet" | "green" | "blue" | "amber" | "red";
  id: string;
  name: string;
}

export interface RecordTags {
  tags: RecordTag[];
}

export interface RecoveryCodes {
  /** Each works once. They are not shown again */
  recovery_codes: string[];
}

export interface Ref {
  id: string;
  kind: string;
}

export interface RelatedRequirement {
  color: string;
  /** Controls mapped to it */
  controls: number;
  framework: string;
  id: string;
  ref: string;
  short: string;
  title: string;
}

export interface Relation {
  id: string;
  /** This requirement is … the other */
  kind: "equal" | "subset" | "superset" | "intersects";
  /** Id of the requirement it is seen from */
  of: string;
  other: RelatedRequirement;
  rationale: string;
  /** Name of the mapping set it came with, if any */
  set: string;
  source: "catalog" | "import" | "person";
  /** 0 to 100; null when nobody said */
  strength: number | null;
  updated_at: string;
  version: number;
}

export interface RelationSet {
  /** Of these, relations between requirements that are here */
  bound: number;
  created_at: string;
  from: SetEnd;
  id: string;
  name: string;
  source: "catalog" | "import";
  to: SetEnd;
  /** Pairs in the set */
  total: number;
  /** What was left out when it was read */
  warnings: string[];
}

export interface RelationSets {
  items: RelationSet[];
}

export interface Relations {
  items: Relation[];
}

export interface Reminded {
  reminded: number;
}

export interface Report {
  controls: number;
  groups: number;
  kind: string;
  not_kept: { [name: string]: number };
  oscal_version: string;
  title: string;
  version: string;
  warnings: string[];
  withdrawn: number;
}

export interface Requirement {
  applicable: boolean;
  assessable: boolean;
  color: string;
  controls: RequirementControl[];
  /** Who decided whether it applies: nobody, a person, or the choice of a baseline */
  decided: "" | "person" | "baseline";
  /** Its words are no longer those of the catalog */
  edited: boolean;
  /** Id of its framework */
  framework: string;
  id: string;
  /** Why it does not apply, when it does not */
  justification: string;
  /** The decision is the product's own, not the organisation's */
  own: boolean;
  ref: string;
  /** Of a HIPAA specification: whether the rule requires it or lets it be addressed (45 CFR 164.306(d)) */
  rule: "" | "required" | "addressable";
  short: string;
  state: "met" | "attention" | "in_progress" | "not_started" | "not_applicable";
  title: string;
  updated_at: string;
  version: number;
  withdrawn: boolean;
}

export interface RequirementBulk {
  updated: number;
}

export interface RequirementControl {
  effective: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven";
  id: string;
  ref: string;
  status: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
}

export interface RequirementDetail {
  applicable: boolean;
  assessable: boolean;
  /** The name of the baseline that decided, or empty */
  baseline: string;
  /** What it asks for */
  body: string;
  color: string;
  controls: RequirementControl[];
  /** Who decided whether it applies: nobody, a person, or the choice of a baseline */
  decided: "" | "person" | "baseline";
  /** Its words are no longer those of the catalog */
  edited: boolean;
  /** Id of its framework */
  framework: string;
  guidance: string;
  id: string;
  /** Why it does not apply, when it does not */
  justification: string;
  /** The decision is the product's own, not the organisation's */
  own: boolean;
  parent: string;
  /** The rows above it, from the top */
  path: RequirementStep[];
  ref: string;
  /** Of a HIPAA specification: whether the rule requires it or lets it be addressed (45 CFR 164.306(d)) */
  rule: "" | "required" | "addressable";
  /** Why it is in its state */
  sentence: string;
  /** The controls that serve it, with what they are worth and why */
  served: Control[];
  short: string;
  state: "met" | "attention" | "in_progress" | "not_started" | "not_applicable";
  tags: string[];
  title: string;
  updated_at: string;
  version: number;
  /** What to know before saying that it does not apply, or empty */
  warning: string;
  withdrawn: boolean;
  /** What is documented of an addressable specification */
  addressed?: Addressed;
}

export interface RequirementFilter {
  applicable?: "yes" | "no";
  /** Id of a requirement: itself and what is below it */
  below?: string;
  /** Id of a framework */
  framework?: string;
  /** Also rows that do not count */
  headings?: boolean;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** A control serves it, or none does */
  mapped?: "yes" | "no";
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** HIPAA specifications of this kind */
  rule?: "required" | "addressable";
  /** Id of a product to look at; the whole organisation unless given */
  scope?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  state?: ("met" | "attention" | "in_progress" | "not_started" | "not_applicable")[];
  /** A tag of the catalog */
  tag?: string;
}

export interface RequirementPage {
  items: Requirement[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface RequirementRow {
  applicable: boolean;
  /** It counts; a row can count and have rows below it */
  assessable: boolean;
  /** Controls mapped to it */
  controls: number;
  id: string;
  /** Of these, met */
  met: number;
  /** Id of the row above, empty at the top; it stands before this one */
  parent: string;
  ref: string;
  /** For a heading, that of what is below it */
  state: "met" | "attention" | "in_progress" | "not_started" | "not_applicable";
  title: string;
  /** Requirements that count and apply, itself and below */
  total: number;
  withdrawn: boolean;
}

export interface RequirementStep {
  id: string;
  ref: string;
  title: string;
}

export interface RequirementTree {
  items: RequirementRow[];
}

export interface Rested {
  action: string;
  actor: AuditActor;
  at: string;
  /** Changed rows by table */
  counts: AuditCount[];
  kind: "change" | "event";
  log: "tenant" | "installation";
  /** Its reference, empty for kinds without one */
  ref: string;
  /** Number of the record in its log */
  seq: number;
  /** What was done, for a person: follows the actor's name */
  summary: string;
  /** What kind of record it was */
  table: string;
  title: string;
  /** The instant from which it cannot be brought back */
  until: string;
  /** How many other records went with it */
  with: number;
  /** What set it off */
  cause?: string;
  /** The reason a person gave */
  note?: string;
  request?: string;
}

export interface Restored {
  /** How many links did not, because what they led to is gone itself */
  left: number;
  /** How many rows came back */
  rows: number;
  /** The deletion that was taken back */
  seq: number;
}

export interface ReviewFile {
  category: string;
  /** The day the proof is from */
  collected_on: string;
  /** Controls it proves */
  controls: number;
  /** Number of the cycle that it answers; 0 when it came outside of one */
  cycle: number;
  /** By when the proof is wanted; empty outside of a cycle */
  cycle_due: string;
  evidence: string;
  evidence_name: string;
  id: string;
  kind: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other";
  name: string;
  note: string;
  /** 1, 2, ... within its request, never given twice */
  number: number;
  /** SHA-256 of what was uploaded. It differs from sha256 when place and time were taken out of a picture */
  original: string;
  overdue: boolean;
  period_end: string;
  period_start: string;
  /** Names of the compliance periods that it belongs to */
  periods: string[];
  /** An accepted newer version stands in its place: it no longer counts */
  replaced: boolean;
  /** Id of the file that this is a new version of */
  replaces: string;
  review: "pending" | "accepted" | "rejected";
  review_note: string;
  reviewed_at: string;
  /** Empty when it was accepted as it came */
  reviewed_by: string;
  reviewed_by_name: string;
  /** Id of who reviews it, empty: an administrator */
  reviewer: string;
  reviewer_name: string;
  /** Numbers of other files of this request with the same content */
  same_as: number[];
  /** Of what is kept and sent on download */
  sha256: string;
  size: number;
  /** Whether the text inside it can be searched; waiting means that it will be read in a moment */
  text: "waiting" | "ok" | "empty" | "unreadable" | "too_large" | "none";
  /** Why not, or how far, as a sentence */
  text_reason: string;
  /** Media type, as found by looking at the content */
  type: string;
  uploaded_at: string;
  uploaded_by: string;
  uploaded_by_name: string;
  version: number;
}

export interface ReviewFilePage {
  items: ReviewFile[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface Risk {
  /** The last day of the acceptance, or empty */
  accepted_until: string;
  /** Tasks about it that were not cancelled */
  actions: number;
  category: string;
  /** Linked controls that apply */
  controls: number;
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  description: string;
  /** Of these, the ones that are done */
  done: number;
  /** The last day on which the treatment is not late, or empty */
  due_on: string;
  /** Of these, the effective ones */
  effective: number;
  /** What it costs in an average year as it is today, in minor units of loss_currency; 0 for one that nobody has said in money */
  expected_loss: number;
  id: string;
  /** Before anything is done about it */
  inherent: Point;
  inherent_level: "critical" | "high" | "medium" | "low" | "unscored";
  /** The band of the score */
  level: "critical" | "high" | "medium" | "low" | "unscored";
  /** Empty for one that nobody has said in money */
  loss_currency: string;
  overdue: boolean;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** How it is treated; single actions are tasks about it */
  plan: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** As it is today */
  residual: Point;
  /** When it is looked at again, or empty */
  review_on: string;
  /** Residual where that is known, else inherent; 0 for neither */
  score: number;
  /** As of today: an acceptance that has run out is open. Accepting a risk is an operation of its own */
  status: "open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed";
  tags: RecordTag[];
  /** Where it shall come to */
  target: Point;
  target_level: "critical" | "high" | "medium" | "low" | "unscored";
  title: string;
  treatment: "" | "mitigate" | "accept" | "transfer" | "avoid";
  updated_at: string;
  version: number;
}

export interface RiskAcceptBody {
  /** Why it may stay as it is; auditors read it */
  reason: string;
  /** The last day of the acceptance, two years from now at most */
  until: string;
}

export interface RiskAppetite {
  /** In minor units; 0 while nobody has said */
  amount: number;
  /** That of the organisation */
  currency: string;
  /** How many digits of an amount stand behind the point */
  digits: number;
  version: number;
}

export interface RiskBulkBody {
  set: RiskSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: RiskFilter;
}

export interface RiskCell {
  count: number;
  /** 1 negligible to 5 severe; 0 while nobody has said */
  impact: number;
  level: "critical" | "high" | "medium" | "low";
  /** 1 rare to 5 almost certain; 0 while nobody has said */
  likelihood: number;
}

export interface RiskChange {
  category?: string;
  description?: string;
  /** The last day on which the treatment is not late, or empty */
  due_on?: string;
  /** Before anything is done about it */
  inherent?: Point;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** How it is treated; single actions are tasks about it */
  plan?: string;
  /** As it is today */
  residual?: Point;
  /** When it is looked at again, or empty */
  review_on?: string;
  /** As of today: an acceptance that has run out is open. Accepting a risk is an operation of its own */
  status?: "open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed";
  /** Where it shall come to */
  target?: Point;
  title?: string;
  treatment?: "" | "mitigate" | "accept" | "transfer" | "avoid";
}

export interface RiskControl {
  effective: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven";
  id: string;
  ref: string;
  title: string;
}

export interface RiskDetail {
  accepted_at: string;
  /** The name of who accepted it */
  accepted_by: string;
  accepted_reason: string;
  /** The last day of the acceptance, or empty */
  accepted_until: string;
  /** Tasks about it that were not cancelled */
  actions: number;
  category: string;
  /** Linked controls that apply */
  controls: number;
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  description: string;
  /** Of these, the ones that are done */
  done: number;
  /** The last day on which the treatment is not late, or empty */
  due_on: string;
  /** Of these, the effective ones */
  effective: number;
  /** What it costs in an average year as it is today, in minor units of loss_currency; 0 for one that nobody has said in money */
  expected_loss: number;
  id: string;
  /** Before anything is done about it */
  inherent: Point;
  inherent_level: "critical" | "high" | "medium" | "low" | "unscored";
  /** The band of the score */
  level: "critical" | "high" | "medium" | "low" | "unscored";
  /** The controls that mitigate it */
  linked: RiskControl[];
  /** Empty for one that nobody has said in money */
  loss_currency: string;
  overdue: boolean;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** How it is treated; single actions are tasks about it */
  plan: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** As it is today */
  residual: Point;
  /** When it is looked at again, or empty */
  review_on: string;
  scale: RiskScale;
  /** Residual where that is known, else inherent; 0 for neither */
  score: number;
  /** Every change of a score, the oldest first */
  scores: RiskScore[];
  /** Its id in the library, or empty */
  source_key: string;
  /** As of today: an acceptance that has run out is open. Accepting a risk is an operation of its own */
  status: "open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed";
  /** What these make of the risk */
  suggestion: RiskSuggestion;
  tags: RecordTag[];
  /** Where it shall come to */
  target: Point;
  target_level: "critical" | "high" | "medium" | "low" | "unscored";
  title: string;
  treatment: "" | "mitigate" | "accept" | "transfer" | "avoid";
  updated_at: string;
  version: number;
}

export interface RiskDraft {
  title: string;
  category?: string;
  description?: string;
  /** The last day on which the treatment is not late, or empty */
  due_on?: string;
  /** Before anything is done about it */
  inherent?: Point;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** How it is treated; single actions are tasks about it */
  plan?: string;
  /** As it is today */
  residual?: Point;
  /** When it is looked at again, or empty */
  review_on?: string;
  /** As of today: an acceptance that has run out is open. Accepting a risk is an operation of its own */
  status?: "open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed";
  /** Where it shall come to */
  target?: Point;
  treatment?: "" | "mitigate" | "accept" | "transfer" | "avoid";
}

export interface RiskFigures {
  /** What the level of a risk is, to show beside it */
  defined: string;
  /** Of these, how many there are of each level */
  levels: { [name: string]: number };
  /** Where the risks that are not closed stand */
  maps: RiskMaps;
  overdue: number;
  scale: RiskScale;
  /** All risks by status */
  statuses: { [name: string]: number };
  /** Risks that are not closed */
  total: number;
  /** The last thirteen weeks and today, the oldest first */
  weeks: RiskWeek[];
}

export interface RiskFilter {
  /** A category, or none */
  category?: string;
  /** Id of a control that mitigates it */
  control?: string;
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** A row of the map */
  impact?: number;
  level?: ("critical" | "high" | "medium" | "low" | "unscored")[];
  /** A column of the map */
  likelihood?: number;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Which map likelihood and impact are of; residual, else inherent, unless given */
  of?: "inherent" | "residual" | "target";
  /** Only those whose day has passed */
  overdue?: boolean;
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  status?: ("open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed")[];
  /** Ids of tags, any of them; or none */
  tag?: string[];
  treatment?: ("mitigate" | "accept" | "transfer" | "avoid")[];
}

export interface RiskIdea {
  category: string;
  /** The common controls that mitigate it, by their references */
  controls: string[];
  inherent: Point;
  key: string;
  level: "critical" | "high" | "medium" | "low";
  /** Id of the risk that was made of it, or empty */
  picked: string;
  /** How it is usually treated */
  plan: string;
  score: number;
  title: string;
  treatment: "mitigate" | "accept" | "transfer" | "avoid";
}

export interface RiskLibrary {
  items: RiskIdea[];
}

export interface RiskLoss {
  appetite: RiskAppetite;
  /** Of the amounts, by ISO 4217 */
  currency: string;
  /** How likely a year costs more than an amount, the smallest amount first */
  curve: LossPoint[];
  /** How many digits of an amount stand behind the point */
  digits: number;
  figures: LossStates;
  /** How the figures are made, for the hover */
  how: string;
  /** Whether the risk is said in money at all */
  said: boolean;
  /** That of the risk */
  version: number;
  /** Before anything is done; absent while nobody has said */
  inherent?: LossSaid;
  /** As it is today; absent while nobody has said */
  residual?: LossSaid;
}

export interface RiskMaps {
  inherent: RiskCell[];
  residual: RiskCell[];
  target: RiskCell[];
}

export interface RiskPage {
  items: Risk[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface RiskPickBody {
  /** Keys of the library */
  keys: string[];
}

export interface RiskPicked {
  /** The new risks */
  ids: string[];
  /** How many were here already */
  skipped: number;
}

export interface RiskPortfolio {
  appetite: RiskAppetite;
  currency: string;
  curve: LossPoint[];
  digits: number;
  /** Inherent: as if nothing were done. Residual: as it is today. A risk of which one state is known counts with it in both */
  figures: LossStates;
  /** Of the unsaid, those whose amounts are in another currency than the organisation's */
  foreign: number;
  /** How the figures are made, for the hover */
  how: string;
  /** Risks that are not closed and said in money: the figures are theirs */
  said: number;
  /** Risks that are not closed and not said in money: they are not in the figures */
  unsaid: number;
}

export interface RiskScale {
  /** Critical from this score on */
  critical: number;
  /** High from this score on */
  high: number;
  /** Medium from this score on; what is lower is low */
  medium: number;
  version: number;
}

export interface RiskScore {
  at: string;
  /** The name of who scored it */
  by: string;
  inherent: Point;
  residual: Point;
  target: Point;
}

export interface RiskSet {
  /** Names */
  add_tags?: string[];
  category?: string;
  /** The last day on which the treatment is not late, or empty */
  due_on?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** Ids */
  remove_tags?: string[];
  /** When it is looked at again, or empty */
  review_on?: string;
  /** As of today: an acceptance that has run out is open. Accepting a risk is an operation of its own */
  status?: "open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed";
  treatment?: "" | "mitigate" | "accept" | "transfer" | "avoid";
}

export interface RiskSuggestion {
  /** Linked controls that apply */
  controls: number;
  /** Linked controls that are effective */
  effective: number;
  /** 1 negligible to 5 severe; 0 while nobody has said */
  impact: number;
  /** 1 rare to 5 almost certain; 0 while nobody has said */
  likelihood: number;
  /** How the suggestion is made, for the hover */
  reason: string;
  score: number;
}

export interface RiskUpdateAppetiteBody {
  /** In minor units of the organisation's currency; 0 for none */
  amount: number;
}

export interface RiskUpdateScaleBody {
  critical?: number;
  high?: number;
  medium?: number;
}

export interface RiskWeek {
  critical: number;
  day: string;
  high: number;
  low: number;
  medium: number;
}

export interface Roadmap {
  /** Today in the organisation's time zone */
  day: string;
  /** By day, the first first; policies that are not in force and have no day come last */
  items: Planned[];
  /** How many items there are beyond these */
  more: number;
  /** How many are not in force, or do not fit any more, and have no day */
  undated: number;
}

export interface RowWords {
  body: string;
  guidance: string;
  /** Ref of the row above */
  parent: string;
  ref: string;
  title: string;
}

export interface ScopeCreateBody {
  name: string;
  description?: string;
  /** Ids of the frameworks it answers to */
  frameworks?: string[];
}

export interface ScopeUpdateBody {
  description?: string;
  /** Ids of the frameworks it answers to */
  frameworks?: string[];
  name?: string;
}

export interface Section {
  body: string;
  title: string;
}

export interface Session {
  account: AccountSignInSessionAccount;
  mfa: AccountSignInSessionMFA;
  /** The caller in this organisation's records */
  person: string;
  role: "admin" | "user" | "auditor" | "executive";
  tenant: AccountSignInSessionTenant;
  /** All organisations to switch between */
  tenants: Place[];
}

export interface SessionView {
  agent: string;
  current: boolean;
  expires_at: string;
  id: string;
  ip: string;
  seen_at: string;
  since: string;
  /** The organisation's name */
  tenant: string;
}

export interface SetEnd {
  color: string;
  /** Id, empty while it is not here */
  framework: string;
  /** How the set names it */
  key: string;
  short: string;
}

export interface Settings {
  address: string;
  /** How long sign-ins are kept */
  auth_log_days: number;
  /** As #rrggbb; empty means the product's own */
  color: string;
  contact_email: string;
  /** ISO 4217 */
  currency: string;
  industry: string;
  /** Where the logo is; empty when there is none */
  logo: string;
  name: string;
  /** The short name in addresses */
  slug: string;
  updated_at: string;
  version: number;
  website: string;
  /** IANA time zone: what today is, and when nightly work runs */
  zone: string;
}

export interface SettingsRenameBody {
  slug: string;
}

export interface SettingsSetLogoAnswer {
  logo: string;
}

export interface SettingsUpdateBody {
  address?: string;
  auth_log_days?: number;
  color?: string;
  contact_email?: string;
  currency?: string;
  industry?: string;
  name?: string;
  website?: string;
  zone?: string;
}

export interface Skip {
  id: string;
  /** What people call it */
  name: string;
  why: string;
}

export interface SnapshotFramework {
  id: string;
  name: string;
  short: string;
}

export interface SnapshotPlan {
  /** Of the files */
  bytes: number;
  controls: number;
  /** Evidence requests */
  evidence: number;
  files: number;
  /** Fingerprint of the key that signs it: auditors compare it with what the snapshot shows them */
  key: string;
  /** Of the file */
  name: string;
  /** Assessable ones */
  requirements: number;
  scope: SnapshotScope;
}

export interface SnapshotScope {
  frameworks: SnapshotFramework[];
  from: string;
  /** Its last day */
  to: string;
}

export interface Statement {
  /** How it is met */
  body: string;
  color: string;
  /** Id of its framework */
  framework: string;
  id: string;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  ref: string;
  /** Id of the requirement */
  requirement: string;
  /** Who else is responsible, in words: a team, a provider */
  responsible: string;
  short: string;
  /** Written here, or from an imported plan */
  source: "person" | "oscal";
  status: "" | "planned" | "partial" | "implemented" | "alternative" | "not_applicable";
  /** That of the requirement */
  title: string;
  updated_at: string;
  version: number;
}

export interface StatementControl {
  effective: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven";
  id: string;
  ref: string;
  title: string;
}

export interface StatementCreateBody {
  body: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  responsible?: string;
  status?: "" | "planned" | "partial" | "implemented" | "alternative" | "not_applicable";
}

export interface StatementDraft {
  body: string;
  owner: string;
  status: "" | "planned" | "partial" | "implemented" | "alternative" | "not_applicable";
}

export interface StatementOf {
  /** Put together from the controls that serve the requirement; empty when none does */
  draft: StatementDraft;
  /** Absent when nobody wrote one */
  statement?: Statement;
}

export interface StatementPage {
  items: Statement[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface StatementRow {
  applicable: boolean;
  /** Of these, with proof that has not expired */
  collected: number;
  controls: StatementControl[];
  decided: "" | "person" | "baseline";
  /** Evidence requests of these controls */
  evidence: number;
  /** The heading above it */
  group: string;
  id: string;
  /** Why it is excluded, when it is */
  justification: string;
  /** More on why it is included */
  note: string;
  /** The reasons are this row's own, not those of the whole statement */
  own: boolean;
  /** Who owns these controls */
  owners: string[];
  /** Why it is included, when it is */
  reasons: string[];
  ref: string;
  state: "met" | "attention" | "in_progress" | "not_started" | "not_applicable";
  title: string;
  /** Of the requirement */
  version: number;
}

export interface StatementRowPage {
  items: StatementRow[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface StatementUpdateBody {
  body?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  responsible?: string;
  status?: "" | "planned" | "partial" | "implemented" | "alternative" | "not_applicable";
}

export interface StatementUpdateSystemBody {
  availability?: "" | "fips-199-low" | "fips-199-moderate" | "fips-199-high";
  boundary?: string;
  confidentiality?: "" | "fips-199-low" | "fips-199-moderate" | "fips-199-high";
  description?: string;
  information?: InformationType[];
  integrity?: "" | "fips-199-low" | "fips-199-moderate" | "fips-199-high";
  name?: string;
  sensitivity?: "" | "low" | "moderate" | "high";
  status?: "" | "operational" | "under-development" | "under-major-modification" | "disposition" | "other";
  status_note?: string;
}

export interface Subprocessor {
  data: string[];
  id: string;
  location: string;
  name: string;
  purpose: string;
  /** When it was approved, an instant */
  since: string;
  website: string;
}

export interface SubprocessorPage {
  items: Subprocessor[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface SuggestedControl {
  effective: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven";
  id: string;
  ref: string;
  status: "not_started" | "in_progress" | "implemented" | "gap" | "not_applicable";
  title: string;
}

export interface SuggestedPair {
  control: string;
  requirement: string;
}

export interface Suggestion {
  control: SuggestedControl;
  dismissed: boolean;
  /** This requirement is … the one that the control serves */
  kind: "equal" | "subset" | "superset" | "intersects";
  /** From the requirement to the one that the control serves */
  path: PathStep[];
  /** Id of the requirement it is for */
  requirement: string;
  /** The path in words */
  sentence: string;
  /** 0 to 100: that of its relations, multiplied */
  strength: number;
  /** The control would meet all of it: equal or subset */
  whole: boolean;
}

export interface Suggestions {
  /** How many more somebody does not want to see */
  dismissed: number;
  /** Best first, at most fifty */
  items: Suggestion[];
}

export interface SuggestionsDone {
  done: number;
  skipped: number;
}

export interface SystemFacts {
  availability: string;
  /** What belongs to it: the authorization boundary */
  boundary: string;
  /** Impact of a loss: fips-199-low, fips-199-moderate or fips-199-high */
  confidentiality: string;
  description: string;
  id: string;
  /** The kinds of information it handles */
  information: InformationType[];
  integrity: string;
  /** What a plan cannot do without, in words; empty when it is complete */
  missing: string[];
  name: string;
  /** low, moderate or high; an imported plan may say otherwise */
  sensitivity: string;
  status: "" | "operational" | "under-development" | "under-major-modification" | "disposition" | "other";
  status_note: string;
  updated_at: string;
  /** 0 until somebody said something */
  version: number;
}

export interface TableImport {
  changed: number;
  /** Of the dry run, and then of the run */
  created: number;
  created_at: string;
  /** How far a run has come */
  done_rows: number;
  ended_at: string;
  /** Why it could not go on, in a sentence */
  failure: string;
  id: string;
  kind: "csv" | "xlsx";
  /** Of the file */
  name: string;
  person: string;
  person_name: string;
  refused: number;
  rows: number;
  same: number;
  size: number;
  state: "draft" | "checked" | "running" | "done" | "undone" | "failed" | "discarded";
  target: string;
  /** Id of the record that its rows belong to, or empty */
  under: string;
  under_name: string;
  version: number;
}

export interface TableImportDetail {
  changed: number;
  /** What parts the cells of a CSV */
  comma: string;
  /** Of the dry run, and then of the run */
  created: number;
  created_at: string;
  /** How far a run has come */
  done_rows: number;
  /** Of a CSV */
  encoding: string;
  ended_at: string;
  /** Why it could not go on, in a sentence */
  failure: string;
  id: string;
  kind: "csv" | "xlsx";
  look: ImportLook;
  /** As it was checked, or as it is proposed */
  mapping: ImportMapping;
  /** Of the file */
  name: string;
  person: string;
  person_name: string;
  refused: number;
  rows: number;
  same: number;
  size: number;
  state: "draft" | "checked" | "running" | "done" | "undone" | "failed" | "discarded";
  target: string;
  /** Id of the record that its rows belong to, or empty */
  under: string;
  under_name: string;
  /** It was run, and is small enough to be put back at once */
  undoable: boolean;
  version: number;
  /** What the dry run found; absent before it */
  report?: ImportReport;
}

export interface TableImportPage {
  items: TableImport[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface Tag {
  color: "grey" | "violet" | "green" | "blue" | "amber" | "red";
  id: string;
  /** Of these, how many of each kind */
  kinds: { [name: string]: number };
  name: string;
  /** Records that have it */
  used: number;
  version: number;
}

export interface TagCreateBody {
  /** At most 40 characters, without a comma */
  name: string;
  /** grey unless given */
  color?: "grey" | "violet" | "green" | "blue" | "amber" | "red";
}

export interface TagMergeBody {
  /** Id of the tag that stays */
  into: string;
}

export interface TagPutBody {
  /** Names of tags; those that are not there yet are made */
  add?: string[];
  /** Ids of tags */
  remove?: string[];
}

export interface TagUpdateBody {
  color?: "grey" | "violet" | "green" | "blue" | "amber" | "red";
  name?: string;
}

export interface Tags {
  items: Tag[];
}

export interface Task {
  /** How near that day is; empty when the task has ended */
  bucket: "" | "overdue" | "today" | "7" | "30" | "later" | "none";
  created_at: string;
  /** Id of a person, empty for the system */
  created_by: string;
  creator_name: string;
  description: string;
  /** The last day on which it is not late, or empty */
  due_on: string;
  ended_at: string;
  /** Id of a person, empty for the system */
  ended_by: string;
  ender_name: string;
  id: string;
  /** What kind of record it is about, empty for none */
  kind: string;
  /** How it ended, in a sentence */
  outcome: string;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** Id of the record it is about */
  record: string;
  /** person, or the part of the program that asked */
  source: string;
  status: "open" | "in_progress" | "done" | "cancelled";
  title: string;
  updated_at: string;
  version: number;
  /** That record, while it is there */
  about?: Line;
}

export interface TaskAssignBody {
  /** Id of a person, empty for nobody */
  owner: string;
}

export interface TaskBulk {
  skipped: TaskSkip[];
  updated: number;
}

export interface TaskBulkBody {
  set: TaskSet;
  /** With match: these tasks stay as they are */
  except?: string[];
  /** The tasks to change */
  ids?: string[];
  /** Or: every task that this filter finds */
  match?: TaskFilter;
}

export interface TaskCancelBody {
  /** How it ended, in a sentence */
  outcome?: string;
}

export interface TaskCreateBody {
  title: string;
  description?: string;
  /** The last day on which it is not late */
  due_on?: string;
  /** What kind of record it is about */
  kind?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** Id of that record */
  record?: string;
}

export interface TaskDoneBody {
  /** How it ended, in a sentence */
  outcome?: string;
}

export interface TaskFilter {
  /** How near the day is, of what has not ended */
  due?: ("overdue" | "today" | "7" | "30" | "later" | "none")[];
  /** What kind of record it is about, or none */
  kind?: string;
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  /** Id of the record it is about */
  record?: string;
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  /** person, or the part of the program that asked */
  source?: string;
  status?: ("open" | "in_progress" | "done" | "cancelled")[];
}

export interface TaskPage {
  items: Task[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface TaskSet {
  /** A date; empty for none */
  due_on?: string;
  /** Id of a person; empty for nobody */
  owner?: string;
  status?: "open" | "in_progress" | "done" | "cancelled";
}

export interface TaskSkip {
  id: string;
  title: string;
  why: string;
}

export interface TaskUpdateBody {
  description?: string;
  /** The last day on which it is not late; empty for none */
  due_on?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  title?: string;
}

export interface Template {
  /** People are usually asked to acknowledge it */
  acknowledge: boolean;
  /** Refs of the common controls that it governs */
  controls: string[];
  /** Keys of the built-in frameworks that ask for it */
  frameworks: string[];
  key: string;
  /** Who usually owns it, in words */
  owner_role: string;
  /** Id of the policy that was made from it, or empty */
  policy: string;
  purpose: string;
  /** Its words, with the organisation's name in them */
  sections: Section[];
  title: string;
  /** One of the frameworks that are turned on asks for it */
  wanted: boolean;
}

export interface TemplateList {
  items: Template[];
}

export interface TokenView {
  created_at: string;
  expired: boolean;
  expires_on: string;
  id: string;
  /** To the minute; empty when it never was */
  last_used_at: string;
  name: string;
  /** The most it may do; never more than its owner may */
  role: "admin" | "user" | "auditor" | "executive";
}

export interface TotpStart {
  /** The address as a picture, a data URL */
  qr: string;
  /** For typing into an app without a camera */
  secret: string;
  /** otpauth address */
  url: string;
}

export interface Trash {
  /** How long a deletion can be taken back */
  days: number;
  items: Rested[];
  limit: number;
  page: number;
  /** Deletions on all pages together */
  total: number;
}

export interface TrendLine {
  color: string;
  /** The framework's; empty for the whole program */
  key: string;
  /** Basis points */
  progress: (number | null)[];
  /** Basis points */
  readiness: (number | null)[];
  short: string;
}

export interface UndoPreview {
  action: string;
  actor: AuditActor;
  at: string;
  /** What would change, from how it is to how it was: the first fifty rows */
  changes: AuditChange[];
  /** Changed rows by table */
  counts: AuditCount[];
  /** How many of its rows something later depends on */
  in_the_way: number;
  kind: "change" | "event";
  /** How many would stay then: those, and what belongs to them */
  left: number;
  log: "tenant" | "installation";
  /** All of it can be undone */
  possible: boolean;
  /** How many rows would be put back, when those in the way are left */
  rows: number;
  /** Number of the record in its log */
  seq: number;
  /** What was done, for a person: follows the actor's name */
  summary: string;
  /** What is in the way, the first fifty */
  why: Hurdle[];
  /** What set it off */
  cause?: string;
  /** The reason a person gave */
  note?: string;
  request?: string;
}

export interface Undone {
  /** How many were left as they are, because something later depends on them */
  left: number;
  /** How many rows were put back */
  rows: number;
  /** The record that was undone */
  seq: number;
  /** What was in the way of those, the first fifty */
  why: Hurdle[];
}

export interface Vendor {
  /** The day of the last assessment, from which the clock runs. Concluding one sets it; one from elsewhere can be brought along */
  assessed_on: string;
  /** Id of the last assessment that was concluded, or empty */
  assessment: string;
  /** The worst state of its attestations */
  attested: "unasked" | "valid" | "expiring" | "missing" | "expired";
  /** Of spending */
  category: string;
  /** The highest class of that data; who sees restricted data is never below high */
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  contact_email: string;
  contact_name: string;
  /** A contract has to be decided on: the last day to give notice is near, or it renewed by itself */
  contract_due: boolean;
  /** The last day of the contract that ends last, or empty */
  contract_end: string;
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** What they see of our data */
  data: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[];
  description: string;
  /** Id of the assessment that is under way, or empty */
  draft: string;
  id: string;
  /** Whether legal has to look at it before it is approved, and has */
  legal_review: "not_needed" | "needed" | "done";
  /** Where, for the list of sub-processors */
  location: string;
  name: string;
  /** The last assessment and 6, 12, 24 or 36 months, by tier; empty while there was none */
  next_review_on: string;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** What for, for the list of sub-processors */
  purpose: string;
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** Where it stands on its clock today */
  review: "never" | "current" | "due_soon" | "overdue" | "closed";
  /** How likely it is that they fail us, and how bad. Once assessed here, only an assessment changes it */
  risk: Point;
  /** Likelihood times impact, 1 to 25; 0 while nobody has said */
  score: number;
  /** What they do for us */
  service: string;
  /** Approving and rejecting are operations of their own */
  status: "requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded";
  /** A sub-processor: works with data that our customers gave us */
  subservice: boolean;
  tags: RecordTag[];
  /** The level of the score on the scale of the risks; never below high where restricted data is seen */
  tier: "critical" | "high" | "medium" | "low" | "unscored";
  type: "" | "software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other";
  updated_at: string;
  version: number;
  website: string;
}

export interface VendorAnswer {
  /** The options that call for a second look */
  adverse: string[];
  /** The chosen options, or one text; empty while nobody has answered */
  answer: string[];
  answered_at: string;
  /** The name of who wrote it down */
  answered_by: string;
  detail: string;
  flagged: boolean;
  /** For who reviews it */
  hint: string;
  id: string;
  /** Its id in the catalog */
  key: string;
  mark: "" | "accepted" | "follow_up";
  /** Of who reviewed it */
  note: string;
  options: string[];
  /** What to ask for beside the answer */
  proof: string;
  question: string;
  reviewed_at: string;
  /** The name of who marked it */
  reviewed_by: string;
  section: string;
  type: "single" | "single_with_text" | "multiple" | "text";
  version: number;
}

export interface VendorAnswerBody {
  /** The chosen options, or one text; empty takes it back */
  answer?: string[];
  detail?: string;
  mark?: "" | "accepted" | "follow_up";
  note?: string;
}

export interface VendorAskBody {
  /** 1 all questions, 2 most, 3 the shortest; by the vendor's tier unless given */
  depth?: number;
  due_on?: string;
}

export interface VendorAsked {
  answered: number;
  answers: VendorAnswer[];
  /** answered of questions in basis points, rounded down */
  complete: number;
  /** How the score is made, to show beside it */
  defined: string;
  /** 1 all questions, 2 most, 3 the shortest */
  depth: number;
  due_on: string;
  /** Answers that call for a second look: adverse ones that nobody accepted, and those marked for follow-up */
  flagged: number;
  id: string;
  opened_at: string;
  /** The name of who put the questions */
  opened_by: string;
  questions: number;
  /** Answers that are well, of those that can be judged, in basis points; null while there is none */
  score: number | null;
  title: string;
  vendor: string;
  version: number;
}

export interface VendorAssessment {
  concluded_at: string;
  /** The name of who concluded it */
  concluded_by: string;
  concluded_on: string;
  conclusion: string;
  decision: "" | "approved" | "rejected";
  id: string;
  impact: number;
  likelihood: number;
  /** Of a draft: as it would be if it were concluded today */
  next_review_on: string;
  /** Of the due diligence */
  notes: string;
  /** 1, 2, ... of this vendor */
  number: number;
  /** Of a draft: as it would be */
  score: number;
  started_at: string;
  /** The name of who began it */
  started_by: string;
  status: "draft" | "concluded";
  /** Of five, to which the draft has come */
  step: number;
  tier: "critical" | "high" | "medium" | "low" | "unscored";
  vendor: string;
  version: number;
}

export interface VendorAssessmentDetail {
  concluded_at: string;
  /** The name of who concluded it */
  concluded_by: string;
  concluded_on: string;
  conclusion: string;
  decision: "" | "approved" | "rejected";
  /** Of a draft as they are today, else as they were */
  facts: VendorFacts;
  id: string;
  impact: number;
  likelihood: number;
  /** Of a draft: as it would be if it were concluded today */
  next_review_on: string;
  /** Of the due diligence */
  notes: string;
  /** 1, 2, ... of this vendor */
  number: number;
  /** Of a draft: as it would be */
  score: number;
  started_at: string;
  /** The name of who began it */
  started_by: string;
  status: "draft" | "concluded";
  /** Of five, to which the draft has come */
  step: number;
  tier: "critical" | "high" | "medium" | "low" | "unscored";
  vendor: string;
  version: number;
}

export interface VendorAttestation {
  /** Id of a file of the vendor; without one it is missing */
  attachment: string;
  /** Until when a letter covers the time to the next report */
  bridge_until: string;
  /** What its auditors noted, and what that means here */
  exceptions: string;
  /** Unless given: 12 months after the period or the issue, of an ISO certificate 36, of HITRUST 24; agreements have none */
  expires_on: string;
  /** Name of the file, or empty */
  file: string;
  /** Its media type */
  file_type: string;
  id: string;
  issued_on: string;
  /** Id of the record it belongs to */
  of: string;
  period_end: string;
  period_start: string;
  state: "valid" | "expiring" | "missing" | "expired";
  /** What it is called, where its type does not say all */
  title: string;
  type: "soc2_type1" | "soc2_type2" | "soc3" | "iso27001" | "iso42001" | "hitrust" | "pci_dss" | "penetration_test" | "baa" | "dpa" | "insurance" | "other";
  updated_at: string;
  version: number;
}

export interface VendorAttestationChange {
  /** Id of a file of the vendor; without one it is missing */
  attachment?: string;
  /** Until when a letter covers the time to the next report */
  bridge_until?: string;
  /** What its auditors noted, and what that means here */
  exceptions?: string;
  /** Unless given: 12 months after the period or the issue, of an ISO certificate 36, of HITRUST 24; agreements have none */
  expires_on?: string;
  issued_on?: string;
  period_end?: string;
  period_start?: string;
  /** What it is called, where its type does not say all */
  title?: string;
  type?: "soc2_type1" | "soc2_type2" | "soc3" | "iso27001" | "iso42001" | "hitrust" | "pci_dss" | "penetration_test" | "baa" | "dpa" | "insurance" | "other";
}

export interface VendorAttestationDraft {
  type: "soc2_type1" | "soc2_type2" | "soc3" | "iso27001" | "iso42001" | "hitrust" | "pci_dss" | "penetration_test" | "baa" | "dpa" | "insurance" | "other";
  /** Id of a file of the vendor; without one it is missing */
  attachment?: string;
  /** Until when a letter covers the time to the next report */
  bridge_until?: string;
  /** What its auditors noted, and what that means here */
  exceptions?: string;
  /** Unless given: 12 months after the period or the issue, of an ISO certificate 36, of HITRUST 24; agreements have none */
  expires_on?: string;
  issued_on?: string;
  period_end?: string;
  period_start?: string;
  /** What it is called, where its type does not say all */
  title?: string;
}

export interface VendorBulkBody {
  set: VendorSet;
  /** With match: these records stay as they are */
  except?: string[];
  /** The records to change */
  ids?: string[];
  /** Or: every record that this filter finds */
  match?: VendorFilter;
}

export interface VendorChange {
  /** The day of the last assessment, from which the clock runs. Concluding one sets it; one from elsewhere can be brought along */
  assessed_on?: string;
  /** Of spending */
  category?: string;
  /** The highest class of that data; who sees restricted data is never below high */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  contact_email?: string;
  contact_name?: string;
  /** What they see of our data */
  data?: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[];
  description?: string;
  /** Whether legal has to look at it before it is approved, and has */
  legal_review?: "not_needed" | "needed" | "done";
  /** Where, for the list of sub-processors */
  location?: string;
  name?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** What for, for the list of sub-processors */
  purpose?: string;
  /** How likely it is that they fail us, and how bad. Once assessed here, only an assessment changes it */
  risk?: Point;
  /** What they do for us */
  service?: string;
  /** Approving and rejecting are operations of their own */
  status?: "requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded";
  /** A sub-processor: works with data that our customers gave us */
  subservice?: boolean;
  type?: "" | "software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other";
  website?: string;
}

export interface VendorConcludeBody {
  /** What was found, and why it was decided so */
  conclusion?: string;
  /** Of an administrator; without one the vendor's status stays */
  decision?: "approved" | "rejected";
}

export interface VendorContract {
  /** A year, in minor units of the currency; 0 while nobody has said */
  amount: number;
  /** Id of a file of the vendor */
  attachment: string;
  /** ISO 4217; the organisation's unless given */
  currency: string;
  /** Empty for one without an end */
  ends_on: string;
  /** Name of the file, or empty */
  file: string;
  id: string;
  note: string;
  /** The last day to give notice, or empty */
  notice_by: string;
  /** So many days before the end is the last to give notice */
  notice_days: number;
  /** As the vendor calls it */
  number: string;
  /** Id of the record it belongs to */
  of: string;
  owner: string;
  owner_name: string;
  /** By itself, unless notice is given */
  renews: boolean;
  starts_on: string;
  state: "upcoming" | "in_force" | "decide" | "renewing" | "ending" | "renewed" | "over";
  title: string;
  updated_at: string;
  version: number;
}

export interface VendorContractChange {
  /** A year, in minor units of the currency; 0 while nobody has said */
  amount?: number;
  /** Id of a file of the vendor */
  attachment?: string;
  /** ISO 4217; the organisation's unless given */
  currency?: string;
  /** Empty for one without an end */
  ends_on?: string;
  note?: string;
  /** So many days before the end is the last to give notice */
  notice_days?: number;
  /** As the vendor calls it */
  number?: string;
  owner?: string;
  /** By itself, unless notice is given */
  renews?: boolean;
  starts_on?: string;
  title?: string;
}

export interface VendorContractDraft {
  title: string;
  /** A year, in minor units of the currency; 0 while nobody has said */
  amount?: number;
  /** Id of a file of the vendor */
  attachment?: string;
  /** ISO 4217; the organisation's unless given */
  currency?: string;
  /** Empty for one without an end */
  ends_on?: string;
  note?: string;
  /** So many days before the end is the last to give notice */
  notice_days?: number;
  /** As the vendor calls it */
  number?: string;
  owner?: string;
  /** By itself, unless notice is given */
  renews?: boolean;
  starts_on?: string;
}

export interface VendorDecideBody {
  decision: "approved" | "rejected";
  /** Auditors read it */
  reason: string;
}

export interface VendorDetail {
  /** The day of the last assessment, from which the clock runs. Concluding one sets it; one from elsewhere can be brought along */
  assessed_on: string;
  /** Id of the last assessment that was concluded, or empty */
  assessment: string;
  /** Newest first */
  assessments: VendorAssessment[];
  attestations: VendorAttestation[];
  /** The worst state of its attestations */
  attested: "unasked" | "valid" | "expiring" | "missing" | "expired";
  /** Months from one review to the next, by its tier; 0 while that is not known */
  cadence: number;
  /** Of spending */
  category: string;
  /** The highest class of that data; who sees restricted data is never below high */
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  contact_email: string;
  contact_name: string;
  /** A contract has to be decided on: the last day to give notice is near, or it renewed by itself */
  contract_due: boolean;
  /** The last day of the contract that ends last, or empty */
  contract_end: string;
  contracts: VendorContract[];
  created_at: string;
  /** Values of custom fields by key */
  custom: { [name: string]: unknown };
  /** What they see of our data */
  data: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[];
  /** When it was last approved or rejected, or empty */
  decided_at: string;
  /** The name of who did */
  decided_by: string;
  decision_reason: string;
  /** How tier and clock are made, to show beside them */
  defined: string;
  description: string;
  /** Id of the assessment that is under way, or empty */
  draft: string;
  /** All files of the vendor, newest first */
  files: Attachment[];
  id: string;
  /** Whether legal has to look at it before it is approved, and has */
  legal_review: "not_needed" | "needed" | "done";
  /** Where, for the list of sub-processors */
  location: string;
  name: string;
  /** The last assessment and 6, 12, 24 or 36 months, by tier; empty while there was none */
  next_review_on: string;
  /** Id of a person, empty for nobody */
  owner: string;
  owner_name: string;
  /** What for, for the list of sub-processors */
  purpose: string;
  /** Newest first */
  questionnaires: VendorQuestionnaire[];
  /** As people write it: RSK-0001; never given twice */
  ref: string;
  /** Where it stands on its clock today */
  review: "never" | "current" | "due_soon" | "overdue" | "closed";
  /** How likely it is that they fail us, and how bad. Once assessed here, only an assessment changes it */
  risk: Point;
  /** Likelihood times impact, 1 to 25; 0 while nobody has said */
  score: number;
  /** What they do for us */
  service: string;
  /** Approving and rejecting are operations of their own */
  status: "requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded";
  /** A sub-processor: works with data that our customers gave us */
  subservice: boolean;
  tags: RecordTag[];
  /** The level of the score on the scale of the risks; never below high where restricted data is seen */
  tier: "critical" | "high" | "medium" | "low" | "unscored";
  type: "" | "software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other";
  updated_at: string;
  version: number;
  website: string;
}

export interface VendorDraft {
  name: string;
  /** The day of the last assessment, from which the clock runs. Concluding one sets it; one from elsewhere can be brought along */
  assessed_on?: string;
  /** Of spending */
  category?: string;
  /** The highest class of that data; who sees restricted data is never below high */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  contact_email?: string;
  contact_name?: string;
  /** What they see of our data */
  data?: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[];
  description?: string;
  /** Whether legal has to look at it before it is approved, and has */
  legal_review?: "not_needed" | "needed" | "done";
  /** Where, for the list of sub-processors */
  location?: string;
  /** Id of a person, empty for nobody */
  owner?: string;
  /** What for, for the list of sub-processors */
  purpose?: string;
  /** How likely it is that they fail us, and how bad. Once assessed here, only an assessment changes it */
  risk?: Point;
  /** What they do for us */
  service?: string;
  /** Approving and rejecting are operations of their own */
  status?: "requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded";
  /** A sub-processor: works with data that our customers gave us */
  subservice?: boolean;
  type?: "" | "software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other";
  website?: string;
}

export interface VendorFacts {
  attestations: VendorProof[];
  classification: "" | "public" | "internal" | "confidential" | "restricted";
  data: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[];
  legal_review: "not_needed" | "needed" | "done";
  location: string;
  name: string;
  owner_name: string;
  purpose: string;
  /** The last one, if there is any */
  questionnaires: VendorAsked[];
  /** The scale of that day */
  scale: RiskScale;
  service: string;
  subservice: boolean;
}

export interface VendorFigures {
  /** Of these, by the worst state of their attestations */
  attested: { [name: string]: number };
  /** Of these, by the highest class of data they see; empty while nobody has said */
  classifications: { [name: string]: number };
  /** Of these, with a contract that has to be decided on */
  contracts_due: number;
  /** What the tier of a vendor is, to show beside it */
  defined: string;
  /** Of these, how bad it would be if they failed us: how many nobody has said it of, then of each step from 1 to 5 */
  impacts: number[];
  /** Of these, where they stand on their clocks */
  reviews: { [name: string]: number };
  /** All vendors by status */
  statuses: { [name: string]: number };
  /** Of these, sub-processors */
  subservice: number;
  /** Of these, how many there are of each tier */
  tiers: { [name: string]: number };
  /** Vendors that are neither rejected nor offboarded */
  total: number;
}

export interface VendorFilter {
  /** The worst state of its attestations */
  attested?: ("unasked" | "valid" | "expiring" | "missing" | "expired")[];
  /** A category of spending, or none */
  category?: string;
  classification?: ("public" | "internal" | "confidential" | "restricted")[];
  /** Only those with a contract that has to be decided on */
  contract_due?: boolean;
  /** Any of these */
  data?: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[];
  /** Custom fields as key:value; key: alone asks for an empty one */
  field?: string[];
  /** How bad it would be if they failed us */
  impact?: number;
  legal_review?: ("not_needed" | "needed" | "done")[];
  /** Rows on a page; 50 unless given */
  limit?: number;
  /** Id of a person, me, or none */
  owner?: string;
  /** Which page, from 1 */
  page?: number;
  /** Words that must all occur */
  q?: string;
  review?: ("never" | "current" | "due_soon" | "overdue" | "closed")[];
  /** Column to sort by; a leading - sorts downwards */
  sort?: string;
  status?: ("requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded")[];
  /** Only sub-processors */
  subservice?: boolean;
  /** Ids of tags, any of them; or none */
  tag?: string[];
  tier?: ("critical" | "high" | "medium" | "low" | "unscored")[];
  type?: ("software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other")[];
}

export interface VendorPage {
  items: Vendor[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export interface VendorProof {
  exceptions: string;
  expires_on: string;
  file: string;
  /** Of the file, so that it can be told from another */
  sha256: string;
  state: "valid" | "expiring" | "missing" | "expired";
  title: string;
  type: "soc2_type1" | "soc2_type2" | "soc3" | "iso27001" | "iso42001" | "hitrust" | "pci_dss" | "penetration_test" | "baa" | "dpa" | "insurance" | "other";
}

export interface VendorQuestionnaire {
  answered: number;
  /** answered of questions in basis points, rounded down */
  complete: number;
  /** 1 all questions, 2 most, 3 the shortest */
  depth: number;
  due_on: string;
  /** Answers that call for a second look: adverse ones that nobody accepted, and those marked for follow-up */
  flagged: number;
  id: string;
  opened_at: string;
  /** The name of who put the questions */
  opened_by: string;
  questions: number;
  /** Answers that are well, of those that can be judged, in basis points; null while there is none */
  score: number | null;
  title: string;
  vendor: string;
  version: number;
}

export interface VendorSaveAssessmentBody {
  conclusion?: string;
  impact?: number;
  likelihood?: number;
  notes?: string;
  step?: number;
}

export interface VendorSet {
  /** Names */
  add_tags?: string[];
  /** Of spending */
  category?: string;
  /** The highest class of that data; who sees restricted data is never below high */
  classification?: "" | "public" | "internal" | "confidential" | "restricted";
  /** Whether legal has to look at it before it is approved, and has */
  legal_review?: "not_needed" | "needed" | "done";
  /** Id of a person, empty for nobody */
  owner?: string;
  /** Ids */
  remove_tags?: string[];
  /** Approving and rejecting are operations of their own */
  status?: "requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded";
  /** A sub-processor: works with data that our customers gave us */
  subservice?: boolean;
  type?: "" | "software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other";
}

export interface VersionDetail {
  /** All decisions that were ever made about it, oldest first */
  approvals: PolicyApproval[];
  /** In the order in which they are listed */
  approvers: Approver[];
  /** Id of who wrote the content as it is */
  author: string;
  author_name: string;
  change_summary: string;
  /** A TipTap document; empty when the version is an uploaded document or has no words yet */
  content: { [name: string]: unknown };
  /** SHA-256 of the content or document: what approvals count for */
  digest: string;
  id: string;
  /** Of the document, when it is one */
  name: string;
  /** 1.0, 1.1, 2.0 */
  number: string;
  policy: string;
  published_at: string;
  published_on: string;
  publisher_name: string;
  ratified_at: string;
  /** Of the policy */
  ref: string;
  size: number;
  state: "draft" | "in_review" | "ratified" | "published";
  submitted_at: string;
  /** Its words, a block a line; of a document, those that were read in it so far */
  text: string;
  title: string;
  type: string;
  updated_at: string;
  version: number;
}

export interface View {
  /** The columns that are shown; empty for those that everybody sees */
  columns: string[];
  compact: boolean;
  /** The list opens with it for the caller */
  default: boolean;
  id: string;
  /** control, evidence ... */
  list: string;
  name: string;
  /** Id of a person */
  owner: string;
  owner_name: string;
  /** JSON object: the words of the list's address, filter and sort */
  search: string;
  shared: boolean;
  version: number;
}

export interface ViewCreateBody {
  /** control, evidence ... */
  list: string;
  name: string;
  columns?: string[];
  compact?: boolean;
  /** JSON object of texts, numbers, true, and lists of texts */
  search?: string;
  shared?: boolean;
}

export interface ViewSetDefaultBody {
  list: string;
  /** Id of a view; empty for the list as it comes */
  view: string;
}

export interface ViewUpdateBody {
  columns?: string[];
  compact?: boolean;
  name?: string;
  search?: string;
  shared?: boolean;
}

export interface Views {
  items: View[];
}

export interface Visited {
  /** The browser or program */
  agent: string;
  at: string;
  /** wrong_password, waiting, wrong_code, ... */
  detail: string;
  /** As it was typed, when nobody with this address is known */
  email: string;
  /** sign_in, sign_out, password_changed, ... */
  event: string;
  id: string;
  ip: string;
  outcome: "ok" | "refused";
  account?: string;
}

export interface VisitedPage {
  items: Visited[];
  limit: number;
  page: number;
  /** Rows on all pages together */
  total: number;
}

export const dashboard = {
  /** How ready the organisation is, what is due, and what happened */
  get: (query: { scope?: string } = {}) => call<Dashboard>("GET", "/api/v1/dashboard", { query }),
  /** Readiness by framework, product, family or owner, today and week by week */
  readiness: (query: { by?: "framework" | "product" | "family" | "owner"; scope?: string } = {}) => call<ReadinessFigures>("GET", "/api/v1/readiness", { query }),
  /** Export as CSV or XLSX: readiness today, by framework, product, family or owner */
  readiness_export: (query: { by?: "framework" | "product" | "family" | "owner"; scope?: string; format?: "csv" | "xlsx"; columns?: ("name" | "requirements" | "met" | "attention" | "in_progress" | "not_started" | "not_applicable" | "met" | "controls" | "effective" | "effective" | "need_attention" | "with_evidence_requests" | "coverage" | "readiness")[] } = {}) => href("/api/v1/readiness/export", { query }),
  /** Export as CSV or XLSX: how readiness moved, week by week */
  readiness_weeks_export: (query: { by?: "framework" | "product" | "family" | "owner"; scope?: string; format?: "csv" | "xlsx"; columns?: ("day" | "name" | "met" | "effective" | "readiness")[] } = {}) => href("/api/v1/readiness/weeks/export", { query }),
};

export const mywork = {
  /** What waits for the caller, the most urgent first; for an executive, the policies they are asked about */
  get: () => call<Mine>("GET", "/api/v1/work", { present: true }),
};

export const framework = {
  /** The frameworks that are on, with their readiness */
  list: (query: { archived?: boolean; scope?: string } = {}) => call<Frameworks>("GET", "/api/v1/frameworks", { query }),
  /** The frameworks that come with the program, and how much of each is satisfied already */
  library: () => call<Library>("GET", "/api/v1/frameworks/library"),
  /** One framework with its readiness and the report of its import */
  get: ({ id }: { id: string }) => call<FrameworkDetail>("GET", "/api/v1/frameworks/{id}", { path: { id } }),
  /** Turn a built-in framework on: copy its requirements, controls, mappings and evidence requests */
  enable: ({ body }: { body: FrameworkEnableBody }) => call<Enabled>("POST", "/api/v1/frameworks", { body, idempotent: true }),
  /** Import an OSCAL catalog or profile (JSON or XML), or a library of CISO Assistant (YAML). A profile selects from catalogs that were imported before, or that lie beside it in one ZIP file */
  import: ({ file, onProgress, signal, ...query }: { file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; name?: string; short?: string; as?: "edition" | "new" }) => upload<Imported>("/api/v1/frameworks/import", file, { onProgress, signal, query }),
  /** Change how a framework is called, shown and counted */
  update: ({ id, version, body }: { id: string; version: number; body: FrameworkUpdateBody }) => call<FrameworkDetail>("PATCH", "/api/v1/frameworks/{id}", { path: { id }, version, body }),
  /** Turn a framework off; everything in it is kept */
  archive: ({ id }: { id: string }) => call<FrameworkDetail>("POST", "/api/v1/frameworks/{id}/archive", { path: { id }, idempotent: true }),
  /** Turn an archived framework on again */
  restore: ({ id }: { id: string }) => call<FrameworkDetail>("POST", "/api/v1/frameworks/{id}/restore", { path: { id }, idempotent: true }),
  /** Delete an imported framework, or one of your own, with its requirements and mappings */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/frameworks/{id}", { path: { id } }),
  /** The framework as an OSCAL catalog. An imported one keeps what Assay has no place for */
  export_catalog: ({ id, ...query }: { id: string; format?: "json" | "xml" }) => href("/api/v1/frameworks/{id}/oscal", { path: { id }, query }),
  /** The requirements that apply, as an OSCAL profile of that catalog */
  export_profile: ({ id, ...query }: { id: string; format?: "json" | "xml" }) => href("/api/v1/frameworks/{id}/profile", { path: { id }, query }),
  /** All requirements of a framework in its order, with their state */
  tree: ({ id, ...query }: { id: string; scope?: string }) => call<RequirementTree>("GET", "/api/v1/frameworks/{id}/requirements", { path: { id }, query }),
  /** One requirement with its text and the controls that serve it */
  requirement: ({ id, ...query }: { id: string; scope?: string }) => call<RequirementDetail>("GET", "/api/v1/requirements/{id}", { path: { id }, query }),
  /** Say whether a requirement applies, or change its words. A heading passes applicability on to all that is below it */
  update_requirement: ({ id, version, body }: { id: string; version: number; body: FrameworkUpdateRequirementBody }) => call<RequirementDetail>("PATCH", "/api/v1/requirements/{id}", { path: { id }, version, body }),
  /** Say of many requirements whether they apply */
  applicability: ({ body }: { body: FrameworkApplicabilityBody }) => call<RequirementBulk>("POST", "/api/v1/requirements/applicability", { body, idempotent: true }),
  /** Map a control to a requirement */
  map: ({ id, body }: { id: string; body: FrameworkMapBody }) => call<RequirementDetail>("POST", "/api/v1/requirements/{id}/controls", { path: { id }, body, idempotent: true }),
  /** Take a control off a requirement */
  unmap: ({ id, control }: { id: string; control: string }) => call<RequirementDetail>("DELETE", "/api/v1/requirements/{id}/controls/{control}", { path: { id, control } }),
  /** Make a control for a requirement and map it */
  add_control: ({ id, body }: { id: string; body: FrameworkAddControlBody }) => call<RequirementDetail>("POST", "/api/v1/requirements/{id}/controls/new", { path: { id }, body, idempotent: true }),
  /** The products that answer to a framework, with how far each is */
  products: ({ id }: { id: string }) => call<FrameworkProducts>("GET", "/api/v1/frameworks/{id}/products", { path: { id } }),
  /** The baselines of a framework, which one is chosen where, and the tags that one can be made of */
  baselines: ({ id }: { id: string }) => call<Baselines>("GET", "/api/v1/frameworks/{id}/baselines", { path: { id } }),
  /** Name a selection of a framework's requirements: by tags, or one by one */
  add_baseline: ({ id, body }: { id: string; body: FrameworkAddBaselineBody }) => call<Baselines>("POST", "/api/v1/frameworks/{id}/baselines", { path: { id }, body, idempotent: true }),
  /** Make a baseline of an OSCAL profile (JSON) that selects from this framework's catalog */
  import_baseline: ({ id, file, onProgress, signal, ...query }: { id: string; file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; name?: string }) => upload<BaselineImported>("/api/v1/frameworks/{id}/baselines/import", file, { path: { id }, onProgress, signal, query }),
  /** Choose a baseline for a framework, in the organisation or in a product: what is outside no longer applies, except where a person decided */
  choose_baseline: ({ id, body }: { id: string; body: FrameworkChooseBaselineBody }) => call<BaselineChosen>("POST", "/api/v1/frameworks/{id}/baseline", { path: { id }, body, idempotent: true }),
  /** Delete a baseline that is chosen nowhere */
  delete_baseline: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/baselines/{id}", { path: { id } }),
  /** Document what was decided of an addressable HIPAA specification (45 CFR 164.306(d)(3)) */
  address: ({ id, body }: { id: string; body: FrameworkAddressBody }) => call<RequirementDetail>("POST", "/api/v1/requirements/{id}/addressed", { path: { id }, body, idempotent: true }),
  /** Take the documented decision of an addressable specification away */
  unaddress: ({ id, ...query }: { id: string; scope?: string }) => call<RequirementDetail>("DELETE", "/api/v1/requirements/{id}/addressed", { path: { id }, query }),
  /** The head of a Statement of Applicability, with its figures */
  statement: ({ id, ...query }: { id: string; scope?: string }) => call<Applicability>("GET", "/api/v1/frameworks/{id}/statement", { path: { id }, query }),
  /** Change the head of a Statement of Applicability: its reasons, edition and approval */
  update_statement: ({ id, body }: { id: string; body: FrameworkUpdateStatementBody }) => call<Applicability>("POST", "/api/v1/frameworks/{id}/statement", { path: { id }, body, idempotent: true }),
  /** Say why a requirement is included */
  include: ({ id, body }: { id: string; body: FrameworkIncludeBody }) => call<StatementRow>("POST", "/api/v1/requirements/{id}/reasons", { path: { id }, body, idempotent: true }),
  /** The Statement of Applicability as PDF */
  statement_pdf: ({ id, ...query }: { id: string; scope?: string }) => href("/api/v1/frameworks/{id}/statement/pdf", { path: { id }, query }),
  /** Begin a framework of your own: a customer's contract, a regulator's letter, house rules */
  create: ({ body }: { body: FrameworkCreateBody }) => call<FrameworkDetail>("POST", "/api/v1/frameworks/own", { body, idempotent: true }),
  /** Add a row to a framework of your own */
  add: ({ id, body }: { id: string; body: FrameworkAddBody }) => call<RequirementDetail>("POST", "/api/v1/frameworks/{id}/requirements", { path: { id }, body, idempotent: true }),
  /** Move a row of your own framework by one step, with what is below it */
  move: ({ id, body }: { id: string; body: FrameworkMoveBody }) => call<RequirementDetail>("POST", "/api/v1/requirements/{id}/move", { path: { id }, body, idempotent: true }),
  /** Delete a row of your own framework with what is below it */
  delete_requirement: ({ id, ...query }: { id: string; confirm?: boolean }) => call<void>("DELETE", "/api/v1/requirements/{id}", { path: { id }, query }),
  /** How a requirement stands to those of other frameworks */
  relations: ({ id }: { id: string }) => call<Relations>("GET", "/api/v1/requirements/{id}/relations", { path: { id } }),
  /** Say how a requirement stands to another */
  relate: ({ id, body }: { id: string; body: FrameworkRelateBody }) => call<Relation>("POST", "/api/v1/requirements/{id}/relations", { path: { id }, body, idempotent: true }),
  /** Change what a relation says */
  update_relation: ({ id, version, body }: { id: string; version: number; body: FrameworkUpdateRelationBody }) => call<Relation>("PATCH", "/api/v1/relations/{id}", { path: { id }, version, body }),
  /** Take a relation away */
  unrelate: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/relations/{id}", { path: { id } }),
  /** The mapping sets that were imported, and how much of each is here */
  relation_sets: () => call<RelationSets>("GET", "/api/v1/relation-sets"),
  /** Delete a mapping set with its relations */
  delete_relation_set: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/relation-sets/{id}", { path: { id } }),
  /** Controls that serve a related requirement, with the path to it */
  suggestions: ({ id, ...query }: { id: string; dismissed?: boolean }) => call<Suggestions>("GET", "/api/v1/requirements/{id}/suggestions", { path: { id }, query }),
  /** Map controls as they were suggested */
  accept_suggestions: ({ body }: { body: FrameworkAcceptSuggestionsBody }) => call<SuggestionsDone>("POST", "/api/v1/suggestions/accept", { body, idempotent: true }),
  /** Do not suggest these again */
  dismiss_suggestions: ({ body }: { body: FrameworkDismissSuggestionsBody }) => call<SuggestionsDone>("POST", "/api/v1/suggestions/dismiss", { body, idempotent: true }),
  /** Suggest again what was dismissed */
  recall_suggestions: ({ body }: { body: FrameworkRecallSuggestionsBody }) => call<SuggestionsDone>("POST", "/api/v1/suggestions/recall", { body, idempotent: true }),
  /** What a framework asks for beside what is done already */
  crosswalk: ({ id }: { id: string }) => call<Crosswalk>("GET", "/api/v1/frameworks/{id}/crosswalk", { path: { id } }),
  /** Export as CSV or XLSX: what a framework asks for beside what is done already */
  crosswalk_export: ({ id, ...query }: { id: string; format?: "csv" | "xlsx"; columns?: ("family" | "ref" | "title" | "standing" | "state" | "controls" | "best_suggestion" | "strength" | "because" | "suggestions" | "id")[] }) => href("/api/v1/frameworks/{id}/crosswalk/export", { path: { id }, query }),
  /** How far another framework answers this one, family by family */
  compare: ({ id, other }: { id: string; other: string }) => call<Comparison>("GET", "/api/v1/frameworks/{id}/compare/{other}", { path: { id, other } }),
  /** Export as CSV or XLSX: how far another framework answers this one */
  compare_export: ({ id, other, ...query }: { id: string; other: string; format?: "csv" | "xlsx"; columns?: ("family" | "ref" | "title" | "answered" | "related_requirements" | "shared_controls" | "families" | "id")[] }) => href("/api/v1/frameworks/{id}/compare/{other}/export", { path: { id, other }, query }),
  /** Other editions of a framework that came */
  editions: ({ id }: { id: string }) => call<Editions>("GET", "/api/v1/frameworks/{id}/editions", { path: { id } }),
  /** Lay the edition that comes with the program beside the one that is here */
  newer: ({ id }: { id: string }) => call<EditionDetail>("POST", "/api/v1/frameworks/{id}/editions", { path: { id }, idempotent: true }),
  /** One edition with its differences */
  edition: ({ id }: { id: string }) => call<EditionDetail>("GET", "/api/v1/editions/{id}", { path: { id } }),
  /** Take rows of another edition over. Words that were changed here stay */
  accept_rows: ({ id, body }: { id: string; body: FrameworkAcceptRowsBody }) => call<EditionDone>("POST", "/api/v1/editions/{id}/accept", { path: { id }, body, idempotent: true }),
  /** Leave rows of another edition as they are here */
  decline_rows: ({ id, body }: { id: string; body: FrameworkDeclineRowsBody }) => call<EditionDone>("POST", "/api/v1/editions/{id}/decline", { path: { id }, body, idempotent: true }),
  /** Take another edition away; what was accepted stays */
  discard_edition: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/editions/{id}", { path: { id } }),
  /** Requirements of all frameworks */
  requirements: (query: { page?: number; limit?: number; sort?: "position" | "-position" | "state" | "-state" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; framework?: string; scope?: string; tag?: string; rule?: "required" | "addressable"; state?: ("met" | "attention" | "in_progress" | "not_started" | "not_applicable")[]; applicable?: "yes" | "no"; mapped?: "yes" | "no"; below?: string; headings?: boolean } = {}) => call<RequirementPage>("GET", "/api/v1/requirements", { query }),
  /** Count the values to filter by: requirements of all frameworks */
  requirements_facets: (query: { page?: number; limit?: number; sort?: "position" | "-position" | "state" | "-state" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; framework?: string; scope?: string; tag?: string; rule?: "required" | "addressable"; state?: ("met" | "attention" | "in_progress" | "not_started" | "not_applicable")[]; applicable?: "yes" | "no"; mapped?: "yes" | "no"; below?: string; headings?: boolean } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/requirements/facets", { query }),
  /** Export as CSV or XLSX: requirements of all frameworks */
  requirements_export: (query: { page?: number; limit?: number; sort?: "position" | "-position" | "state" | "-state" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; framework?: string; scope?: string; tag?: string; rule?: "required" | "addressable"; state?: ("met" | "attention" | "in_progress" | "not_started" | "not_applicable")[]; applicable?: "yes" | "no"; mapped?: "yes" | "no"; below?: string; headings?: boolean; format?: "csv" | "xlsx"; columns?: ("framework" | "ref" | "parent_ref" | "title" | "text" | "guidance" | "assessable" | "applicable" | "justification" | "state" | "controls" | "updated_at" | "id" | "version")[] } = {}) => href("/api/v1/requirements/export", { query }),
  /** Statement of Applicability */
  statement_rows: (query: { page?: number; limit?: number; sort?: "position" | "-position"; q?: string; framework?: string; scope?: string; applicable?: "yes" | "no"; state?: ("met" | "attention" | "in_progress" | "not_started" | "not_applicable")[] } = {}) => call<StatementRowPage>("GET", "/api/v1/applicability", { query }),
  /** Export as CSV or XLSX: statement of applicability */
  statement_rows_export: (query: { page?: number; limit?: number; sort?: "position" | "-position"; q?: string; framework?: string; scope?: string; applicable?: "yes" | "no"; state?: ("met" | "attention" | "in_progress" | "not_started" | "not_applicable")[]; format?: "csv" | "xlsx"; columns?: ("ref" | "title" | "group" | "applicable" | "reasons_for_inclusion" | "justification" | "implementation_status" | "controls" | "evidence" | "owner" | "id")[] } = {}) => href("/api/v1/applicability/export", { query }),
};

export const control = {
  /** Controls */
  list: (query: { page?: number; limit?: number; sort?: "domain" | "-domain" | "effective" | "-effective" | "first_expiry" | "-first_expiry" | "owner" | "-owner" | "ref" | "-ref" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable")[]; effective?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven")[]; domain?: string; owner?: string; framework?: string; evidence?: ("complete" | "partial" | "missing" | "none")[]; scope?: string; tag?: string[]; field?: string[]; counts?: "controls" | "effective" | "needing" | "covered"; custom?: "own" | "edited" | "common" } = {}) => call<ControlPage>("GET", "/api/v1/controls", { query }),
  /** Count the values to filter by: controls */
  facets: (query: { page?: number; limit?: number; sort?: "domain" | "-domain" | "effective" | "-effective" | "first_expiry" | "-first_expiry" | "owner" | "-owner" | "ref" | "-ref" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable")[]; effective?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven")[]; domain?: string; owner?: string; framework?: string; evidence?: ("complete" | "partial" | "missing" | "none")[]; scope?: string; tag?: string[]; field?: string[]; counts?: "controls" | "effective" | "needing" | "covered"; custom?: "own" | "edited" | "common" } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/controls/facets", { query }),
  /** Export as CSV or XLSX: controls */
  export: (query: { page?: number; limit?: number; sort?: "domain" | "-domain" | "effective" | "-effective" | "first_expiry" | "-first_expiry" | "owner" | "-owner" | "ref" | "-ref" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable")[]; effective?: ("not_started" | "in_progress" | "implemented" | "gap" | "not_applicable" | "needs_evidence" | "unproven")[]; domain?: string; owner?: string; framework?: string; evidence?: ("complete" | "partial" | "missing" | "none")[]; scope?: string; tag?: string[]; field?: string[]; counts?: "controls" | "effective" | "needing" | "covered"; custom?: "own" | "edited" | "common"; format?: "csv" | "xlsx"; columns?: ("ref" | "title" | "description" | "test" | "domain" | "claimed_status" | "justification" | "effective_status" | "reason" | "owner" | "evidence" | "evidence_requests" | "first_expiry" | "frameworks" | "requirements" | "per_product" | "source" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/controls/export", { query }),
  /** One control with its requirements, evidence and the reason of its status */
  get: ({ id }: { id: string }) => call<ControlDetail>("GET", "/api/v1/controls/{id}", { path: { id } }),
  /** Add an own control */
  create: ({ body }: { body: Draft }) => call<ControlDetail>("POST", "/api/v1/controls", { body, idempotent: true }),
  /** Change a control */
  update: ({ id, version, body }: { id: string; version: number; body: ControlUpdateBody }) => call<ControlDetail>("PATCH", "/api/v1/controls/{id}", { path: { id }, version, body }),
  /** Say how far a control is. Only an administrator says, or takes back, that one does not apply */
  claim: ({ id, body }: { id: string; body: ControlClaimBody }) => call<ControlDetail>("POST", "/api/v1/controls/{id}/status", { path: { id }, body }),
  /** Change status, owner or domain of many controls at once, or keep them per product */
  bulk: ({ body }: { body: ControlBulkBody }) => call<ControlBulk>("POST", "/api/v1/controls/bulk", { body }),
  /** Delete a control with its mappings */
  delete: ({ id, ...query }: { id: string; reason?: string }) => call<void>("DELETE", "/api/v1/controls/{id}", { path: { id }, query }),
};

export const evidence = {
  /** Evidence requests */
  list: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "collected_on" | "-collected_on" | "cycle_due" | "-cycle_due" | "expires_on" | "-expires_on" | "name" | "-name" | "owner" | "-owner" | "status" | "-status" | "updated_at" | "-updated_at"; q?: string; status?: ("current" | "expiring_soon" | "expired" | "not_collected" | "not_applicable")[]; category?: string; kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other"; frequency?: "monthly" | "quarterly" | "semi_annual" | "annual" | "once"; owner?: string; reviewer?: string; control?: string; framework?: string; scope?: string; due?: number; tag?: string[]; field?: string[]; review?: "pending"; cycle?: ("scheduled" | "open" | "submitted" | "accepted" | "skipped" | "overdue")[]; period?: string; without?: boolean } = {}) => call<EvidencePage>("GET", "/api/v1/evidence", { query }),
  /** Count the values to filter by: evidence requests */
  facets: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "collected_on" | "-collected_on" | "cycle_due" | "-cycle_due" | "expires_on" | "-expires_on" | "name" | "-name" | "owner" | "-owner" | "status" | "-status" | "updated_at" | "-updated_at"; q?: string; status?: ("current" | "expiring_soon" | "expired" | "not_collected" | "not_applicable")[]; category?: string; kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other"; frequency?: "monthly" | "quarterly" | "semi_annual" | "annual" | "once"; owner?: string; reviewer?: string; control?: string; framework?: string; scope?: string; due?: number; tag?: string[]; field?: string[]; review?: "pending"; cycle?: ("scheduled" | "open" | "submitted" | "accepted" | "skipped" | "overdue")[]; period?: string; without?: boolean } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/evidence/facets", { query }),
  /** Export as CSV or XLSX: evidence requests */
  export: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "collected_on" | "-collected_on" | "cycle_due" | "-cycle_due" | "expires_on" | "-expires_on" | "name" | "-name" | "owner" | "-owner" | "status" | "-status" | "updated_at" | "-updated_at"; q?: string; status?: ("current" | "expiring_soon" | "expired" | "not_collected" | "not_applicable")[]; category?: string; kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other"; frequency?: "monthly" | "quarterly" | "semi_annual" | "annual" | "once"; owner?: string; reviewer?: string; control?: string; framework?: string; scope?: string; due?: number; tag?: string[]; field?: string[]; review?: "pending"; cycle?: ("scheduled" | "open" | "submitted" | "accepted" | "skipped" | "overdue")[]; period?: string; without?: boolean; format?: "csv" | "xlsx"; columns?: ("name" | "status" | "product" | "description" | "guidance" | "category" | "kind" | "frequency" | "validity_days" | "owner" | "reviewer" | "collected_on" | "expires_on" | "days_left" | "accepted_files" | "pending_files" | "controls" | "control_refs" | "not_applicable" | "why_not_applicable" | "tags" | "cycle" | "cycle_due" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/evidence/export", { query }),
  /** Files that wait for review, oldest first */
  queue: (query: { page?: number; limit?: number; sort?: "due" | "-due" | "evidence" | "-evidence" | "uploaded_at" | "-uploaded_at"; q?: string; mine?: boolean; reviewer?: string } = {}) => call<ReviewFilePage>("GET", "/api/v1/evidence/review", { query }),
  /** Count evidence by status */
  health: () => call<EvidenceHealth>("GET", "/api/v1/evidence/health"),
  /** How much of each framework has evidence */
  coverage: () => call<EvidenceCoverages>("GET", "/api/v1/evidence/coverage"),
  /** One evidence request with its controls, files and clock */
  get: ({ id }: { id: string }) => call<EvidenceDetail>("GET", "/api/v1/evidence/{id}", { path: { id } }),
  /** Ask for a proof */
  create: ({ body }: { body: EvidenceCreateBody }) => call<EvidenceDetail>("POST", "/api/v1/evidence", { body, idempotent: true }),
  /** Change an evidence request */
  update: ({ id, version, body }: { id: string; version: number; body: EvidenceUpdateBody }) => call<EvidenceDetail>("PATCH", "/api/v1/evidence/{id}", { path: { id }, version, body }),
  /** Delete an evidence request with its files */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/evidence/{id}", { path: { id } }),
  /** Change owner, reviewer or frequency of many requests at once */
  bulk: ({ body }: { body: EvidenceBulkBody }) => call<EvidenceBulk>("POST", "/api/v1/evidence/bulk", { body, idempotent: true }),
  /** Say which controls a request proves */
  link: ({ id, body }: { id: string; body: EvidenceLinkBody }) => call<EvidenceDetail>("POST", "/api/v1/evidence/{id}/controls", { path: { id }, body, idempotent: true }),
  /** Say that a request does not prove a control */
  unlink: ({ id, control }: { id: string; control: string }) => call<EvidenceDetail>("DELETE", "/api/v1/evidence/{id}/controls/{control}", { path: { id, control } }),
  /** Upload a file as proof. It is accepted as it comes when the request has no reviewer; otherwise it waits for review. With replaces it is a new version of an earlier file. */
  upload: ({ id, file, onProgress, signal, ...query }: { id: string; file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; collected_on?: string; period_start?: string; period_end?: string; kind?: "policy_document" | "report" | "configuration" | "log" | "screenshot" | "attestation" | "other"; note?: string; replaces?: string }) => upload<EvidenceFile>("/api/v1/evidence/{id}/files", file, { path: { id }, onProgress, signal, query }),
  /** Download a file; PDF and pictures can be shown inline */
  download: ({ id, ...query }: { id: string; inline?: boolean }) => href("/api/v1/files/{id}", { path: { id }, query, present: "branch" }),
  /** Read a file again and compare its SHA-256 with that of the upload */
  verify: ({ id }: { id: string }) => call<FileCheck>("GET", "/api/v1/files/{id}/verify", { path: { id }, present: "branch" }),
  /** Accept a file as proof. The reviewer of the request and administrators may do this; nobody reviews a file of their own, unless no one else could. */
  accept: ({ id, body }: { id: string; body: EvidenceAcceptBody }) => call<EvidenceFile>("POST", "/api/v1/files/{id}/accept", { path: { id }, body }),
  /** Reject a file and say why. The reviewer of the request and administrators may do this; nobody reviews a file of their own, unless no one else could. */
  reject: ({ id, body }: { id: string; body: EvidenceRejectBody }) => call<EvidenceFile>("POST", "/api/v1/files/{id}/reject", { path: { id }, body }),
  /** Correct what is said of a file: anyone who edits while it waits for review, an administrator afterwards */
  update_file: ({ id, version, body }: { id: string; version: number; body: EvidenceUpdateFileBody }) => call<EvidenceFile>("PATCH", "/api/v1/files/{id}", { path: { id }, version, body }),
  /** Delete a file; its content is kept for 30 days, so that this can be undone */
  delete_file: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/files/{id}", { path: { id } }),
  /** What a file holds, for reading: text, or the first rows of a table. Pictures and PDF are only named; fetch them by download with inline */
  preview: ({ id, ...query }: { id: string; sheet?: string }) => call<FilePreview>("GET", "/api/v1/files/{id}/preview", { path: { id }, query, present: "branch" }),
  /** End a collection cycle without proof, with a reason */
  skip: ({ id, body }: { id: string; body: EvidenceSkipBody }) => call<EvidenceDetail>("POST", "/api/v1/cycles/{id}/skip", { path: { id }, body, idempotent: true }),
  /** Ask a colleague for proof by a day. They get a task. It is answered by the next file that they upload to the request; users and administrators can upload, so only they can be asked */
  ask: ({ id, body }: { id: string; body: EvidenceAskBody }) => call<EvidenceDetail>("POST", "/api/v1/evidence/{id}/asks", { path: { id }, body }),
  /** Withdraw what a colleague was asked for: who asked may, or an administrator */
  withdraw: ({ id }: { id: string }) => call<EvidenceDetail>("POST", "/api/v1/asks/{id}/withdraw", { path: { id } }),
  /** Compliance periods, newest first */
  periods: () => call<Periods>("GET", "/api/v1/periods"),
  /** The fiscal year of a day and its quarters, without those that are there */
  propose_periods: (query: { month?: number; day?: string } = {}) => call<Periods>("GET", "/api/v1/periods/proposal", { query }),
  /** Make compliance periods */
  create_periods: ({ body }: { body: EvidenceCreatePeriodsBody }) => call<Periods>("POST", "/api/v1/periods", { body, idempotent: true }),
  /** Change a compliance period */
  update_period: ({ id, version, body }: { id: string; version: number; body: EvidenceUpdatePeriodBody }) => call<Period>("PATCH", "/api/v1/periods/{id}", { path: { id }, version, body }),
  /** Delete a compliance period; its files stay */
  delete_period: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/periods/{id}", { path: { id } }),
  /** Auditor packages that were made, newest first */
  packages: () => call<EvidencePackages>("GET", "/api/v1/packages"),
  /** One auditor package, with how far it has come */
  package: ({ id }: { id: string }) => call<EvidencePackage>("GET", "/api/v1/packages/{id}", { path: { id } }),
  /** Make an auditor package: a ZIP with index, files, hashes and a signed checkpoint. Auditors may, too: it changes nothing but the list of packages */
  create_package: ({ body }: { body: EvidenceCreatePackageBody }) => call<EvidencePackage>("POST", "/api/v1/packages", { body, idempotent: true }),
  /** Download an auditor package, within 30 days of its making */
  download_package: ({ id }: { id: string }) => href("/api/v1/packages/{id}/download", { path: { id }, present: "branch" }),
};

export const policy = {
  /** Policies */
  list: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "next_review_on" | "-next_review_on" | "owner" | "-owner" | "planned_on" | "-planned_on" | "published_on" | "-published_on" | "ref" | "-ref" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("suggested" | "not_started" | "draft" | "in_review" | "ratified" | "published" | "needs_update" | "archived")[]; category?: string; owner?: string; scope?: string; light?: ("red" | "amber" | "green")[]; review?: ("overdue" | "within_30" | "within_90" | "later")[]; within?: number; control?: string; requirement?: string; framework?: string; tag?: string[]; field?: string[] } = {}) => call<PolicyPage>("GET", "/api/v1/policies", { query }),
  /** Count the values to filter by: policies */
  facets: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "next_review_on" | "-next_review_on" | "owner" | "-owner" | "planned_on" | "-planned_on" | "published_on" | "-published_on" | "ref" | "-ref" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("suggested" | "not_started" | "draft" | "in_review" | "ratified" | "published" | "needs_update" | "archived")[]; category?: string; owner?: string; scope?: string; light?: ("red" | "amber" | "green")[]; review?: ("overdue" | "within_30" | "within_90" | "later")[]; within?: number; control?: string; requirement?: string; framework?: string; tag?: string[]; field?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/policies/facets", { query }),
  /** Export as CSV or XLSX: policies */
  export: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "next_review_on" | "-next_review_on" | "owner" | "-owner" | "planned_on" | "-planned_on" | "published_on" | "-published_on" | "ref" | "-ref" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("suggested" | "not_started" | "draft" | "in_review" | "ratified" | "published" | "needs_update" | "archived")[]; category?: string; owner?: string; scope?: string; light?: ("red" | "amber" | "green")[]; review?: ("overdue" | "within_30" | "within_90" | "later")[]; within?: number; control?: string; requirement?: string; framework?: string; tag?: string[]; field?: string[]; format?: "csv" | "xlsx"; columns?: ("ref" | "title" | "category" | "status" | "owner" | "in_force" | "published_on" | "planned_on" | "review_months" | "next_review_on" | "light" | "asked" | "acknowledged" | "exceptions" | "controls" | "frameworks" | "product" | "location" | "summary" | "tags" | "id" | "version" | string)[] } = {}) => href("/api/v1/policies/export", { query }),
  /** Exceptions from policies */
  exceptions: (query: { page?: number; limit?: number; sort?: "expires_on" | "-expires_on" | "policy" | "-policy" | "state" | "-state" | "subject" | "-subject" | "updated_at" | "-updated_at"; q?: string; state?: ("requested" | "approved" | "declined" | "reopened" | "closed")[]; policy?: string; within?: number } = {}) => call<ExceptionPage>("GET", "/api/v1/policy-exceptions", { query }),
  /** Count the values to filter by: exceptions from policies */
  exceptions_facets: (query: { page?: number; limit?: number; sort?: "expires_on" | "-expires_on" | "policy" | "-policy" | "state" | "-state" | "subject" | "-subject" | "updated_at" | "-updated_at"; q?: string; state?: ("requested" | "approved" | "declined" | "reopened" | "closed")[]; policy?: string; within?: number } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/policy-exceptions/facets", { query }),
  /** Export as CSV or XLSX: exceptions from policies */
  exceptions_export: (query: { page?: number; limit?: number; sort?: "expires_on" | "-expires_on" | "policy" | "-policy" | "state" | "-state" | "subject" | "-subject" | "updated_at" | "-updated_at"; q?: string; state?: ("requested" | "approved" | "declined" | "reopened" | "closed")[]; policy?: string; within?: number; format?: "csv" | "xlsx"; columns?: ("policy" | "title" | "subject" | "what" | "reason" | "compensating_control" | "state" | "expires_on" | "requested_by" | "decided_by" | "decided_at" | "note" | "id")[] } = {}) => href("/api/v1/policy-exceptions/export", { query }),
  /** Who was asked to acknowledge a policy, and who has */
  acknowledgments: (query: { page?: number; limit?: number; sort?: "acknowledged_at" | "-acknowledged_at" | "department" | "-department" | "name" | "-name"; q?: string; request?: string; policy?: string; state?: ("acknowledged" | "waiting" | "overdue" | "left")[] } = {}) => call<AcknowledgmentPage>("GET", "/api/v1/policy-acknowledgments", { query }),
  /** Count the values to filter by: who was asked to acknowledge a policy, and who has */
  acknowledgments_facets: (query: { page?: number; limit?: number; sort?: "acknowledged_at" | "-acknowledged_at" | "department" | "-department" | "name" | "-name"; q?: string; request?: string; policy?: string; state?: ("acknowledged" | "waiting" | "overdue" | "left")[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/policy-acknowledgments/facets", { query }),
  /** Export as CSV or XLSX: who was asked to acknowledge a policy, and who has */
  acknowledgments_export: (query: { page?: number; limit?: number; sort?: "acknowledged_at" | "-acknowledged_at" | "department" | "-department" | "name" | "-name"; q?: string; request?: string; policy?: string; state?: ("acknowledged" | "waiting" | "overdue" | "left")[]; format?: "csv" | "xlsx"; columns?: ("policy" | "person" | "department" | "version" | "state" | "acknowledged_at" | "asked_on" | "due_on" | "sha_256")[] } = {}) => href("/api/v1/policy-acknowledgments/export", { query }),
  /** How many policies there are of each status, whose review is due, and how many people have acknowledged them */
  figures: () => call<PolicyFigures>("GET", "/api/v1/policies/figures"),
  /** How many of those who are asked have acknowledged, by policy and by department */
  coverage: () => call<PolicyCoverage>("GET", "/api/v1/policies/coverage"),
  /** What is planned: which policies shall be in force by when, and when those in force are reviewed */
  roadmap: () => call<Roadmap>("GET", "/api/v1/policies/roadmap"),
  /** One policy with its versions, controls, requirements and requests */
  get: ({ id }: { id: string }) => call<PolicyDetail>("GET", "/api/v1/policies/{id}", { path: { id } }),
  /** Add a policy; it gets the next number */
  create: ({ body }: { body: PolicyCreateBody }) => call<PolicyDetail>("POST", "/api/v1/policies", { body, idempotent: true }),
  /** Change what is said of a policy, not its words */
  update: ({ id, version, body }: { id: string; version: number; body: PolicyUpdateBody }) => call<PolicyDetail>("PATCH", "/api/v1/policies/{id}", { path: { id }, version, body }),
  /** Change owner, category, cadence or tags of many policies at once, take suggestions up, or archive */
  bulk: ({ body }: { body: PolicyBulkBody }) => call<Bulk>("POST", "/api/v1/policies/bulk", { body, idempotent: true }),
  /** Delete a policy with its versions, approvals and acknowledgments */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/policies/{id}", { path: { id } }),
  /** Take a policy out of force; its open requests are closed */
  archive: ({ id }: { id: string }) => call<PolicyDetail>("POST", "/api/v1/policies/{id}/archive", { path: { id }, idempotent: true }),
  /** Put an archived policy back */
  unarchive: ({ id }: { id: string }) => call<PolicyDetail>("POST", "/api/v1/policies/{id}/unarchive", { path: { id }, idempotent: true }),
  /** Say that what is published needs an update, and why; without a reason, that it does not */
  flag: ({ id, body }: { id: string; body: PolicyFlagBody }) => call<PolicyDetail>("POST", "/api/v1/policies/{id}/flag", { path: { id }, body, idempotent: true }),
  /** Say that a policy was looked at and needs no change: its review clock starts anew */
  review: ({ id }: { id: string }) => call<PolicyDetail>("POST", "/api/v1/policies/{id}/review", { path: { id }, idempotent: true }),
  /** Begin the next version, from the words in force */
  begin: ({ id, body }: { id: string; body: PolicyBeginBody }) => call<VersionDetail>("POST", "/api/v1/policies/{id}/versions", { path: { id }, body, idempotent: true }),
  /** One version with its content, approvers and approvals */
  version: ({ id }: { id: string }) => call<VersionDetail>("GET", "/api/v1/policy-versions/{id}", { path: { id } }),
  /** Write a version. New content takes it back to draft, and approvals of the old count no longer */
  write: ({ id, version, body }: { id: string; version: number; body: PolicyWriteBody }) => call<VersionDetail>("PATCH", "/api/v1/policy-versions/{id}", { path: { id }, version, body }),
  /** Upload a document in place of a version's text. It takes the version back to draft */
  upload: ({ id, file, onProgress, signal }: { id: string; file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal }) => upload<VersionDetail>("/api/v1/policy-versions/{id}/document", file, { path: { id }, onProgress, signal }),
  /** The document of a version */
  document: ({ id, ...query }: { id: string; inline?: boolean }) => href("/api/v1/policy-versions/{id}/document", { path: { id }, query, present: "branch" }),
  /** Throw away the version that is being worked on */
  discard: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/policy-versions/{id}", { path: { id } }),
  /** What changed from one version of a policy to another, word by word */
  diff: ({ id, ...query }: { id: string; against?: string }) => call<PolicyDiff>("GET", "/api/v1/policy-versions/{id}/diff", { path: { id }, query }),
  /** A version as a PDF, with its approvals */
  pdf: ({ id }: { id: string }) => href("/api/v1/policy-versions/{id}/pdf", { path: { id }, present: true }),
  /** Ask people to approve a version. Its author alone cannot */
  submit: ({ id, body }: { id: string; body: PolicySubmitBody }) => call<VersionDetail>("POST", "/api/v1/policy-versions/{id}/submit", { path: { id }, body, idempotent: true }),
  /** Take a version back that was submitted */
  withdraw: ({ id }: { id: string }) => call<VersionDetail>("POST", "/api/v1/policy-versions/{id}/withdraw", { path: { id }, idempotent: true }),
  /** Approve a version that names one as approver */
  approve: ({ id, body }: { id: string; body: PolicyApproveBody }) => call<PolicyVersion>("POST", "/api/v1/policy-versions/{id}/approve", { path: { id }, body, idempotent: true }),
  /** Send a version that names one as approver back, and say why */
  reject: ({ id, body }: { id: string; body: PolicyRejectBody }) => call<PolicyVersion>("POST", "/api/v1/policy-versions/{id}/reject", { path: { id }, body, idempotent: true }),
  /** Publish a ratified version. It never changes again, and its review clock starts */
  publish: ({ id }: { id: string }) => call<VersionDetail>("POST", "/api/v1/policy-versions/{id}/publish", { path: { id }, idempotent: true }),
  /** Ask people to acknowledge the version in force */
  ask: ({ id, body }: { id: string; body: PolicyAskBody }) => call<PolicyRequest>("POST", "/api/v1/policies/{id}/requests", { path: { id }, body }),
  /** Remind, now, everybody who has not acknowledged yet */
  remind: ({ id }: { id: string }) => call<Reminded>("POST", "/api/v1/policy-requests/{id}/remind", { path: { id }, idempotent: true }),
  /** Ask nobody any longer */
  close: ({ id }: { id: string }) => call<PolicyRequest>("POST", "/api/v1/policy-requests/{id}/close", { path: { id }, idempotent: true }),
  /** What the caller is asked to approve or to acknowledge */
  mine: () => call<MyPolicies>("GET", "/api/v1/my-policies"),
  /** The version that the caller is asked to approve or to acknowledge, by the version's id */
  my_version: ({ id }: { id: string }) => call<MyVersion>("GET", "/api/v1/my-policies/{id}", { path: { id } }),
  /** The document of such a version */
  my_document: ({ id, ...query }: { id: string; inline?: boolean }) => href("/api/v1/my-policies/{id}/document", { path: { id }, query, present: "branch" }),
  /** Say that one has read a policy and follows it */
  acknowledge: ({ id, body }: { id: string; body: PolicyAcknowledgeBody }) => call<MyPolicy>("POST", "/api/v1/policy-requests/{id}/acknowledge", { path: { id }, body, idempotent: true }),
  /** Ask for an exception from a policy */
  except: ({ id, body }: { id: string; body: PolicyExceptBody }) => call<Exception>("POST", "/api/v1/policies/{id}/exceptions", { path: { id }, body, idempotent: true }),
  /** Change an exception. One that was decided waits for a decision again */
  update_exception: ({ id, version, body }: { id: string; version: number; body: PolicyUpdateExceptionBody }) => call<Exception>("PATCH", "/api/v1/policy-exceptions/{id}", { path: { id }, version, body }),
  /** Approve an exception that somebody else asked for */
  allow: ({ id, body }: { id: string; body: PolicyAllowBody }) => call<Exception>("POST", "/api/v1/policy-exceptions/{id}/approve", { path: { id }, body, idempotent: true }),
  /** Decline an exception, and say why */
  decline: ({ id, body }: { id: string; body: PolicyDeclineBody }) => call<Exception>("POST", "/api/v1/policy-exceptions/{id}/decline", { path: { id }, body, idempotent: true }),
  /** Say that an exception is no longer needed */
  end_exception: ({ id }: { id: string }) => call<Exception>("POST", "/api/v1/policy-exceptions/{id}/close", { path: { id }, idempotent: true }),
  /** Delete an exception */
  delete_exception: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/policy-exceptions/{id}", { path: { id } }),
  /** The policies that the program has words for */
  templates: () => call<TemplateList>("GET", "/api/v1/policy-templates"),
  /** Make policies of templates: drafts with the organisation's name in them, or suggestions */
  adopt: ({ body }: { body: PolicyAdoptBody }) => call<Adopted>("POST", "/api/v1/policy-templates/adopt", { body, idempotent: true }),
  /** When a review is shown as amber or red */
  settings: () => call<PolicySettings>("GET", "/api/v1/policy-settings"),
  /** Set when a review is shown as amber or red */
  set: ({ version, body }: { version: number; body: PolicySetBody }) => call<PolicySettings>("POST", "/api/v1/policy-settings", { version, body, idempotent: true }),
};

export const activity = {
  /** Recurring activities */
  list: (query: { page?: number; limit?: number; sort?: "due_on" | "-due_on" | "frequency" | "-frequency" | "name" | "-name" | "owner" | "-owner" | "starts_on" | "-starts_on" | "status" | "-status"; q?: string; status?: ("not_started" | "in_progress" | "completed" | "overdue" | "not_applicable")[]; frequency?: ("daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "as_needed")[]; owner?: string; scope?: string; control?: string; framework?: string; evidence?: string } = {}) => call<ActivityPage>("GET", "/api/v1/activities", { query }),
  /** Count the values to filter by: recurring activities */
  facets: (query: { page?: number; limit?: number; sort?: "due_on" | "-due_on" | "frequency" | "-frequency" | "name" | "-name" | "owner" | "-owner" | "starts_on" | "-starts_on" | "status" | "-status"; q?: string; status?: ("not_started" | "in_progress" | "completed" | "overdue" | "not_applicable")[]; frequency?: ("daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "as_needed")[]; owner?: string; scope?: string; control?: string; framework?: string; evidence?: string } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/activities/facets", { query }),
  /** Export as CSV or XLSX: recurring activities */
  export: (query: { page?: number; limit?: number; sort?: "due_on" | "-due_on" | "frequency" | "-frequency" | "name" | "-name" | "owner" | "-owner" | "starts_on" | "-starts_on" | "status" | "-status"; q?: string; status?: ("not_started" | "in_progress" | "completed" | "overdue" | "not_applicable")[]; frequency?: ("daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "as_needed")[]; owner?: string; scope?: string; control?: string; framework?: string; evidence?: string; format?: "csv" | "xlsx"; columns?: ("name" | "status" | "frequency" | "owner" | "due_on" | "next_on" | "starts_on" | "product" | "supporting_policy" | "controls" | "frameworks" | "paused" | "id")[] } = {}) => href("/api/v1/activities/export", { query }),
  /** Occurrences of activities */
  occurrences: (query: { page?: number; limit?: number; sort?: "due_on" | "-due_on" | "ended_at" | "-ended_at" | "name" | "-name"; q?: string; activity?: string; status?: ("not_started" | "in_progress" | "completed" | "overdue" | "not_applicable")[]; owner?: string; from?: string; to?: string } = {}) => call<OccurrencePage>("GET", "/api/v1/occurrences", { query }),
  /** Export as CSV or XLSX: occurrences of activities */
  occurrences_export: (query: { page?: number; limit?: number; sort?: "due_on" | "-due_on" | "ended_at" | "-ended_at" | "name" | "-name"; q?: string; activity?: string; status?: ("not_started" | "in_progress" | "completed" | "overdue" | "not_applicable")[]; owner?: string; from?: string; to?: string; format?: "csv" | "xlsx"; columns?: ("activity" | "period_start" | "period_end" | "due_on" | "status" | "late" | "owner" | "note" | "ended_at" | "ended_by" | "files" | "id")[] } = {}) => href("/api/v1/occurrences/export", { query }),
  /** What is due between two days, also what will be when its period begins */
  calendar: (query: { from: string; to: string; owner?: string }) => call<Calendar>("GET", "/api/v1/activities/calendar", { query }),
  /** One activity with its occurrences, controls and evidence requests */
  get: ({ id }: { id: string }) => call<ActivityDetail>("GET", "/api/v1/activities/{id}", { path: { id } }),
  /** Add an activity; the occurrence of its present period is made at once */
  create: ({ body }: { body: ActivityCreateBody }) => call<ActivityDetail>("POST", "/api/v1/activities", { body, idempotent: true }),
  /** Change an activity. A new schedule counts for periods that have no occurrence yet */
  update: ({ id, version, body }: { id: string; version: number; body: ActivityUpdateBody }) => call<ActivityDetail>("PATCH", "/api/v1/activities/{id}", { path: { id }, version, body }),
  /** Delete an activity with its occurrences; files stay with their evidence requests */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/activities/{id}", { path: { id } }),
  /** Add an occurrence by hand, for an activity that is done as needed */
  add: ({ id, body }: { id: string; body: ActivityAddBody }) => call<Occurrence>("POST", "/api/v1/activities/{id}/occurrences", { path: { id }, body, idempotent: true }),
  /** Move the day on which an occurrence is due */
  reschedule: ({ id, version, body }: { id: string; version: number; body: ActivityRescheduleBody }) => call<Occurrence>("PATCH", "/api/v1/occurrences/{id}", { path: { id }, version, body }),
  /** Say how far an occurrence is */
  say: ({ id, body }: { id: string; body: ActivitySayBody }) => call<Occurrence>("POST", "/api/v1/occurrences/{id}/status", { path: { id }, body, idempotent: true }),
  /** Upload what an occurrence has produced: it answers an evidence request of the activity and starts its clock anew */
  prove: ({ id, file, onProgress, signal, ...query }: { id: string; file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; evidence?: string; collected_on?: string; note?: string; complete?: boolean }) => upload<Occurrence>("/api/v1/occurrences/{id}/files", file, { path: { id }, onProgress, signal, query }),
};

export const risk = {
  /** Risks */
  list: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "created_at" | "-created_at" | "due_on" | "-due_on" | "expected_loss" | "-expected_loss" | "inherent" | "-inherent" | "owner" | "-owner" | "ref" | "-ref" | "review_on" | "-review_on" | "score" | "-score" | "status" | "-status" | "target" | "-target" | "title" | "-title" | "treatment" | "-treatment" | "updated_at" | "-updated_at"; q?: string; status?: ("open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed")[]; level?: ("critical" | "high" | "medium" | "low" | "unscored")[]; category?: string; owner?: string; treatment?: ("mitigate" | "accept" | "transfer" | "avoid")[]; overdue?: boolean; of?: "inherent" | "residual" | "target"; likelihood?: number; impact?: number; control?: string; tag?: string[]; field?: string[] } = {}) => call<RiskPage>("GET", "/api/v1/risks", { query }),
  /** Count the values to filter by: risks */
  facets: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "created_at" | "-created_at" | "due_on" | "-due_on" | "expected_loss" | "-expected_loss" | "inherent" | "-inherent" | "owner" | "-owner" | "ref" | "-ref" | "review_on" | "-review_on" | "score" | "-score" | "status" | "-status" | "target" | "-target" | "title" | "-title" | "treatment" | "-treatment" | "updated_at" | "-updated_at"; q?: string; status?: ("open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed")[]; level?: ("critical" | "high" | "medium" | "low" | "unscored")[]; category?: string; owner?: string; treatment?: ("mitigate" | "accept" | "transfer" | "avoid")[]; overdue?: boolean; of?: "inherent" | "residual" | "target"; likelihood?: number; impact?: number; control?: string; tag?: string[]; field?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/risks/facets", { query }),
  /** Export as CSV or XLSX: risks */
  export: (query: { page?: number; limit?: number; sort?: "category" | "-category" | "created_at" | "-created_at" | "due_on" | "-due_on" | "expected_loss" | "-expected_loss" | "inherent" | "-inherent" | "owner" | "-owner" | "ref" | "-ref" | "review_on" | "-review_on" | "score" | "-score" | "status" | "-status" | "target" | "-target" | "title" | "-title" | "treatment" | "-treatment" | "updated_at" | "-updated_at"; q?: string; status?: ("open" | "in_progress" | "off_track" | "mitigated" | "accepted" | "closed")[]; level?: ("critical" | "high" | "medium" | "low" | "unscored")[]; category?: string; owner?: string; treatment?: ("mitigate" | "accept" | "transfer" | "avoid")[]; overdue?: boolean; of?: "inherent" | "residual" | "target"; likelihood?: number; impact?: number; control?: string; tag?: string[]; field?: string[]; format?: "csv" | "xlsx"; columns?: ("ref" | "title" | "description" | "category" | "owner" | "status" | "inherent_likelihood" | "inherent_impact" | "residual_likelihood" | "residual_impact" | "target_likelihood" | "target_impact" | "treatment" | "plan" | "due_on" | "review_on" | "score" | "level" | "overdue" | "accepted_until" | "acceptance_reason" | "expected_loss" | "controls" | "effective_controls" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/risks/export", { query }),
  /** One risk with all that belongs to it */
  get: ({ id }: { id: string }) => call<RiskDetail>("GET", "/api/v1/risks/{id}", { path: { id } }),
  /** Add a record to the risks */
  create: ({ body }: { body: RiskDraft }) => call<RiskDetail>("POST", "/api/v1/risks", { body, idempotent: true }),
  /** Change a risk */
  update: ({ id, version, body }: { id: string; version: number; body: RiskChange }) => call<RiskDetail>("PATCH", "/api/v1/risks/{id}", { path: { id }, version, body }),
  /** Change many risks at once */
  bulk: ({ body }: { body: RiskBulkBody }) => call<Bulk>("POST", "/api/v1/risks/bulk", { body, idempotent: true }),
  /** Delete a risk */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/risks/{id}", { path: { id } }),
  /** Risks in figures: by level, status and place on the map, and how that moved */
  figures: () => call<RiskFigures>("GET", "/api/v1/risks/figures"),
  /** What all risks that are said in money cost in a year */
  portfolio: () => call<RiskPortfolio>("GET", "/api/v1/risks/loss"),
  /** The risks that cost most */
  top: () => call<LossTop>("GET", "/api/v1/risks/loss/top"),
  /** What a risk costs in a year: the ranges, the figures and the curve */
  loss: ({ id }: { id: string }) => call<RiskLoss>("GET", "/api/v1/risks/{id}/loss", { path: { id } }),
  /** What ranges that are being typed would amount to. Nothing is written */
  preview: ({ id, ...query }: { id: string; currency?: string; inherent_unit?: "a_year" | "once_in"; inherent?: number[]; residual_unit?: "a_year" | "once_in"; residual?: number[] }) => call<RiskLoss>("GET", "/api/v1/risks/{id}/loss/preview", { path: { id }, query }),
  /** Say how often a risk happens and what it costs each time */
  set_loss: ({ id, version, body }: { id: string; version: number; body: LossDraft }) => call<RiskLoss>("PUT", "/api/v1/risks/{id}/loss", { path: { id }, version, body }),
  /** Say a risk no longer in money */
  remove_loss: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/risks/{id}/loss", { path: { id } }),
  /** The loss of a year that the organisation is ready to bear */
  appetite: () => call<RiskAppetite>("GET", "/api/v1/risk-appetite"),
  /** Set the loss of a year that the organisation is ready to bear */
  update_appetite: ({ version, body }: { version: number; body: RiskUpdateAppetiteBody }) => call<RiskAppetite>("PATCH", "/api/v1/risk-appetite", { version, body }),
  /** Risks that many companies have, to pick from */
  library: () => call<RiskLibrary>("GET", "/api/v1/risks/library"),
  /** Add risks of the library, linked to the controls that are here */
  pick: ({ body }: { body: RiskPickBody }) => call<RiskPicked>("POST", "/api/v1/risks/library", { body, idempotent: true }),
  /** From which score on a risk is critical, high or medium */
  scale: () => call<RiskScale>("GET", "/api/v1/risk-scale"),
  /** Set from which score on a risk is critical, high or medium */
  update_scale: ({ version, body }: { version: number; body: RiskUpdateScaleBody }) => call<RiskScale>("PATCH", "/api/v1/risk-scale", { version, body }),
  /** Accept a risk until a day. The day after it is open again by itself */
  accept: ({ id, body }: { id: string; body: RiskAcceptBody }) => call<RiskDetail>("POST", "/api/v1/risks/{id}/accept", { path: { id }, body, idempotent: true }),
  /** Take an acceptance back: the risk is open again */
  unaccept: ({ id }: { id: string }) => call<RiskDetail>("POST", "/api/v1/risks/{id}/unaccept", { path: { id }, idempotent: true }),
};

export const asset = {
  /** Assets */
  list: (query: { page?: number; limit?: number; sort?: "account_id" | "-account_id" | "backup" | "-backup" | "backup_tested_on" | "-backup_tested_on" | "classification" | "-classification" | "created_at" | "-created_at" | "criticality" | "-criticality" | "custodian" | "-custodian" | "encrypted_at_rest" | "-encrypted_at_rest" | "encrypted_in_transit" | "-encrypted_in_transit" | "environment" | "-environment" | "identifier" | "-identifier" | "kind" | "-kind" | "name" | "-name" | "needed_by" | "-needed_by" | "needs" | "-needs" | "owner" | "-owner" | "provider" | "-provider" | "ref" | "-ref" | "region" | "-region" | "retention" | "-retention" | "review_on" | "-review_on" | "rto" | "-rto" | "seen_on" | "-seen_on" | "status" | "-status" | "stores_data" | "-stores_data" | "updated_at" | "-updated_at"; q?: string; kind?: ("application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other")[]; environment?: ("production" | "staging" | "development" | "corporate" | "none")[]; status?: ("planned" | "active" | "retiring" | "retired")[]; classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[]; data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[]; criticality?: ("critical" | "high" | "medium" | "low" | "none")[]; rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; encrypted_at_rest?: ("yes" | "no" | "none")[]; encrypted_in_transit?: ("yes" | "no" | "none")[]; backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[]; provider?: string; account_id?: string; region?: string; custodian?: string; owner?: string; store?: boolean; gap?: ("classification" | "encryption" | "backup" | "owner")[]; overdue?: boolean; tag?: string[]; field?: string[] } = {}) => call<AssetPage>("GET", "/api/v1/assets", { query }),
  /** Count the values to filter by: assets */
  facets: (query: { page?: number; limit?: number; sort?: "account_id" | "-account_id" | "backup" | "-backup" | "backup_tested_on" | "-backup_tested_on" | "classification" | "-classification" | "created_at" | "-created_at" | "criticality" | "-criticality" | "custodian" | "-custodian" | "encrypted_at_rest" | "-encrypted_at_rest" | "encrypted_in_transit" | "-encrypted_in_transit" | "environment" | "-environment" | "identifier" | "-identifier" | "kind" | "-kind" | "name" | "-name" | "needed_by" | "-needed_by" | "needs" | "-needs" | "owner" | "-owner" | "provider" | "-provider" | "ref" | "-ref" | "region" | "-region" | "retention" | "-retention" | "review_on" | "-review_on" | "rto" | "-rto" | "seen_on" | "-seen_on" | "status" | "-status" | "stores_data" | "-stores_data" | "updated_at" | "-updated_at"; q?: string; kind?: ("application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other")[]; environment?: ("production" | "staging" | "development" | "corporate" | "none")[]; status?: ("planned" | "active" | "retiring" | "retired")[]; classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[]; data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[]; criticality?: ("critical" | "high" | "medium" | "low" | "none")[]; rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; encrypted_at_rest?: ("yes" | "no" | "none")[]; encrypted_in_transit?: ("yes" | "no" | "none")[]; backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[]; provider?: string; account_id?: string; region?: string; custodian?: string; owner?: string; store?: boolean; gap?: ("classification" | "encryption" | "backup" | "owner")[]; overdue?: boolean; tag?: string[]; field?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/assets/facets", { query }),
  /** Export as CSV or XLSX: assets */
  export: (query: { page?: number; limit?: number; sort?: "account_id" | "-account_id" | "backup" | "-backup" | "backup_tested_on" | "-backup_tested_on" | "classification" | "-classification" | "created_at" | "-created_at" | "criticality" | "-criticality" | "custodian" | "-custodian" | "encrypted_at_rest" | "-encrypted_at_rest" | "encrypted_in_transit" | "-encrypted_in_transit" | "environment" | "-environment" | "identifier" | "-identifier" | "kind" | "-kind" | "name" | "-name" | "needed_by" | "-needed_by" | "needs" | "-needs" | "owner" | "-owner" | "provider" | "-provider" | "ref" | "-ref" | "region" | "-region" | "retention" | "-retention" | "review_on" | "-review_on" | "rto" | "-rto" | "seen_on" | "-seen_on" | "status" | "-status" | "stores_data" | "-stores_data" | "updated_at" | "-updated_at"; q?: string; kind?: ("application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other")[]; environment?: ("production" | "staging" | "development" | "corporate" | "none")[]; status?: ("planned" | "active" | "retiring" | "retired")[]; classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[]; data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[]; criticality?: ("critical" | "high" | "medium" | "low" | "none")[]; rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; encrypted_at_rest?: ("yes" | "no" | "none")[]; encrypted_in_transit?: ("yes" | "no" | "none")[]; backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[]; provider?: string; account_id?: string; region?: string; custodian?: string; owner?: string; store?: boolean; gap?: ("classification" | "encryption" | "backup" | "owner")[]; overdue?: boolean; tag?: string[]; field?: string[]; format?: "csv" | "xlsx"; columns?: ("ref" | "name" | "kind" | "identifier" | "provider" | "account_id" | "region" | "environment" | "description" | "owner" | "custodian" | "status" | "criticality" | "rto" | "stores_data" | "classification" | "data_types" | "encrypted_at_rest" | "encrypted_in_transit" | "backup" | "backup_tested_on" | "retention" | "seen_on" | "review_on" | "is_a_data_store" | "gaps" | "depends_on" | "needed_by" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/assets/export", { query }),
  /** One asset with all that belongs to it */
  get: ({ id }: { id: string }) => call<AssetDetail>("GET", "/api/v1/assets/{id}", { path: { id } }),
  /** Add a record to the assets */
  create: ({ body }: { body: AssetDraft }) => call<AssetDetail>("POST", "/api/v1/assets", { body, idempotent: true }),
  /** Change a asset */
  update: ({ id, version, body }: { id: string; version: number; body: AssetChange }) => call<AssetDetail>("PATCH", "/api/v1/assets/{id}", { path: { id }, version, body }),
  /** Change many assets at once */
  bulk: ({ body }: { body: AssetBulkBody }) => call<Bulk>("POST", "/api/v1/assets/bulk", { body, idempotent: true }),
  /** Delete a asset */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/assets/{id}", { path: { id } }),
  /** Assets in figures: by kind, environment and classification, and what is missing of data stores */
  figures: () => call<AssetFigures>("GET", "/api/v1/assets/figures"),
  /** What depends on what, among the assets that a filter finds and the processes that need them */
  graph: (query: { page?: number; limit?: number; sort?: string; q?: string; kind?: ("application" | "database" | "bucket" | "server" | "container" | "network" | "endpoints" | "saas" | "repository" | "secrets" | "data_set" | "facility" | "other")[]; environment?: ("production" | "staging" | "development" | "corporate" | "none")[]; status?: ("planned" | "active" | "retiring" | "retired")[]; classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[]; data_types?: ("personal" | "health" | "payment" | "financial" | "credentials" | "source_code" | "intellectual_property" | "logs" | "public")[]; criticality?: ("critical" | "high" | "medium" | "low" | "none")[]; rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; encrypted_at_rest?: ("yes" | "no" | "none")[]; encrypted_in_transit?: ("yes" | "no" | "none")[]; backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[]; provider?: string; account_id?: string; region?: string; custodian?: string; owner?: string; store?: boolean; gap?: ("classification" | "encryption" | "backup" | "owner")[]; overdue?: boolean; tag?: string[]; field?: string[] } = {}) => call<AssetGraph>("GET", "/api/v1/assets/graph", { query }),
};

export const bia = {
  /** Processes */
  list: (query: { page?: number; limit?: number; sort?: "antimalware" | "-antimalware" | "backup" | "-backup" | "classification" | "-classification" | "created_at" | "-created_at" | "financial" | "-financial" | "legal" | "-legal" | "log_review" | "-log_review" | "managed_by" | "-managed_by" | "mtd" | "-mtd" | "name" | "-name" | "needs" | "-needs" | "operational" | "-operational" | "owner" | "-owner" | "ref" | "-ref" | "reputational" | "-reputational" | "review_on" | "-review_on" | "reviewed_on" | "-reviewed_on" | "rpo" | "-rpo" | "rto" | "-rto" | "score" | "-score" | "updated_at" | "-updated_at"; q?: string; tier?: ("critical" | "high" | "medium" | "low" | "incomplete")[]; rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; rpo?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; mtd?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[]; backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[]; antimalware?: ("yes" | "no" | "none")[]; owner?: string; managed_by?: string; from?: number; to?: number; overdue?: boolean; unreviewed?: boolean; late?: boolean; depends_on?: string; tag?: string[]; field?: string[] } = {}) => call<ProcessPage>("GET", "/api/v1/processes", { query }),
  /** Count the values to filter by: processes */
  facets: (query: { page?: number; limit?: number; sort?: "antimalware" | "-antimalware" | "backup" | "-backup" | "classification" | "-classification" | "created_at" | "-created_at" | "financial" | "-financial" | "legal" | "-legal" | "log_review" | "-log_review" | "managed_by" | "-managed_by" | "mtd" | "-mtd" | "name" | "-name" | "needs" | "-needs" | "operational" | "-operational" | "owner" | "-owner" | "ref" | "-ref" | "reputational" | "-reputational" | "review_on" | "-review_on" | "reviewed_on" | "-reviewed_on" | "rpo" | "-rpo" | "rto" | "-rto" | "score" | "-score" | "updated_at" | "-updated_at"; q?: string; tier?: ("critical" | "high" | "medium" | "low" | "incomplete")[]; rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; rpo?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; mtd?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[]; backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[]; antimalware?: ("yes" | "no" | "none")[]; owner?: string; managed_by?: string; from?: number; to?: number; overdue?: boolean; unreviewed?: boolean; late?: boolean; depends_on?: string; tag?: string[]; field?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/processes/facets", { query }),
  /** Export as CSV or XLSX: processes */
  export: (query: { page?: number; limit?: number; sort?: "antimalware" | "-antimalware" | "backup" | "-backup" | "classification" | "-classification" | "created_at" | "-created_at" | "financial" | "-financial" | "legal" | "-legal" | "log_review" | "-log_review" | "managed_by" | "-managed_by" | "mtd" | "-mtd" | "name" | "-name" | "needs" | "-needs" | "operational" | "-operational" | "owner" | "-owner" | "ref" | "-ref" | "reputational" | "-reputational" | "review_on" | "-review_on" | "reviewed_on" | "-reviewed_on" | "rpo" | "-rpo" | "rto" | "-rto" | "score" | "-score" | "updated_at" | "-updated_at"; q?: string; tier?: ("critical" | "high" | "medium" | "low" | "incomplete")[]; rto?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; rpo?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; mtd?: ("le_1h" | "le_4h" | "le_8h" | "le_24h" | "le_72h" | "le_7d" | "gt_7d" | "none")[]; classification?: ("public" | "internal" | "confidential" | "restricted" | "none")[]; backup?: ("continuous" | "hourly" | "daily" | "weekly" | "monthly" | "never" | "none")[]; antimalware?: ("yes" | "no" | "none")[]; owner?: string; managed_by?: string; from?: number; to?: number; overdue?: boolean; unreviewed?: boolean; late?: boolean; depends_on?: string; tag?: string[]; field?: string[]; format?: "csv" | "xlsx"; columns?: ("ref" | "name" | "description" | "owner" | "managed_by" | "rto" | "rpo" | "mtd" | "classification" | "backup" | "backup_needs" | "financial" | "financial_note" | "operational" | "operational_note" | "legal" | "legal_note" | "reputational" | "reputational_note" | "antimalware" | "log_review" | "review_on" | "score" | "tier" | "reviewed_on" | "reviewed_by" | "depends_on" | "comes_back_later" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/processes/export", { query }),
  /** One process with all that belongs to it */
  get: ({ id }: { id: string }) => call<ProcessDetail>("GET", "/api/v1/processes/{id}", { path: { id } }),
  /** Add a record to the processes */
  create: ({ body }: { body: ProcessDraft }) => call<ProcessDetail>("POST", "/api/v1/processes", { body, idempotent: true }),
  /** Change a process */
  update: ({ id, version, body }: { id: string; version: number; body: ProcessChange }) => call<ProcessDetail>("PATCH", "/api/v1/processes/{id}", { path: { id }, version, body }),
  /** Change many processes at once */
  bulk: ({ body }: { body: BiaBulkBody }) => call<Bulk>("POST", "/api/v1/processes/bulk", { body, idempotent: true }),
  /** Delete a process */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/processes/{id}", { path: { id } }),
  /** Processes in figures: by tier, recovery time, recovery point and score */
  figures: () => call<ProcessFigures>("GET", "/api/v1/processes/figures"),
  /** Who owns processes, and what most of them depend on */
  spread: () => call<ProcessSpread>("GET", "/api/v1/processes/spread"),
  /** Say that a process was looked at and stands as it is. It is looked at again in a year */
  review: ({ id }: { id: string }) => call<ProcessDetail>("POST", "/api/v1/processes/{id}/review", { path: { id }, idempotent: true }),
};

export const vendor = {
  /** Vendors */
  list: (query: { page?: number; limit?: number; sort?: "assessed_on" | "-assessed_on" | "category" | "-category" | "classification" | "-classification" | "contact_email" | "-contact_email" | "contact_name" | "-contact_name" | "contract_end" | "-contract_end" | "created_at" | "-created_at" | "legal_review" | "-legal_review" | "location" | "-location" | "name" | "-name" | "next_review_on" | "-next_review_on" | "owner" | "-owner" | "purpose" | "-purpose" | "ref" | "-ref" | "score" | "-score" | "service" | "-service" | "status" | "-status" | "subservice" | "-subservice" | "tier" | "-tier" | "type" | "-type" | "updated_at" | "-updated_at"; q?: string; status?: ("requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded")[]; tier?: ("critical" | "high" | "medium" | "low" | "unscored")[]; review?: ("never" | "current" | "due_soon" | "overdue" | "closed")[]; attested?: ("unasked" | "valid" | "expiring" | "missing" | "expired")[]; contract_due?: boolean; type?: ("software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other")[]; category?: string; classification?: ("public" | "internal" | "confidential" | "restricted")[]; data?: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[]; impact?: number; subservice?: boolean; legal_review?: ("not_needed" | "needed" | "done")[]; owner?: string; tag?: string[]; field?: string[] } = {}) => call<VendorPage>("GET", "/api/v1/vendors", { query }),
  /** Count the values to filter by: vendors */
  facets: (query: { page?: number; limit?: number; sort?: "assessed_on" | "-assessed_on" | "category" | "-category" | "classification" | "-classification" | "contact_email" | "-contact_email" | "contact_name" | "-contact_name" | "contract_end" | "-contract_end" | "created_at" | "-created_at" | "legal_review" | "-legal_review" | "location" | "-location" | "name" | "-name" | "next_review_on" | "-next_review_on" | "owner" | "-owner" | "purpose" | "-purpose" | "ref" | "-ref" | "score" | "-score" | "service" | "-service" | "status" | "-status" | "subservice" | "-subservice" | "tier" | "-tier" | "type" | "-type" | "updated_at" | "-updated_at"; q?: string; status?: ("requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded")[]; tier?: ("critical" | "high" | "medium" | "low" | "unscored")[]; review?: ("never" | "current" | "due_soon" | "overdue" | "closed")[]; attested?: ("unasked" | "valid" | "expiring" | "missing" | "expired")[]; contract_due?: boolean; type?: ("software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other")[]; category?: string; classification?: ("public" | "internal" | "confidential" | "restricted")[]; data?: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[]; impact?: number; subservice?: boolean; legal_review?: ("not_needed" | "needed" | "done")[]; owner?: string; tag?: string[]; field?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/vendors/facets", { query }),
  /** Export as CSV or XLSX: vendors */
  export: (query: { page?: number; limit?: number; sort?: "assessed_on" | "-assessed_on" | "category" | "-category" | "classification" | "-classification" | "contact_email" | "-contact_email" | "contact_name" | "-contact_name" | "contract_end" | "-contract_end" | "created_at" | "-created_at" | "legal_review" | "-legal_review" | "location" | "-location" | "name" | "-name" | "next_review_on" | "-next_review_on" | "owner" | "-owner" | "purpose" | "-purpose" | "ref" | "-ref" | "score" | "-score" | "service" | "-service" | "status" | "-status" | "subservice" | "-subservice" | "tier" | "-tier" | "type" | "-type" | "updated_at" | "-updated_at"; q?: string; status?: ("requested" | "in_review" | "approved" | "rejected" | "offboarding" | "offboarded")[]; tier?: ("critical" | "high" | "medium" | "low" | "unscored")[]; review?: ("never" | "current" | "due_soon" | "overdue" | "closed")[]; attested?: ("unasked" | "valid" | "expiring" | "missing" | "expired")[]; contract_due?: boolean; type?: ("software" | "infrastructure" | "professional_services" | "contractor" | "payments" | "hardware" | "facilities" | "other")[]; category?: string; classification?: ("public" | "internal" | "confidential" | "restricted")[]; data?: ("pii" | "phi" | "financial" | "credentials" | "source_code" | "customer_content" | "employee" | "none")[]; impact?: number; subservice?: boolean; legal_review?: ("not_needed" | "needed" | "done")[]; owner?: string; tag?: string[]; field?: string[]; format?: "csv" | "xlsx"; columns?: ("ref" | "name" | "service" | "description" | "type" | "website" | "owner" | "contact_name" | "contact_email" | "category" | "status" | "data" | "classification" | "subservice" | "location" | "purpose" | "legal_review" | "risk_likelihood" | "risk_impact" | "assessed_on" | "score" | "tier" | "review" | "next_review_on" | "attestations" | "contract_end" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/vendors/export", { query }),
  /** One vendor with all that belongs to it */
  get: ({ id }: { id: string }) => call<VendorDetail>("GET", "/api/v1/vendors/{id}", { path: { id } }),
  /** Add a record to the vendors */
  create: ({ body }: { body: VendorDraft }) => call<VendorDetail>("POST", "/api/v1/vendors", { body, idempotent: true }),
  /** Change a vendor */
  update: ({ id, version, body }: { id: string; version: number; body: VendorChange }) => call<VendorDetail>("PATCH", "/api/v1/vendors/{id}", { path: { id }, version, body }),
  /** Change many vendors at once */
  bulk: ({ body }: { body: VendorBulkBody }) => call<Bulk>("POST", "/api/v1/vendors/bulk", { body, idempotent: true }),
  /** Delete a vendor */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/vendors/{id}", { path: { id } }),
  /** Add an attestation to a vendor */
  add_attestation: ({ id, body }: { id: string; body: VendorAttestationDraft }) => call<VendorAttestation>("POST", "/api/v1/vendors/{id}/attestations", { path: { id }, body, idempotent: true }),
  /** Change an attestation of a vendor */
  update_attestation: ({ id, version, body }: { id: string; version: number; body: VendorAttestationChange }) => call<VendorAttestation>("PATCH", "/api/v1/vendor-attestations/{id}", { path: { id }, version, body }),
  /** Delete an attestation of a vendor */
  delete_attestation: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/vendor-attestations/{id}", { path: { id } }),
  /** Add a contract to a vendor */
  add_contract: ({ id, body }: { id: string; body: VendorContractDraft }) => call<VendorContract>("POST", "/api/v1/vendors/{id}/contracts", { path: { id }, body, idempotent: true }),
  /** Change a contract of a vendor */
  update_contract: ({ id, version, body }: { id: string; version: number; body: VendorContractChange }) => call<VendorContract>("PATCH", "/api/v1/vendor-contracts/{id}", { path: { id }, version, body }),
  /** Delete a contract of a vendor */
  delete_contract: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/vendor-contracts/{id}", { path: { id } }),
  /** Approved sub-processors, as customers are shown them */
  subprocessors: (query: { page?: number; limit?: number; sort?: "location" | "-location" | "name" | "-name"; q?: string } = {}) => call<SubprocessorPage>("GET", "/api/v1/vendors/sub-processors", { query }),
  /** Export as CSV or XLSX: approved sub-processors, as customers are shown them */
  subprocessors_export: (query: { page?: number; limit?: number; sort?: "location" | "-location" | "name" | "-name"; q?: string; format?: "csv" | "xlsx"; columns?: ("name" | "purpose" | "location" | "data" | "website" | "since")[] } = {}) => href("/api/v1/vendors/sub-processors/export", { query }),
  /** Vendors in figures: by tier, clock, attestations, data and status */
  figures: () => call<VendorFigures>("GET", "/api/v1/vendors/figures"),
  /** Approve or reject a vendor, with a reason */
  decide: ({ id, body }: { id: string; body: VendorDecideBody }) => call<VendorDetail>("POST", "/api/v1/vendors/{id}/decide", { path: { id }, body, idempotent: true }),
  /** Begin an assessment. There is one under way at most */
  assess: ({ id }: { id: string }) => call<VendorAssessmentDetail>("POST", "/api/v1/vendors/{id}/assessments", { path: { id }, idempotent: true }),
  /** One assessment: as it stands while it is a draft, as it was once it is concluded */
  assessment: ({ id }: { id: string }) => call<VendorAssessmentDetail>("GET", "/api/v1/vendor-assessments/{id}", { path: { id } }),
  /** Save the draft of an assessment */
  save_assessment: ({ id, version, body }: { id: string; version: number; body: VendorSaveAssessmentBody }) => call<VendorAssessmentDetail>("PATCH", "/api/v1/vendor-assessments/{id}", { path: { id }, version, body }),
  /** Conclude an assessment: it sets the vendor's score, tier and clock and stays as it was. An administrator may approve or reject the vendor with it */
  conclude: ({ id, body }: { id: string; body: VendorConcludeBody }) => call<VendorAssessmentDetail>("POST", "/api/v1/vendor-assessments/{id}/conclude", { path: { id }, body }),
  /** An assessment as a PDF, with its facts and answers */
  assessment_pdf: ({ id }: { id: string }) => href("/api/v1/vendor-assessments/{id}/pdf", { path: { id }, present: true }),
  /** Discard the draft of an assessment */
  discard_assessment: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/vendor-assessments/{id}", { path: { id } }),
  /** Put the questions of the catalog to a vendor, as many as its tier asks for */
  ask: ({ id, body }: { id: string; body: VendorAskBody }) => call<VendorAsked>("POST", "/api/v1/vendors/{id}/questionnaires", { path: { id }, body, idempotent: true }),
  /** A questionnaire with its answers */
  questionnaire: ({ id }: { id: string }) => call<VendorAsked>("GET", "/api/v1/vendor-questionnaires/{id}", { path: { id } }),
  /** Write down an answer, or judge one */
  answer: ({ id, version, body }: { id: string; version: number; body: VendorAnswerBody }) => call<VendorAnswer>("PATCH", "/api/v1/vendor-answers/{id}", { path: { id }, version, body }),
  /** Delete a questionnaire with its answers */
  delete_questionnaire: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/vendor-questionnaires/{id}", { path: { id } }),
};

export const personnel = {
  /** Personnel */
  list: (query: { page?: number; limit?: number; sort?: "admin_rights" | "-admin_rights" | "apps" | "-apps" | "background" | "-background" | "background_on" | "-background_on" | "created_at" | "-created_at" | "department" | "-department" | "email" | "-email" | "employee_id" | "-employee_id" | "employment" | "-employment" | "ended_on" | "-ended_on" | "flags" | "-flags" | "job_role" | "-job_role" | "location" | "-location" | "manager" | "-manager" | "mfa" | "-mfa" | "name" | "-name" | "nda" | "-nda" | "nda_on" | "-nda_on" | "phone" | "-phone" | "started_on" | "-started_on" | "status" | "-status" | "training" | "-training" | "training_on" | "-training_on" | "updated_at" | "-updated_at"; q?: string; status?: ("active" | "inactive" | "on_leave" | "terminated")[]; employment?: ("employee" | "contractor" | "intern" | "vendor_staff")[]; department?: string; job_role?: string; manager?: string; location?: string; background?: ("unknown" | "not_done" | "pending" | "passed" | "failed")[]; nda?: ("unknown" | "not_signed" | "signed")[]; training?: ("unknown" | "never" | "done")[]; mfa?: ("unknown" | "yes" | "no")[]; admin_rights?: ("unknown" | "yes" | "no")[]; flags?: ("no_nda" | "training_overdue" | "no_background" | "terminated_with_access" | "no_mfa" | "admin_rights" | "no_manager" | "none")[]; unknown?: ("no_nda" | "training_overdue" | "no_background" | "no_mfa" | "admin_rights")[]; leaving?: boolean; application?: string; tag?: string[]; field?: string[] } = {}) => call<PersonnelPage>("GET", "/api/v1/personnel", { query }),
  /** Count the values to filter by: personnel */
  facets: (query: { page?: number; limit?: number; sort?: "admin_rights" | "-admin_rights" | "apps" | "-apps" | "background" | "-background" | "background_on" | "-background_on" | "created_at" | "-created_at" | "department" | "-department" | "email" | "-email" | "employee_id" | "-employee_id" | "employment" | "-employment" | "ended_on" | "-ended_on" | "flags" | "-flags" | "job_role" | "-job_role" | "location" | "-location" | "manager" | "-manager" | "mfa" | "-mfa" | "name" | "-name" | "nda" | "-nda" | "nda_on" | "-nda_on" | "phone" | "-phone" | "started_on" | "-started_on" | "status" | "-status" | "training" | "-training" | "training_on" | "-training_on" | "updated_at" | "-updated_at"; q?: string; status?: ("active" | "inactive" | "on_leave" | "terminated")[]; employment?: ("employee" | "contractor" | "intern" | "vendor_staff")[]; department?: string; job_role?: string; manager?: string; location?: string; background?: ("unknown" | "not_done" | "pending" | "passed" | "failed")[]; nda?: ("unknown" | "not_signed" | "signed")[]; training?: ("unknown" | "never" | "done")[]; mfa?: ("unknown" | "yes" | "no")[]; admin_rights?: ("unknown" | "yes" | "no")[]; flags?: ("no_nda" | "training_overdue" | "no_background" | "terminated_with_access" | "no_mfa" | "admin_rights" | "no_manager" | "none")[]; unknown?: ("no_nda" | "training_overdue" | "no_background" | "no_mfa" | "admin_rights")[]; leaving?: boolean; application?: string; tag?: string[]; field?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/personnel/facets", { query }),
  /** Export as CSV or XLSX: personnel */
  export: (query: { page?: number; limit?: number; sort?: "admin_rights" | "-admin_rights" | "apps" | "-apps" | "background" | "-background" | "background_on" | "-background_on" | "created_at" | "-created_at" | "department" | "-department" | "email" | "-email" | "employee_id" | "-employee_id" | "employment" | "-employment" | "ended_on" | "-ended_on" | "flags" | "-flags" | "job_role" | "-job_role" | "location" | "-location" | "manager" | "-manager" | "mfa" | "-mfa" | "name" | "-name" | "nda" | "-nda" | "nda_on" | "-nda_on" | "phone" | "-phone" | "started_on" | "-started_on" | "status" | "-status" | "training" | "-training" | "training_on" | "-training_on" | "updated_at" | "-updated_at"; q?: string; status?: ("active" | "inactive" | "on_leave" | "terminated")[]; employment?: ("employee" | "contractor" | "intern" | "vendor_staff")[]; department?: string; job_role?: string; manager?: string; location?: string; background?: ("unknown" | "not_done" | "pending" | "passed" | "failed")[]; nda?: ("unknown" | "not_signed" | "signed")[]; training?: ("unknown" | "never" | "done")[]; mfa?: ("unknown" | "yes" | "no")[]; admin_rights?: ("unknown" | "yes" | "no")[]; flags?: ("no_nda" | "training_overdue" | "no_background" | "terminated_with_access" | "no_mfa" | "admin_rights" | "no_manager" | "none")[]; unknown?: ("no_nda" | "training_overdue" | "no_background" | "no_mfa" | "admin_rights")[]; leaving?: boolean; application?: string; tag?: string[]; field?: string[]; format?: "csv" | "xlsx"; columns?: ("name" | "email" | "employee_id" | "phone" | "employment" | "department" | "job_role" | "manager" | "status" | "started_on" | "ended_on" | "location" | "background" | "background_on" | "nda" | "nda_on" | "training" | "training_on" | "mfa" | "admin_rights" | "notes" | "apps" | "flags" | "unknown" | "reports" | "checklist_items" | "checklist_done" | "source" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/personnel/export", { query }),
  /** One personnel record with all that belongs to it */
  get: ({ id }: { id: string }) => call<PersonnelDetail>("GET", "/api/v1/personnel/{id}", { path: { id } }),
  /** Add a record to the personnel */
  create: ({ body }: { body: PersonnelDraft }) => call<PersonnelDetail>("POST", "/api/v1/personnel", { body, idempotent: true }),
  /** Change a personnel record */
  update: ({ id, version, body }: { id: string; version: number; body: PersonnelChange }) => call<PersonnelDetail>("PATCH", "/api/v1/personnel/{id}", { path: { id }, version, body }),
  /** Change many personnel at once */
  bulk: ({ body }: { body: PersonnelBulkBody }) => call<Bulk>("POST", "/api/v1/personnel/bulk", { body, idempotent: true }),
  /** Delete a personnel record */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/personnel/{id}", { path: { id } }),
  /** The personnel in figures: by status and by flag, and how the flags moved */
  figures: () => call<PersonnelFigures>("GET", "/api/v1/personnel/figures"),
  /** Everybody who has not left, with whom they report to */
  chart: () => call<PersonnelChart>("GET", "/api/v1/personnel/chart"),
  /** Which flags the organisation wants to see */
  rules: () => call<PersonnelRules>("GET", "/api/v1/personnel-rules"),
  /** Set which flags the organisation wants to see, and how long a training counts */
  update_rules: ({ version, body }: { version: number; body: PersonnelUpdateRulesBody }) => call<PersonnelRules>("PATCH", "/api/v1/personnel-rules", { version, body }),
  /** What has to be done whenever somebody leaves */
  steps: () => call<LeaverSteps>("GET", "/api/v1/leaver-steps"),
  /** Set what has to be done whenever somebody leaves. Checklists that have begun stay as they are */
  set_steps: ({ body }: { body: PersonnelSetStepsBody }) => call<LeaverSteps>("PUT", "/api/v1/leaver-steps", { body }),
  /** Add an item to the checklist of somebody who leaves */
  add_item: ({ id, body }: { id: string; body: PersonnelAddItemBody }) => call<PersonnelDetail>("POST", "/api/v1/personnel/{id}/items", { path: { id }, body, idempotent: true }),
  /** Give everything that somebody owns to somebody else */
  hand_over: ({ id, body }: { id: string; body: PersonnelHandOverBody }) => call<PersonnelDetail>("POST", "/api/v1/personnel/{id}/hand-over", { path: { id }, body, idempotent: true }),
};

export const department = {
  /** Departments */
  list: (query: { page?: number; limit?: number; sort?: "color" | "-color" | "created_at" | "-created_at" | "head" | "-head" | "name" | "-name" | "people" | "-people" | "updated_at" | "-updated_at"; q?: string; head?: string; tag?: string[] } = {}) => call<DepartmentPage>("GET", "/api/v1/departments", { query }),
  /** Count the values to filter by: departments */
  facets: (query: { page?: number; limit?: number; sort?: "color" | "-color" | "created_at" | "-created_at" | "head" | "-head" | "name" | "-name" | "people" | "-people" | "updated_at" | "-updated_at"; q?: string; head?: string; tag?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/departments/facets", { query }),
  /** Export as CSV or XLSX: departments */
  export: (query: { page?: number; limit?: number; sort?: "color" | "-color" | "created_at" | "-created_at" | "head" | "-head" | "name" | "-name" | "people" | "-people" | "updated_at" | "-updated_at"; q?: string; head?: string; tag?: string[]; format?: "csv" | "xlsx"; columns?: ("name" | "description" | "head" | "color" | "people" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/departments/export", { query }),
  /** One department with all that belongs to it */
  get: ({ id }: { id: string }) => call<Department>("GET", "/api/v1/departments/{id}", { path: { id } }),
  /** Add a record to the departments */
  create: ({ body }: { body: DepartmentDraft }) => call<Department>("POST", "/api/v1/departments", { body, idempotent: true }),
  /** Change a department */
  update: ({ id, version, body }: { id: string; version: number; body: DepartmentChange }) => call<Department>("PATCH", "/api/v1/departments/{id}", { path: { id }, version, body }),
  /** Change many departments at once */
  bulk: ({ body }: { body: DepartmentBulkBody }) => call<Bulk>("POST", "/api/v1/departments/bulk", { body, idempotent: true }),
  /** Delete a department */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/departments/{id}", { path: { id } }),
  /** Move everybody to another department, and delete this one */
  merge: ({ id, body }: { id: string; body: DepartmentMergeBody }) => call<Department>("POST", "/api/v1/departments/{id}/merge", { path: { id }, body, idempotent: true }),
};

export const job_role = {
  /** Job roles */
  list: (query: { page?: number; limit?: number; sort?: "created_at" | "-created_at" | "name" | "-name" | "owner" | "-owner" | "people" | "-people" | "updated_at" | "-updated_at"; q?: string; owner?: string; tag?: string[] } = {}) => call<JobRolePage>("GET", "/api/v1/job-roles", { query }),
  /** Count the values to filter by: job roles */
  facets: (query: { page?: number; limit?: number; sort?: "created_at" | "-created_at" | "name" | "-name" | "owner" | "-owner" | "people" | "-people" | "updated_at" | "-updated_at"; q?: string; owner?: string; tag?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/job-roles/facets", { query }),
  /** Export as CSV or XLSX: job roles */
  export: (query: { page?: number; limit?: number; sort?: "created_at" | "-created_at" | "name" | "-name" | "owner" | "-owner" | "people" | "-people" | "updated_at" | "-updated_at"; q?: string; owner?: string; tag?: string[]; format?: "csv" | "xlsx"; columns?: ("name" | "description" | "owner" | "people" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/job-roles/export", { query }),
  /** One role with all that belongs to it */
  get: ({ id }: { id: string }) => call<JobRole>("GET", "/api/v1/job-roles/{id}", { path: { id } }),
  /** Add a record to the job roles */
  create: ({ body }: { body: JobRoleDraft }) => call<JobRole>("POST", "/api/v1/job-roles", { body, idempotent: true }),
  /** Change a role */
  update: ({ id, version, body }: { id: string; version: number; body: JobRoleChange }) => call<JobRole>("PATCH", "/api/v1/job-roles/{id}", { path: { id }, version, body }),
  /** Change many job roles at once */
  bulk: ({ body }: { body: JobRoleBulkBody }) => call<Bulk>("POST", "/api/v1/job-roles/bulk", { body, idempotent: true }),
  /** Delete a role */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/job-roles/{id}", { path: { id } }),
  /** Give everybody another role, and delete this one */
  merge: ({ id, body }: { id: string; body: JobRoleMergeBody }) => call<JobRole>("POST", "/api/v1/job-roles/{id}/merge", { path: { id }, body, idempotent: true }),
};

export const application = {
  /** Applications */
  list: (query: { page?: number; limit?: number; sort?: "classification" | "-classification" | "created_at" | "-created_at" | "criticality" | "-criticality" | "mfa" | "-mfa" | "name" | "-name" | "owner" | "-owner" | "people" | "-people" | "review_every" | "-review_every" | "sso" | "-sso" | "updated_at" | "-updated_at" | "vendor" | "-vendor"; q?: string; owner?: string; vendor?: string; classification?: ("public" | "internal" | "confidential" | "restricted")[]; criticality?: ("low" | "medium" | "high" | "critical")[]; sso?: ("unknown" | "yes" | "no")[]; mfa?: ("unknown" | "yes" | "no")[]; review_every?: ("monthly" | "quarterly" | "half_yearly" | "yearly")[]; leaver?: boolean; tag?: string[]; field?: string[] } = {}) => call<ApplicationPage>("GET", "/api/v1/applications", { query }),
  /** Count the values to filter by: applications */
  facets: (query: { page?: number; limit?: number; sort?: "classification" | "-classification" | "created_at" | "-created_at" | "criticality" | "-criticality" | "mfa" | "-mfa" | "name" | "-name" | "owner" | "-owner" | "people" | "-people" | "review_every" | "-review_every" | "sso" | "-sso" | "updated_at" | "-updated_at" | "vendor" | "-vendor"; q?: string; owner?: string; vendor?: string; classification?: ("public" | "internal" | "confidential" | "restricted")[]; criticality?: ("low" | "medium" | "high" | "critical")[]; sso?: ("unknown" | "yes" | "no")[]; mfa?: ("unknown" | "yes" | "no")[]; review_every?: ("monthly" | "quarterly" | "half_yearly" | "yearly")[]; leaver?: boolean; tag?: string[]; field?: string[] } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/applications/facets", { query }),
  /** Export as CSV or XLSX: applications */
  export: (query: { page?: number; limit?: number; sort?: "classification" | "-classification" | "created_at" | "-created_at" | "criticality" | "-criticality" | "mfa" | "-mfa" | "name" | "-name" | "owner" | "-owner" | "people" | "-people" | "review_every" | "-review_every" | "sso" | "-sso" | "updated_at" | "-updated_at" | "vendor" | "-vendor"; q?: string; owner?: string; vendor?: string; classification?: ("public" | "internal" | "confidential" | "restricted")[]; criticality?: ("low" | "medium" | "high" | "critical")[]; sso?: ("unknown" | "yes" | "no")[]; mfa?: ("unknown" | "yes" | "no")[]; review_every?: ("monthly" | "quarterly" | "half_yearly" | "yearly")[]; leaver?: boolean; tag?: string[]; field?: string[]; format?: "csv" | "xlsx"; columns?: ("name" | "description" | "owner" | "vendor" | "url" | "classification" | "criticality" | "sso" | "mfa" | "review_every" | "people" | "grants" | "admins" | "leavers" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/applications/export", { query }),
  /** One application with all that belongs to it */
  get: ({ id }: { id: string }) => call<Application>("GET", "/api/v1/applications/{id}", { path: { id } }),
  /** Add a record to the applications */
  create: ({ body }: { body: ApplicationDraft }) => call<Application>("POST", "/api/v1/applications", { body, idempotent: true }),
  /** Change a application */
  update: ({ id, version, body }: { id: string; version: number; body: ApplicationChange }) => call<Application>("PATCH", "/api/v1/applications/{id}", { path: { id }, version, body }),
  /** Change many applications at once */
  bulk: ({ body }: { body: ApplicationBulkBody }) => call<Bulk>("POST", "/api/v1/applications/bulk", { body, idempotent: true }),
  /** Delete a application */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/applications/{id}", { path: { id } }),
  /** Applications and access in figures */
  figures: () => call<AccessFigures>("GET", "/api/v1/applications/figures"),
};

export const grant = {
  /** Grants */
  list: (query: { page?: number; limit?: number; sort?: "admin" | "-admin" | "application" | "-application" | "created_at" | "-created_at" | "granted_by" | "-granted_by" | "granted_on" | "-granted_on" | "last_used_on" | "-last_used_on" | "level" | "-level" | "personnel" | "-personnel" | "status" | "-status" | "updated_at" | "-updated_at"; q?: string; personnel?: string; application?: string; department?: string; level?: string; status?: ("active" | "revoked")[]; admin?: boolean; leaver?: boolean } = {}) => call<GrantPage>("GET", "/api/v1/grants", { query }),
  /** Count the values to filter by: grants */
  facets: (query: { page?: number; limit?: number; sort?: "admin" | "-admin" | "application" | "-application" | "created_at" | "-created_at" | "granted_by" | "-granted_by" | "granted_on" | "-granted_on" | "last_used_on" | "-last_used_on" | "level" | "-level" | "personnel" | "-personnel" | "status" | "-status" | "updated_at" | "-updated_at"; q?: string; personnel?: string; application?: string; department?: string; level?: string; status?: ("active" | "revoked")[]; admin?: boolean; leaver?: boolean } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/grants/facets", { query }),
  /** Export as CSV or XLSX: grants */
  export: (query: { page?: number; limit?: number; sort?: "admin" | "-admin" | "application" | "-application" | "created_at" | "-created_at" | "granted_by" | "-granted_by" | "granted_on" | "-granted_on" | "last_used_on" | "-last_used_on" | "level" | "-level" | "personnel" | "-personnel" | "status" | "-status" | "updated_at" | "-updated_at"; q?: string; personnel?: string; application?: string; department?: string; level?: string; status?: ("active" | "revoked")[]; admin?: boolean; leaver?: boolean; format?: "csv" | "xlsx"; columns?: ("personnel" | "application" | "level" | "admin" | "granted_on" | "granted_by" | "last_used_on" | "status" | "note" | "department" | "leaver" | "revoked_at" | "revoked_by" | "source" | "tags" | "updated_at" | "id" | "version" | string)[] } = {}) => href("/api/v1/grants/export", { query }),
  /** One grant with all that belongs to it */
  get: ({ id }: { id: string }) => call<Grant>("GET", "/api/v1/grants/{id}", { path: { id } }),
  /** Add a record to the grants */
  create: ({ body }: { body: GrantDraft }) => call<Grant>("POST", "/api/v1/grants", { body, idempotent: true }),
  /** Change a grant */
  update: ({ id, version, body }: { id: string; version: number; body: GrantChange }) => call<Grant>("PATCH", "/api/v1/grants/{id}", { path: { id }, version, body }),
  /** Change many grants at once */
  bulk: ({ body }: { body: GrantBulkBody }) => call<Bulk>("POST", "/api/v1/grants/bulk", { body, idempotent: true }),
  /** Delete a grant */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/grants/{id}", { path: { id } }),
  /** Who has access to what in a department: people by applications */
  matrix: (query: { department?: string } = {}) => call<AccessMatrix>("GET", "/api/v1/grants/matrix", { query }),
};

export const task = {
  /** Tasks */
  list: (query: { page?: number; limit?: number; sort?: "created_at" | "-created_at" | "due_on" | "-due_on" | "ended_at" | "-ended_at" | "owner" | "-owner" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("open" | "in_progress" | "done" | "cancelled")[]; owner?: string; due?: ("overdue" | "today" | "7" | "30" | "later" | "none")[]; source?: string; kind?: string; record?: string } = {}) => call<TaskPage>("GET", "/api/v1/tasks", { query }),
  /** Count the values to filter by: tasks */
  facets: (query: { page?: number; limit?: number; sort?: "created_at" | "-created_at" | "due_on" | "-due_on" | "ended_at" | "-ended_at" | "owner" | "-owner" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("open" | "in_progress" | "done" | "cancelled")[]; owner?: string; due?: ("overdue" | "today" | "7" | "30" | "later" | "none")[]; source?: string; kind?: string; record?: string } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/tasks/facets", { query }),
  /** Export as CSV or XLSX: tasks */
  export: (query: { page?: number; limit?: number; sort?: "created_at" | "-created_at" | "due_on" | "-due_on" | "ended_at" | "-ended_at" | "owner" | "-owner" | "status" | "-status" | "title" | "-title" | "updated_at" | "-updated_at"; q?: string; status?: ("open" | "in_progress" | "done" | "cancelled")[]; owner?: string; due?: ("overdue" | "today" | "7" | "30" | "later" | "none")[]; source?: string; kind?: string; record?: string; format?: "csv" | "xlsx"; columns?: ("title" | "status" | "owner" | "due_on" | "overdue" | "about" | "description" | "asked_by" | "source" | "created_at" | "ended_at" | "ended_by" | "outcome" | "id")[] } = {}) => href("/api/v1/tasks/export", { query }),
  /** One task */
  get: ({ id }: { id: string }) => call<Task>("GET", "/api/v1/tasks/{id}", { path: { id } }),
  /** Ask somebody, or oneself, to do something */
  create: ({ body }: { body: TaskCreateBody }) => call<Task>("POST", "/api/v1/tasks", { body, idempotent: true }),
  /** Change a task's words, owner or day */
  update: ({ id, version, body }: { id: string; version: number; body: TaskUpdateBody }) => call<Task>("PATCH", "/api/v1/tasks/{id}", { path: { id }, version, body }),
  /** Give a task to somebody, or to nobody */
  assign: ({ id, body }: { id: string; body: TaskAssignBody }) => call<Task>("POST", "/api/v1/tasks/{id}/assign", { path: { id }, body, idempotent: true }),
  /** Say that work on a task has begun */
  start: ({ id }: { id: string }) => call<Task>("POST", "/api/v1/tasks/{id}/start", { path: { id }, idempotent: true }),
  /** Say that a task is done, and how */
  done: ({ id, body }: { id: string; body: TaskDoneBody }) => call<Task>("POST", "/api/v1/tasks/{id}/done", { path: { id }, body, idempotent: true }),
  /** Say that a task is wanted no longer, and why */
  cancel: ({ id, body }: { id: string; body: TaskCancelBody }) => call<Task>("POST", "/api/v1/tasks/{id}/cancel", { path: { id }, body, idempotent: true }),
  /** Open a task again that had ended */
  reopen: ({ id }: { id: string }) => call<Task>("POST", "/api/v1/tasks/{id}/reopen", { path: { id }, idempotent: true }),
  /** Change status, owner or day of many tasks at once */
  bulk: ({ body }: { body: TaskBulkBody }) => call<TaskBulk>("POST", "/api/v1/tasks/bulk", { body, idempotent: true }),
  /** Delete a task */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/tasks/{id}", { path: { id } }),
};

export const comment = {
  /** What was said under a record, oldest first */
  list: ({ kind, id }: { kind: string; id: string }) => call<Comments>("GET", "/api/v1/records/{kind}/{id}/comments", { path: { kind, id } }),
  /** Say something under a record, or answer. People named as @[person id] are told, and so are those who spoke in the thread and the record's owner */
  create: ({ kind, id, body }: { kind: string; id: string; body: CommentCreateBody }) => call<Comment>("POST", "/api/v1/records/{kind}/{id}/comments", { path: { kind, id }, body, idempotent: true }),
  /** Put one's own comment in other words */
  update: ({ id, version, body }: { id: string; version: number; body: CommentUpdateBody }) => call<Comment>("PATCH", "/api/v1/comments/{id}", { path: { id }, version, body }),
  /** Say that a thread is settled, or open again */
  resolve: ({ id, body }: { id: string; body: CommentResolveBody }) => call<Comment>("POST", "/api/v1/comments/{id}/resolve", { path: { id }, body, idempotent: true }),
  /** Take a comment back. When others answered it, its place in the thread stays */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/comments/{id}", { path: { id } }),
};

export const attachment = {
  /** The files of a record, newest first */
  list: ({ kind, id }: { kind: string; id: string }) => call<Attachments>("GET", "/api/v1/records/{kind}/{id}/attachments", { path: { kind, id } }),
  /** Hang a file at a record */
  upload: ({ kind, id, file, onProgress, signal }: { kind: string; id: string; file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal }) => upload<Attachment>("/api/v1/records/{kind}/{id}/attachments", file, { path: { kind, id }, onProgress, signal }),
  /** Download a file; PDF and pictures can be shown inline */
  download: ({ id, ...query }: { id: string; inline?: boolean }) => href("/api/v1/attachments/{id}", { path: { id }, query, present: "branch" }),
  /** Delete a file; its content is kept for 30 days, so that this can be undone */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/attachments/{id}", { path: { id } }),
};

export const link = {
  /** Records of any kind by their reference or title, to link to */
  find: (query: { q?: string; kind?: string } = {}) => call<FoundRecords>("GET", "/api/v1/records", { query }),
  /** The links of a record */
  list: ({ kind, id }: { kind: string; id: string }) => call<RecordLinks>("GET", "/api/v1/records/{kind}/{id}/links", { path: { kind, id } }),
  /** A record with its neighbours: links, mappings and evidence */
  graph: ({ kind, id, ...query }: { kind: string; id: string; depth?: number }) => call<Graph>("GET", "/api/v1/records/{kind}/{id}/graph", { path: { kind, id }, query }),
  /** What falls when a record falls, or what it stands on: dependencies over any number of steps */
  reach: ({ kind, id, ...query }: { kind: string; id: string; direction?: "needs" | "needed_by" }) => call<Reach>("GET", "/api/v1/records/{kind}/{id}/reach", { path: { kind, id }, query }),
  /** Link a record to another */
  create: ({ kind, id, body }: { kind: string; id: string; body: LinkCreateBody }) => call<RecordLink>("POST", "/api/v1/records/{kind}/{id}/links", { path: { kind, id }, body, idempotent: true }),
  /** Change the note of a link */
  update: ({ id, version, body }: { id: string; version: number; body: LinkUpdateBody }) => call<RecordLink>("PATCH", "/api/v1/links/{id}", { path: { id }, version, body }),
  /** Remove a link */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/links/{id}", { path: { id } }),
};

export const tag = {
  /** All tags, and how many records of each kind have them */
  list: () => call<Tags>("GET", "/api/v1/tags"),
  /** Make a tag */
  create: ({ body }: { body: TagCreateBody }) => call<Tag>("POST", "/api/v1/tags", { body, idempotent: true }),
  /** Give a tag another name or color, wherever it is */
  update: ({ id, version, body }: { id: string; version: number; body: TagUpdateBody }) => call<Tag>("PATCH", "/api/v1/tags/{id}", { path: { id }, version, body }),
  /** Make one tag of two: records with this one get the other, and this one goes */
  merge: ({ id, body }: { id: string; body: TagMergeBody }) => call<Tag>("POST", "/api/v1/tags/{id}/merge", { path: { id }, body, idempotent: true }),
  /** Delete a tag, and take it from all records */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/tags/{id}", { path: { id } }),
  /** The tags of a record */
  of: ({ kind, id }: { kind: string; id: string }) => call<RecordTags>("GET", "/api/v1/records/{kind}/{id}/tags", { path: { kind, id } }),
  /** Add tags to a record, by name, and remove some */
  put: ({ kind, id, body }: { kind: string; id: string; body: TagPutBody }) => call<RecordTags>("POST", "/api/v1/records/{kind}/{id}/tags", { path: { kind, id }, body, idempotent: true }),
};

export const field = {
  /** The custom fields of every kind of record, those that are archived too */
  list: (query: { kind?: string } = {}) => call<Fields>("GET", "/api/v1/fields", { query }),
  /** Give records of one kind a custom field */
  create: ({ body }: { body: FieldCreateBody }) => call<Field>("POST", "/api/v1/fields", { body, idempotent: true }),
  /** Change a custom field; its key and type stay */
  update: ({ id, version, body }: { id: string; version: number; body: FieldUpdateBody }) => call<Field>("PATCH", "/api/v1/fields/{id}", { path: { id }, version, body }),
  /** Archive a custom field: it is no longer shown, and its values stay for when it comes back */
  archive: ({ id }: { id: string }) => call<Field>("DELETE", "/api/v1/fields/{id}", { path: { id } }),
  /** The custom fields of a record with their values */
  of: ({ kind, id }: { kind: string; id: string }) => call<RecordFields>("GET", "/api/v1/records/{kind}/{id}/custom", { path: { kind, id } }),
  /** Fill in custom fields of a record: values by key, null to empty one. Those that are absent stay */
  set: ({ kind, id, body }: { kind: string; id: string; body: FieldSetBody }) => call<RecordFields>("PATCH", "/api/v1/records/{kind}/{id}/custom", { path: { kind, id }, body }),
};

export const view = {
  /** One's own views of a list, and those that are shared */
  list: (query: { list?: string } = {}) => call<Views>("GET", "/api/v1/views", { query }),
  /** Save a view of a list. Administrators and users may share it */
  create: ({ body }: { body: ViewCreateBody }) => call<View>("POST", "/api/v1/views", { body }),
  /** Change a view: its owner, or an administrator if it is shared */
  update: ({ id, version, body }: { id: string; version: number; body: ViewUpdateBody }) => call<View>("PATCH", "/api/v1/views/{id}", { path: { id }, version, body }),
  /** Delete a view */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/views/{id}", { path: { id } }),
  /** Choose the view with which a list opens for oneself */
  set_default: ({ body }: { body: ViewSetDefaultBody }) => call<Views>("POST", "/api/v1/views/default", { body, idempotent: true }),
};

export const notification = {
  /** One's inbox, newest first */
  list: (query: { page?: number; limit?: number; sort?: "at" | "-at"; q?: string; show?: "all" | "unread"; event?: string[] } = {}) => call<NotificationPage>("GET", "/api/v1/notifications", { query, present: true }),
  /** How many of one's notifications are unread */
  count: () => call<InboxCount>("GET", "/api/v1/notifications/count", { present: true }),
  /** Mark some of one's notifications, or all, as read or unread */
  read: ({ body }: { body: NotificationReadBody }) => call<InboxCount>("POST", "/api/v1/notifications/read", { body, idempotent: true, present: true }),
  /** What one hears of, event by event */
  choices: () => call<Choices>("GET", "/api/v1/notifications/choices", { present: true }),
  /** Choose how to hear of an event, or go back to what everybody gets */
  choose: ({ body }: { body: NotificationChooseBody }) => call<Choices>("POST", "/api/v1/notifications/choices", { body, idempotent: true, present: true }),
  /** What everybody hears of who has not chosen */
  defaults: () => call<EventDefaults>("GET", "/api/v1/notifications/defaults", { present: true }),
  /** Set for everybody how to hear of an event, or that nobody does */
  set_default: ({ body }: { body: NotificationSetDefaultBody }) => call<EventDefaults>("POST", "/api/v1/notifications/defaults", { body, idempotent: true, present: true }),
};

export const scope = {
  /** The organisation's products */
  list: (query: { archived?: boolean } = {}) => call<Products>("GET", "/api/v1/products", { query }),
  /** One product with the frameworks it answers to */
  get: ({ id }: { id: string }) => call<Product>("GET", "/api/v1/products/{id}", { path: { id } }),
  /** Add a product */
  create: ({ body }: { body: ScopeCreateBody }) => call<Product>("POST", "/api/v1/products", { body, idempotent: true }),
  /** Change a product, or which frameworks it answers to */
  update: ({ id, version, body }: { id: string; version: number; body: ScopeUpdateBody }) => call<Product>("PATCH", "/api/v1/products/{id}", { path: { id }, version, body }),
  /** Take a product out of every figure and choice; what was said in it is kept */
  archive: ({ id }: { id: string }) => call<Product>("POST", "/api/v1/products/{id}/archive", { path: { id }, idempotent: true }),
  /** Bring an archived product back */
  restore: ({ id }: { id: string }) => call<Product>("POST", "/api/v1/products/{id}/restore", { path: { id }, idempotent: true }),
  /** Delete a product that nothing belongs to */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/products/{id}", { path: { id } }),
};

export const statement = {
  /** Implementation statements */
  list: (query: { page?: number; limit?: number; sort?: "position" | "-position" | "updated_at" | "-updated_at"; q?: string; framework?: string; status?: ("planned" | "partial" | "implemented" | "alternative" | "not_applicable")[]; owner?: string } = {}) => call<StatementPage>("GET", "/api/v1/statements", { query }),
  /** Count the values to filter by: implementation statements */
  facets: (query: { page?: number; limit?: number; sort?: "position" | "-position" | "updated_at" | "-updated_at"; q?: string; framework?: string; status?: ("planned" | "partial" | "implemented" | "alternative" | "not_applicable")[]; owner?: string } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/statements/facets", { query }),
  /** Export as CSV or XLSX: implementation statements */
  export: (query: { page?: number; limit?: number; sort?: "position" | "-position" | "updated_at" | "-updated_at"; q?: string; framework?: string; status?: ("planned" | "partial" | "implemented" | "alternative" | "not_applicable")[]; owner?: string; format?: "csv" | "xlsx"; columns?: ("framework" | "ref" | "requirement" | "status" | "statement" | "owner" | "responsible" | "updated_at" | "id")[] } = {}) => href("/api/v1/statements/export", { query }),
  /** How a requirement is met, or a draft of it from the controls that serve it */
  of: ({ id }: { id: string }) => call<StatementOf>("GET", "/api/v1/requirements/{id}/statement", { path: { id } }),
  /** Say how a requirement is met */
  create: ({ id, body }: { id: string; body: StatementCreateBody }) => call<Statement>("POST", "/api/v1/requirements/{id}/statement", { path: { id }, body, idempotent: true }),
  /** Change how a requirement is said to be met */
  update: ({ id, version, body }: { id: string; version: number; body: StatementUpdateBody }) => call<Statement>("PATCH", "/api/v1/statements/{id}", { path: { id }, version, body }),
  /** Delete a statement */
  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/statements/{id}", { path: { id } }),
  /** What plans say of the system */
  system: () => call<SystemFacts>("GET", "/api/v1/system"),
  /** Change what plans say of the system */
  update_system: ({ version, body }: { version: number; body: StatementUpdateSystemBody }) => call<SystemFacts>("PATCH", "/api/v1/system", { version, body }),
  /** The system security plan of a framework as OSCAL */
  export_ssp: ({ id }: { id: string }) => href("/api/v1/frameworks/{id}/ssp", { path: { id } }),
  /** Import an OSCAL system security plan: its statements, matched by control, and the facts of the system. With dry=true it only says what would change */
  import_ssp: ({ id, file, onProgress, signal, ...query }: { id: string; file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; dry?: boolean }) => upload<OscalPlan>("/api/v1/frameworks/{id}/ssp", file, { path: { id }, onProgress, signal, query }),
  /** The controls that serve a framework as an OSCAL component definition */
  export_components: ({ id }: { id: string }) => href("/api/v1/frameworks/{id}/components", { path: { id } }),
  /** Import an OSCAL component definition: own controls with their mappings. With dry=true it only says what would change */
  import_components: ({ id, file, onProgress, signal, ...query }: { id: string; file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; dry?: boolean }) => upload<OscalPlan>("/api/v1/frameworks/{id}/components", file, { path: { id }, onProgress, signal, query }),
};

export const imports = {
  /** Imports */
  list: (query: { page?: number; limit?: number; sort?: "created_at" | "-created_at" | "name" | "-name"; q?: string; target?: string; state?: "draft" | "checked" | "running" | "done" | "undone" | "failed" | "discarded" } = {}) => call<TableImportPage>("GET", "/api/v1/imports", { query }),
  /** What can be imported, with the fields of each */
  targets: () => call<ImportTargets>("GET", "/api/v1/imports/targets"),
  /** Upload a CSV or XLSX file. Nothing is written yet: the answer shows its headings and first rows and proposes which column is which field */
  upload: ({ file, onProgress, signal, ...query }: { file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; target: string; under?: string }) => upload<TableImportDetail>("/api/v1/imports", file, { onProgress, signal, query }),
  /** One import: its file, how it is understood, what the dry run found, how far it is */
  get: ({ id }: { id: string }) => call<TableImportDetail>("GET", "/api/v1/imports/{id}", { path: { id } }),
  /** Read another sheet of the file, or another row as its headings */
  read: ({ id, body }: { id: string; body: ImportsReadBody }) => call<TableImportDetail>("POST", "/api/v1/imports/{id}/read", { path: { id }, body }),
  /** Try a mapping without writing: what would be created, changed and refused, and why */
  check: ({ id, body }: { id: string; body: ImportsCheckBody }) => call<TableImportDetail>("POST", "/api/v1/imports/{id}/check", { path: { id }, body }),
  /** Import what was checked. A large file goes on as a job */
  run: ({ id }: { id: string }) => call<TableImportDetail>("POST", "/api/v1/imports/{id}/run", { path: { id } }),
  /** Put back everything that an import wrote, unless something later depends on it; or only what nothing does */
  undo: ({ id, ...query }: { id: string; leave?: boolean }) => call<TableImportDetail>("POST", "/api/v1/imports/{id}/undo", { path: { id }, query }),
  /** Put an import away that was not run */
  discard: ({ id }: { id: string }) => call<TableImportDetail>("POST", "/api/v1/imports/{id}/discard", { path: { id }, idempotent: true }),
  /** The refused rows in the format of the file, each with its problem behind, to correct and upload again */
  problems: ({ id }: { id: string }) => href("/api/v1/imports/{id}/problems", { path: { id }, present: true }),
};

export const delivery = {
  /** When the digest goes out */
  digest: () => call<Digest>("GET", "/api/v1/digest", { present: true }),
  /** Set when the digest goes out, or that none does */
  update_digest: ({ version, body }: { version: number; body: DeliveryUpdateDigestBody }) => call<Digest>("PATCH", "/api/v1/digest", { version, body, present: true }),
  /** What a digest would tell the caller now */
  preview_digest: () => call<DigestView>("GET", "/api/v1/digest/preview", { present: true }),
  /** Mail the caller a digest now */
  send_digest: () => call<DigestSent>("POST", "/api/v1/digest/send", { present: true }),
};

export const calendar = {
  /** Whether there is a calendar feed of one's own, and when it was read */
  get: () => call<CalendarFeed>("GET", "/api/v1/calendar", { present: true }),
  /** Make the address of a calendar feed; it is shown once, and an older one stops working */
  create: ({ body }: { body: CalendarCreateBody }) => call<CalendarMade>("POST", "/api/v1/calendar", { body, present: true }),
  /** Make the address of one's calendar feed stop working */
  revoke: () => call<void>("DELETE", "/api/v1/calendar", { present: true }),
};

export const member = {
  /** Members of the organisation */
  list: (query: { page?: number; limit?: number; sort?: "department" | "-department" | "email" | "-email" | "invited_at" | "-invited_at" | "last_sign_in_at" | "-last_sign_in_at" | "name" | "-name" | "role" | "-role" | "status" | "-status" | "title" | "-title"; q?: string; role?: ("admin" | "user" | "auditor" | "executive")[]; status?: ("pending" | "active" | "disabled")[]; department?: string; mfa?: "on" | "off" } = {}) => call<MemberPage>("GET", "/api/v1/members", { query, present: true }),
  /** Count the values to filter by: members of the organisation */
  facets: (query: { page?: number; limit?: number; sort?: "department" | "-department" | "email" | "-email" | "invited_at" | "-invited_at" | "last_sign_in_at" | "-last_sign_in_at" | "name" | "-name" | "role" | "-role" | "status" | "-status" | "title" | "-title"; q?: string; role?: ("admin" | "user" | "auditor" | "executive")[]; status?: ("pending" | "active" | "disabled")[]; department?: string; mfa?: "on" | "off" } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/members/facets", { query, present: true }),
  /** Export as CSV or XLSX: members of the organisation */
  export: (query: { page?: number; limit?: number; sort?: "department" | "-department" | "email" | "-email" | "invited_at" | "-invited_at" | "last_sign_in_at" | "-last_sign_in_at" | "name" | "-name" | "role" | "-role" | "status" | "-status" | "title" | "-title"; q?: string; role?: ("admin" | "user" | "auditor" | "executive")[]; status?: ("pending" | "active" | "disabled")[]; department?: string; mfa?: "on" | "off"; format?: "csv" | "xlsx"; columns?: ("name" | "email" | "role" | "status" | "title" | "department" | "last_sign_in" | "two_step_sign_in" | "invited")[] } = {}) => href("/api/v1/members/export", { query, present: true }),
  /** People that records may name */
  people: (query: { page?: number; limit?: number; sort?: "email" | "-email" | "name" | "-name"; q?: string; active?: "yes" | "no" } = {}) => call<PersonPage>("GET", "/api/v1/people", { query }),
  /** One member */
  get: ({ id }: { id: string }) => call<Member>("GET", "/api/v1/members/{id}", { path: { id }, present: true }),
  /** Invite somebody by mail; the link works for 7 days. Somebody with an account keeps it */
  invite: ({ body }: { body: MemberInviteBody }) => call<Member>("POST", "/api/v1/members", { body }),
  /** Send the invitation again; the older link stops working */
  resend: ({ id }: { id: string }) => call<Member>("POST", "/api/v1/members/{id}/invitation", { path: { id } }),
  /** Change role, status or details. A new role or status ends the member's sessions here */
  update: ({ id, version, body }: { id: string; version: number; body: MemberUpdateBody }) => call<Member>("PATCH", "/api/v1/members/{id}", { path: { id }, version, body }),
  /** Take a member out, or an invitation back */
  remove: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/members/{id}", { path: { id } }),
  /** End all sessions of a member in this organisation */
  end_sessions: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/members/{id}/sessions", { path: { id } }),
  /** Turn two-step sign-in off for a member who lost the app and the recovery codes */
  reset_mfa: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/members/{id}/mfa", { path: { id } }),
};

export const audit = {
  /** What was done in the organisation, newest first: its own log and the installation's records of it as one */
  list: (query: { page?: number; limit?: number; q?: string; actor?: string; by?: "people" | "system"; action?: string; module?: string; table?: string; kind?: "change" | "event"; log?: "tenant" | "installation"; from?: string; to?: string } = {}) => call<AuditEntryPage>("GET", "/api/v1/audit", { query, present: "branch" }),
  /** Who did something and which actions there were, for the filter menus */
  facets: () => call<AuditFacets>("GET", "/api/v1/audit/facets", { present: "branch" }),
  /** One record with every changed field, before and after */
  get: ({ log, seq, ...query }: { log: "tenant" | "installation"; seq: number; page?: number; limit?: number }) => call<AuditRecord>("GET", "/api/v1/audit/{log}/{seq}", { path: { log, seq }, query, present: "branch" }),
  /** One record with what proves that it is in the signed log: a file to check anywhere */
  proof: ({ log, seq, ...query }: { log: "tenant" | "installation"; seq: number; size?: number }) => href("/api/v1/audit/{log}/{seq}/proof", { path: { log, seq }, query, present: true }),
  /** The program that checks a proof: one file of Go, to read and to run anywhere */
  verifier: () => href("/api/v1/audit/verifier", { present: true }),
  /** The whole log: as CSV to read, as JSON lines to verify elsewhere */
  export: (query: { page?: number; limit?: number; q?: string; actor?: string; by?: "people" | "system"; action?: string; module?: string; table?: string; kind?: "change" | "event"; log?: "tenant" | "installation"; from?: string; to?: string; format?: "csv" | "jsonl" } = {}) => href("/api/v1/audit/export", { query, present: true }),
  /** Recompute the log from its records, compare it with every signed checkpoint, and read every file if asked */
  verify: ({ body }: { body: AuditVerifyBody }) => call<AuditVerdict>("POST", "/api/v1/audit/verify", { body }),
  /** Where the log was signed, and the public key that checks it */
  checkpoints: (query: { page?: number; limit?: number } = {}) => call<AuditCheckpoints>("GET", "/api/v1/audit/checkpoints", { query, present: true }),
  /** The newest signed checkpoint, to keep somewhere else */
  checkpoint: () => href("/api/v1/audit/checkpoints/newest", { present: true }),
  /** What happened to one record, field by field, newest first */
  history: ({ table, id, ...query }: { table: "framework" | "requirement" | "control" | "evidence" | "policy" | "activity" | "risk" | "vendor" | "asset" | "process" | "personnel" | "department" | "job_role" | "application" | "access_grant" | "task" | "person" | "organisation"; id: string; page?: number; limit?: number }) => call<HistoryStepPage>("GET", "/api/v1/history/{table}/{id}", { path: { table, id }, query }),
  /** Put back what an earlier change changed, as a change of its own */
  undo: ({ body }: { body: AuditUndoBody }) => call<Undone>("POST", "/api/v1/undo", { body }),
  /** What undoing a change would do as things stand, field by field, and what is in the way */
  undo_preview: ({ seq }: { seq: number }) => call<UndoPreview>("GET", "/api/v1/undo/{seq}", { path: { seq }, present: "branch" }),
  /** What was deleted in the last 30 days and can be brought back, newest first */
  trash: (query: { page?: number; limit?: number; sort?: string; q?: string } = {}) => call<Trash>("GET", "/api/v1/trash", { query }),
  /** Bring a deleted record back, with what went with it and its links */
  restore: ({ seq }: { seq: number }) => call<Restored>("POST", "/api/v1/trash/{seq}/restore", { path: { seq } }),
};

export const checkpoint = {
  /** Where the log's checkpoints are kept outside of this installation, and when one left last */
  get: () => call<CheckpointsKept>("GET", "/api/v1/checkpoints/kept", { present: true }),
  /** Set to whom the newest checkpoint is mailed every week, or that it is to nobody */
  update: ({ version, body }: { version: number; body: CheckpointUpdateBody }) => call<CheckpointsKept>("PATCH", "/api/v1/checkpoints/kept", { version, body, present: true }),
  /** Put the newest checkpoint into the place now */
  keep: () => call<CheckpointsKept>("POST", "/api/v1/checkpoints/kept", { present: true }),
};

export const backup = {
  /** Where changes are kept a second time, how far that is, and whether it can be restored */
  get: () => call<BackupState>("GET", "/api/v1/backups", { present: true }),
  /** What happened day by day: changes, drills, and when the organisation went back */
  days: (query: { from?: string; to?: string } = {}) => call<BackupDays>("GET", "/api/v1/backups/days", { query }),
  /** Restore drills, the newest first */
  drills: (query: { page?: number; limit?: number; sort?: string; q?: string } = {}) => call<BackupDrills>("GET", "/api/v1/backups/drills", { query }),
  /** Restore the newest state beside the one in use, prove it, and file the report as evidence */
  drill: () => call<BackupDrill>("POST", "/api/v1/backups/drills"),
  /** What would change if the organisation went back to a moment */
  preview: (query: { at?: string; record?: number } = {}) => call<BackupPreview>("GET", "/api/v1/backups/preview", { query, present: true }),
  /** Take the organisation back to a moment; the audit log goes on, mails wait until they are released */
  restore: ({ body }: { body: BackupRestoreBody }) => call<BackupRestored>("POST", "/api/v1/backups/restore", { body }),
  /** Everything the organisation has: as an archive for another installation, or as files that need no program */
  export: (query: { format: "archive" | "plain" }) => href("/api/v1/backups/export", { query, present: true }),
  /** Let mails leave again after a restore, or drop those that wait */
  release: ({ body }: { body: BackupReleaseBody }) => call<BackupReleased>("POST", "/api/v1/backups/release", { body }),
};

export const branch = {
  /** The branches that are open, the newest first, then those that were closed last */
  list: () => call<Branches>("GET", "/api/v1/branches", { present: true }),
  /** Make a branch: a copy of all records as they are now, to try something in */
  create: ({ body }: { body: BranchDraft }) => call<Branch>("POST", "/api/v1/branches", { body, present: true }),
  /** Change a branch's name, or what it is for: who made it may, or an administrator */
  rename: ({ id, version, body }: { id: string; version: number; body: BranchDraft }) => call<Branch>("PATCH", "/api/v1/branches/{id}", { path: { id }, version, body, present: true }),
  /** Close a branch and keep nothing of it: who made it may, or an administrator */
  discard: ({ id, body }: { id: string; body: BranchDiscardBody }) => call<Branch>("POST", "/api/v1/branches/{id}/discard", { path: { id }, body, present: true }),
  /** The dashboard's figures now and in the branch, what the branch changed, and what is in the way of applying it */
  compare: ({ id }: { id: string }) => call<BranchComparison>("GET", "/api/v1/branches/{id}/compare", { path: { id }, present: true }),
  /** What the branch changed since it was made, row by row: once for each row, however often it was changed */
  changes: ({ id, ...query }: { id: string; table?: string; page?: number; limit?: number }) => call<AuditChangePage>("GET", "/api/v1/branches/{id}/changes", { path: { id }, query, present: true }),
  /** Make what the branch changed a change of the organisation, in one step that can be undone; then the branch is closed */
  apply: ({ id, body }: { id: string; body: BranchApplyBody }) => call<BranchApplied>("POST", "/api/v1/branches/{id}/apply", { path: { id }, body, present: true }),
};

export const settings = {
  /** What happened at the door with the organisation's members */
  auth_log: (query: { page?: number; limit?: number; sort?: "at" | "-at"; q?: string; event?: string[]; outcome?: "ok" | "refused"; account?: string; from?: string; to?: string } = {}) => call<VisitedPage>("GET", "/api/v1/auth-log/tenant", { query, present: true }),
  /** Count the values to filter by: what happened at the door with the organisation's members */
  auth_log_facets: (query: { page?: number; limit?: number; sort?: "at" | "-at"; q?: string; event?: string[]; outcome?: "ok" | "refused"; account?: string; from?: string; to?: string } = {}) => call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/auth-log/tenant/facets", { query, present: true }),
  /** Export as CSV or XLSX: what happened at the door with the organisation's members */
  auth_log_export: (query: { page?: number; limit?: number; sort?: "at" | "-at"; q?: string; event?: string[]; outcome?: "ok" | "refused"; account?: string; from?: string; to?: string; format?: "csv" | "xlsx"; columns?: ("at" | "event" | "outcome" | "email" | "ip" | "agent" | "detail")[] } = {}) => href("/api/v1/auth-log/tenant/export", { query, present: true }),
  /** The organisation's settings */
  get: () => call<Settings>("GET", "/api/v1/settings", { present: true }),
  /** Change the organisation's settings */
  update: ({ version, body }: { version: number; body: SettingsUpdateBody }) => call<Settings>("PATCH", "/api/v1/settings", { version, body }),
  /** Change the short name in addresses. Links with the old one stop working */
  rename: ({ body }: { body: SettingsRenameBody }) => call<Settings>("POST", "/api/v1/settings/slug", { body }),
  /** The organisation's logo */
  logo: (query: { v?: string } = {}) => href("/api/v1/settings/logo", { query, present: "branch" }),
  /** Upload a logo, PNG or JPEG of at most 2 MB */
  set_logo: ({ file, onProgress, signal }: { file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal }) => upload<SettingsSetLogoAnswer>("/api/v1/settings/logo", file, { onProgress, signal }),
  /** Go back to no logo */
  delete_logo: () => call<void>("DELETE", "/api/v1/settings/logo"),
};

export const erasure = {
  /** Whether the organisation is to be deleted, when, and who asked for it */
  get: () => call<Erasure>("GET", "/api/v1/erasure", { present: true }),
  /** Have the organisation deleted, after a time in which any administrator can take that back */
  ask: ({ body }: { body: ErasureAskBody }) => call<Erasure>("POST", "/api/v1/erasure", { body, present: true }),
  /** Keep the organisation after all */
  cancel: () => call<Erasure>("POST", "/api/v1/erasure/cancel", { present: true }),
  /** What to know before a person is erased: what they are, and where texts still name them */
  look_at_person: ({ id }: { id: string }) => call<Erasing>("GET", "/api/v1/people/{id}/erasure", { path: { id }, present: true }),
  /** Erase a person's data for good: records, history and every copy of the past call them by a pseudonym in a moment; their membership ends at once */
  erase_person: ({ id, body }: { id: string; body: ErasureErasePersonBody }) => call<Erased>("POST", "/api/v1/people/{id}/erasure", { path: { id }, body, present: true }),
  /** Everything that is kept about a person, as a ZIP: to be read, and for programs */
  person_data: ({ id }: { id: string }) => href("/api/v1/people/{id}/data", { path: { id }, present: true }),
  /** Everything that is kept about oneself in this organisation, as a ZIP */
  own_data: () => href("/api/v1/profile/data", { present: true }),
};

export const account = {
  /** Sign in with e-mail address and password, and a code where two-step sign-in is on */
  sign_in: ({ body }: { body: AccountSignInBody }) => call<Session>("POST", "/api/v1/session", { body, present: true }),
  /** Whether there is a session, and whether there is an organisation to sign in to yet. Pages ask this first: the answer is never an error */
  door: () => call<DoorView>("GET", "/api/v1/door", { present: true }),
  /** Who is signed in, where, and as what */
  session: () => call<Session>("GET", "/api/v1/session", { present: true }),
  /** Sign out */
  sign_out: () => call<void>("DELETE", "/api/v1/session", { present: true }),
  /** Go to another of one's organisations */
  switch: ({ body }: { body: AccountSwitchBody }) => call<Session>("POST", "/api/v1/session/tenant", { body, present: true }),
  /** Where the account is signed in */
  sessions: () => call<AccountSessionsAnswer>("GET", "/api/v1/sessions", { present: true }),
  /** End one of one's sessions */
  end_session: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/sessions/{id}", { path: { id }, present: true }),
  /** End all other sessions */
  end_other_sessions: () => call<void>("DELETE", "/api/v1/sessions", { present: true }),
  /** Change the password; all other sessions end */
  change_password: ({ body }: { body: AccountChangePasswordBody }) => call<void>("POST", "/api/v1/password", { body, present: true }),
  /** Ask for a link to choose a new password. The answer is the same whether there is such an account or not */
  request_reset: ({ body }: { body: AccountRequestResetBody }) => call<void>("POST", "/api/v1/password/reset-request", { body, present: true }),
  /** Choose a new password with a mailed link */
  reset_password: ({ body }: { body: AccountResetPasswordBody }) => call<void>("POST", "/api/v1/password/reset", { body, present: true }),
  /** What a mailed link is for. Looking does not use it up */
  link: ({ token }: { token: string }) => call<LinkView>("GET", "/api/v1/links/{token}", { path: { token }, present: true }),
  /** Join an organisation with a mailed link */
  accept_invitation: ({ body }: { body: AccountAcceptInvitationBody }) => call<Session>("POST", "/api/v1/invitations/accept", { body, present: true }),
  /** Make the first organisation and its administrator, with the link printed at the first start */
  set_up: ({ body }: { body: AccountSetUpBody }) => call<Session>("POST", "/api/v1/setup", { body, present: true }),
  /** Begin two-step sign-in: the key for the authenticator app */
  start_totp: ({ body }: { body: AccountStartTotpBody }) => call<TotpStart>("POST", "/api/v1/mfa/totp", { body, present: true }),
  /** Turn two-step sign-in on with a first code; the recovery codes are shown once */
  confirm_totp: ({ body }: { body: AccountConfirmTotpBody }) => call<RecoveryCodes>("POST", "/api/v1/mfa/totp/confirm", { body, present: true }),
  /** Turn two-step sign-in off */
  disable_totp: ({ body }: { body: AccountDisableTotpBody }) => call<void>("DELETE", "/api/v1/mfa/totp", { body, present: true }),
  /** Make a new set of recovery codes; the old ones stop working */
  make_recovery_codes: ({ body }: { body: AccountMakeRecoveryCodesBody }) => call<RecoveryCodes>("POST", "/api/v1/mfa/recovery-codes", { body, present: true }),
  /** One's own access tokens in this organisation */
  tokens: () => call<AccountTokensAnswer>("GET", "/api/v1/tokens", { present: true }),
  /** Make an access token; it is shown once */
  create_token: ({ body }: { body: AccountCreateTokenBody }) => call<MadeToken>("POST", "/api/v1/tokens", { body, present: true }),
  /** Delete one of one's access tokens */
  delete_token: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/tokens/{id}", { path: { id }, present: true }),
  /** Change one's name and preferences */
  update_profile: ({ body }: { body: AccountUpdateProfileBody }) => call<Session>("PATCH", "/api/v1/profile", { body, present: true }),
  /** What happened at the door with one's own account */
  auth_log: (query: { page?: number; limit?: number } = {}) => call<VisitedPage>("GET", "/api/v1/auth-log", { query, present: true }),
};

export const live = {
  /** What is committed in the organisation, as it happens: begin, then one changed for every write. Executives learn that something changed, not what */
  events: (onEvent: (e: { event: string; data: unknown }) => void) => stream("/api/v1/events", onEvent),
};

export const past = {
  /** Whether the organisation can be shown as it was, how far back, and the days that people ask for */
  get: () => call<Past>("GET", "/api/v1/past", { present: true }),
};

export const snapshot = {
  /** Count what an auditor snapshot of some frameworks and a period would have */
  preview: (query: { frameworks?: string; from?: string; to?: string } = {}) => call<SnapshotPlan>("GET", "/api/v1/snapshots/preview", { query, present: "branch" }),
  /** Make an auditor snapshot: one signed file that `assay view` proves and shows, without an account and without a network */
  make: (query: { frameworks?: string; from?: string; to?: string } = {}) => href("/api/v1/snapshots/make", { query, present: true }),
};

export const search = {
  /** Search controls, requirements, frameworks, evidence, files with the text inside them, activities, tasks and people, as it is typed */
  find: (query: { q?: string; kinds?: ("control" | "requirement" | "framework" | "evidence" | "file" | "policy" | "policy_version" | "activity" | "risk" | "vendor" | "attachment" | "asset" | "process" | "personnel" | "department" | "application" | "task" | "scope" | "comment" | "person")[]; limit?: number; page?: number } = {}) => call<Found>("GET", "/api/v1/search", { query }),
};
