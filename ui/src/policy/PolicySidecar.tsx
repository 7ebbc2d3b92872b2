import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import { type Policy, type PolicyDetail, policy } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { buttonClass } from "#/kit/Button";
import { type Beside, RecordSidecar } from "#/kit/register/RecordSidecar";
import { InlineText, Section } from "#/kit/Sidecar";
import { Skeleton } from "#/kit/State";
import { rowFromLists } from "#/kit/useWindow";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { AskButton } from "./Ask";
import { ControlPart } from "./Controls";
import { Words } from "./Document";
import { change, detailQuery, remove, versionQuery } from "./data";
import { NextStep } from "./NextStep";
import { CoverageRing } from "./People";
import { ArchiveItem } from "./PolicyMenu";
import { PolicyProps } from "./PolicyProps";
import { VersionList } from "./Versions";
import { t } from "./words";

/** A policy beside the list: where it stands, its first words, its versions, who has read it. */
export function PolicySidecar({ id, beside }: { id: string; beside: Beside }) {
  const { data: full, error, refetch } = useQuery(detailQuery(id));
  const { editor } = useSession();
  const p: Policy | undefined = full ?? rowFromLists<Policy>(["policy", "list"], id);
  return (
    <RecordSidecar
      kind="policy"
      id={id}
      label={t("details")}
      beside={beside}
      row={p}
      full={full !== undefined}
      error={error}
      retry={() => void refetch()}
      onTitle={(title) => p && void change(p, { title }, { title })}
      onDelete={async () => {
        if (p) await remove(p, beside.onClose);
      }}
      menu={editor && p && <ArchiveItem p={p} />}
      head={p && <PolicyProps p={p} />}
    >
      {full && <Parts p={full} />}
    </RecordSidecar>
  );
}

function Parts({ p }: { p: PolicyDetail }) {
  const { editor, tenant } = useSession();
  const go = useNavigate();
  const page = orgPath(tenant.slug, `policies/${p.id}`);
  const open = (search: Record<string, unknown>) => void go({ to: page, search });
  return (
    <>
      <Section
        title={t("document")}
        aside={
          <RecordLinkTo path={`policies/${p.id}`} className={buttonClass({ size: "sm" })}>
            <Maximize2 size={12} /> {t("open_document")}
          </RecordLinkTo>
        }
      >
        <Beginning p={p} />
      </Section>
      <Section title={t("approval")}>
        <NextStep p={p} onWrite={(version) => open({ version, edit: true })} />
      </Section>
      <Section
        title={t("acknowledgments")}
        aside={
          p.requests.length > 0 && (
            <RecordLinkTo path={`policies/${p.id}?tab=acknowledgments`} className="hover:text-fg hover:underline">
              {t("who")}
            </RecordLinkTo>
          )
        }
      >
        <div className="flex flex-wrap items-center gap-3">
          <CoverageRing p={p} size={56} />
          {editor && p.current && p.status !== "archived" && (
            <span className="ms-auto">
              <AskButton p={p} />
            </span>
          )}
        </div>
      </Section>
      <Section title={t("versions")} aside={p.versions.length > 0 ? p.versions.length : undefined}>
        <VersionList
          p={{ versions: p.versions.slice(0, 4) }}
          onRead={(version) => open({ version })}
          onCompare={(version) => open({ tab: "versions", version })}
        />
      </Section>
      <Section
        title={t("exceptions")}
        aside={
          <RecordLinkTo path={`policies/${p.id}?tab=exceptions`} className="hover:text-fg hover:underline">
            {t("open_all")}
          </RecordLinkTo>
        }
      >
        <p className="text-fg-2">{p.exceptions > 0 ? t("exceptions_count", { n: p.exceptions }) : t("exceptions_none")}</p>
      </Section>
      <Section title={t("controls")} aside={p.controls > 0 ? p.controls : undefined}>
        <ControlPart p={p} />
      </Section>
      <Section title={t("summary")}>
        <InlineText
          label={t("summary")}
          value={p.summary}
          placeholder={t("summary_none")}
          maxLength={5000}
          readOnly={!editor}
          onSave={(summary) => void change(p, { summary }, { summary })}
        />
      </Section>
    </>
  );
}

/** The first words of what is in force, or being written. */
function Beginning({ p }: { p: PolicyDetail }) {
  const at = p.working || p.current;
  const { data: v } = useQuery(versionQuery(at));
  if (!at) return <p className="text-fg-3">{t("no_words")}</p>;
  if (!v) return <Skeleton lines={4} />;
  if (v.name) return <p className="text-fg-2">{v.name}</p>;
  return (
    <div inert className="relative max-h-56 overflow-hidden mask-b-from-60%">
      <Words v={v} href={(inline) => policy.document({ id: v.id, inline })} className="text-sm! leading-5!" />
    </div>
  );
}
