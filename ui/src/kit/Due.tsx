import type { Due } from "#/api/api";
import { Avatar } from "./Avatar";
import { KindIcon, lineName, RecordLinkTo } from "./about/kinds";
import { dictionary } from "./t";
import { DateText } from "./When";

const t = dictionary({
  nobody: "Nobody",
  policy_review: "Policy review",
  vendor_review: "Vendor review",
  vendor_contract: "Contract to decide",
  vendor_attestation: "Attestation ends",
  risk_review: "Risk review",
  risk_treatment: "Treatment due",
  risk_acceptance: "Acceptance ends",
  asset_review: "Asset review",
  process_review: "Process review",
});
const words: Record<string, string> = {
  "policy review": t("policy_review"),
  "vendor review": t("vendor_review"),
  "vendor contract": t("vendor_contract"),
  "vendor attestation": t("vendor_attestation"),
  "risk review": t("risk_review"),
  "risk treatment": t("risk_treatment"),
  "risk acceptance": t("risk_acceptance"),
  "asset review": t("asset_review"),
  "process review": t("process_review"),
};

/** "Vendor review", "Contract to decide: Hosting" */
export function dueName(d: Pick<Due, "kind" | "what" | "part">): string {
  const name = words[`${d.kind} ${d.what}`] ?? d.what;
  return d.part ? `${name}: ${d.part}` : name;
}

/** The day of something that is due, by the organisation's calendar as the server counts: the reader's may be another. */
export const DueDay = ({ d }: { d: Pick<Due, "due_on" | "overdue"> }) => (
  <span className={d.overdue ? "text-bad-text" : "text-warn-text"}>
    <DateText value={d.due_on} />
  </span>
);

/** One record that is to be looked at again. Who owns it is told only where that is not the reader. */
export function DueRecord({ d, owner }: { d: Due; owner?: boolean }) {
  return (
    <li>
      <RecordLinkTo path={d.path} className="flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover">
        <KindIcon kind={d.kind} />
        <span className="min-w-0 flex-1 truncate" title={`${dueName(d)}: ${lineName(d)}`}>
          {d.title} <span className="text-xs text-fg-3">{dueName(d)}</span>
        </span>
        {owner && (
          <span className="flex" title={d.owner_name || t("nobody")}>
            <Avatar name={d.owner_name} />
            <span className="sr-only">{d.owner_name || t("nobody")}</span>
          </span>
        )}
        <span className="min-w-14 text-end text-xs whitespace-nowrap">
          <DueDay d={d} />
        </span>
      </RecordLinkTo>
    </li>
  );
}
