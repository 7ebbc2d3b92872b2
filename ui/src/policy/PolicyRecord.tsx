import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Maximize2 } from "lucide-react";
import { type Policy, type PolicyDetail, policy } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { buttonClass } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { MenuItem } from "#/kit/Menu";
import type { Parts } from "#/kit/register/RecordParts";
import { Section } from "#/kit/Sidecar";
import { Skeleton } from "#/kit/State";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { AskButton } from "./Ask";
import { ControlPart } from "./Controls";
import { Words } from "./Document";
import { step, versionQuery } from "./data";
import { NextStep } from "./NextStep";
import { CoverageRing } from "./People";
import { VersionList } from "./Versions";
import { t } from "./words";

/** What a policy shows beside its fields, in the sidecar: its first words, where it stands, its versions, who has read it. */
export const policyRecord: Parts<Policy, PolicyDetail> = {
  before: (p) => <Sections p={p} />,
  after: (p) => (
    <Section title={t("controls")} aside={p.controls > 0 ? p.controls : undefined}>
      <ControlPart p={p} />
    </Section>
  ),
  menu: (p) => <ArchiveItem p={p} />,
};

function Sections({ p }: { p: PolicyDetail }) {
  const { editor, tenant } = useSession();
  const go = useNavigate();
  const page = orgPath(tenant.slug, `policies/${p.id}`);
  const open = (search: Record<string, unknown>) => void go({ to: page, search });
  const link = (query: string, label: string) => (
    <RecordLinkTo path={`policies/${p.id}${query}`} className="hover:text-fg hover:underline">
      {label}
    </RecordLinkTo>
  );
  return (
    <>
      <Section title={t("standing")}>
        <NextStep p={p} onWrite={(version) => open({ version, edit: true })} />
      </Section>
      <Section
        title={t("document")}
        aside={
          <RecordLinkTo path={`policies/${p.id}`} className={buttonClass({ size: "sm" })}>
            <Maximize2 size={12} /> {t("open_document")}
          </RecordLinkTo>
        }
      >
        <FirstWords p={p} />
      </Section>
      <Section title={t("acknowledgments")} aside={p.requests.length > 0 && link("?tab=acknowledgments", t("who"))}>
        <div className="flex flex-wrap items-center gap-3">
          <CoverageRing p={p} size={56} />
          {editor && p.current && p.status !== "archived" && (
            <span className="ms-auto">
              <AskButton p={p} />
            </span>
          )}
        </div>
      </Section>
      <Section title={t("versions")} aside={p.versions.length > 4 && link("?tab=versions", t("open_all"))}>
        <VersionList
          p={{ versions: p.versions.slice(0, 4) }}
          onRead={(version) => open({ version })}
          onCompare={(version) => open({ tab: "versions", version })}
        />
      </Section>
      <Section title={t("exceptions")} aside={link("?tab=exceptions", t("open_all"))}>
        <p className="text-fg-2">{p.exceptions > 0 ? t("exceptions_count", { n: p.exceptions }) : t("exceptions_none")}</p>
      </Section>
    </>
  );
}

/** The first words of what is in force, or being written. */
function FirstWords({ p }: { p: PolicyDetail }) {
  const at = p.working || p.current;
  const { data: v } = useQuery(versionQuery(at));
  if (!at) return <p className="text-fg-3">{t("no_words")}</p>;
  if (!v) return <Skeleton lines={4} />;
  if (v.name) return <p className="text-fg-2">{v.name}</p>;
  if (!v.digest) return <p className="text-fg-3">{t("no_words")}</p>;
  return (
    <div inert className="rich-small relative max-h-56 overflow-hidden mask-b-from-60%">
      <Words v={v} href={(inline) => policy.document({ id: v.id, inline })} />
    </div>
  );
}

/** Archives a policy, or puts it back. */
export function ArchiveItem({ p }: { p: Pick<Policy, "id" | "ref" | "status"> }) {
  const { editor } = useSession();
  if (!editor) return null;
  if (p.status === "archived")
    return (
      <MenuItem onClick={() => void step(() => policy.unarchive({ id: p.id }), t("unarchived_said", { ref: p.ref }))}>
        <ArchiveRestore size={14} /> {t("unarchive")}
      </MenuItem>
    );
  return (
    <MenuItem
      onClick={() =>
        ask({
          title: t("archive_title", { ref: p.ref }),
          effect: t("archive_effect"),
          action: t("archive"),
          danger: false,
          run: () => step(() => policy.archive({ id: p.id }), t("archived_said", { ref: p.ref })),
        })
      }
    >
      <Archive size={14} /> {t("archive")}
    </MenuItem>
  );
}
