import { queryOptions } from "@tanstack/react-query";
import { type Vendor, type VendorAttestation, type VendorContract, vendor } from "#/api/api";
import type { Tone } from "#/kit/Tag";
import { t } from "./words";

export const figuresQuery = queryOptions({ queryKey: ["vendor", "figures"], queryFn: () => vendor.figures() });
export const assessmentQuery = (id: string) =>
  queryOptions({ queryKey: ["vendor", "assessment", id], queryFn: () => vendor.assessment({ id }) });
export const questionnaireQuery = (id: string) =>
  queryOptions({ queryKey: ["vendor", "questionnaire", id], queryFn: () => vendor.questionnaire({ id }) });

/** Vendors that do, or may come to do, something: figures count these. */
export const running = ["requested", "in_review", "approved", "offboarding"] as const satisfies readonly Vendor["status"][];
export const CLASSES = ["public", "internal", "confidential", "restricted"] as const;
export const classColors = {
  public: "var(--ok)",
  internal: "var(--info)",
  confidential: "var(--warn)",
  restricted: "var(--bad)",
  unknown: "var(--active)",
};

export const REVIEWS = ["never", "current", "due_soon", "overdue", "closed"] as const satisfies readonly Vendor["review"][];
export const reviewTone: Record<Vendor["review"], Tone> = {
  never: "plain",
  current: "ok",
  due_soon: "warn",
  overdue: "bad",
  closed: "mute",
};

export const ATTESTED = ["unasked", "valid", "expiring", "missing", "expired"] as const satisfies readonly Vendor["attested"][];
export const attestedTone: Record<Vendor["attested"], Tone> = {
  unasked: "plain",
  valid: "ok",
  expiring: "warn",
  missing: "warn",
  expired: "bad",
};

export const contractTone: Record<VendorContract["state"], Tone> = {
  upcoming: "info",
  in_force: "ok",
  decide: "warn",
  renewing: "info",
  ending: "warn",
  renewed: "bad",
  over: "mute",
};

/** What an attestation is called: as somebody has called it, else its type. */
export const attestationName = (a: Pick<VendorAttestation, "type" | "title">): string => a.title || t(a.type);
