import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import type { Evidence } from "#/api/api";
import { Comments, useCommentCount } from "#/kit/about/Comments";
import { Links, useLinkCount } from "#/kit/about/Links";
import { buttonClass } from "#/kit/Button";
import { History } from "#/kit/History";
import { InlineText, Section, Sidecar } from "#/kit/Sidecar";
import { Skeleton } from "#/kit/State";
import { Tasks } from "#/kit/Tasks";
import { Tip } from "#/kit/Tip";
import { rowFromLists } from "#/kit/useWindow";
import { useSession } from "#/shell/session";
import { AskPart } from "./Asks";
import { Clock } from "./Clock";
import { ControlPart } from "./Controls";
import { CyclePart } from "./Cycles";
import { change, detailQuery } from "./data";
import { EvidenceMenu } from "./EvidenceMenu";
import { FilePart, FilesAside } from "./Files";
import { EvidenceProps, EvidenceTexts } from "./Parts";
import { t } from "./words";

const route = getRouteApi("/o/$slug");

type Props = { id: string; position?: string; onPrev?: () => void; onNext?: () => void; onClose: () => Promise<void> };

/** A request beside the list. What the list knows of it shows at once, the rest when it is there. */
export function EvidenceSidecar({ id, onClose, ...p }: Props) {
  const { slug } = route.useParams();
  const { editor } = useSession();
  const { data: full, error, refetch } = useQuery(detailQuery(id));
  const comments = useCommentCount({ kind: "evidence", id });
  const links = useLinkCount({ kind: "evidence", id });
  const e: Evidence | undefined = full ?? rowFromLists<Evidence>(["evidence", "list"], id);
  return (
    <Sidecar
      {...p}
      label={t("details")}
      reference={e?.category}
      recordId={id}
      pending={!e}
      error={full ? undefined : error}
      onRetry={() => void refetch()}
      onClose={onClose}
      actions={
        <>
          <Tip label={t("open_full")}>
            <Link
              to="/o/$slug/evidence/$id"
              params={{ slug, id }}
              aria-label={t("open_full")}
              className={buttonClass({ variant: "ghost", icon: true })}
            >
              <Maximize2 size={13} />
            </Link>
          </Tip>
          {full && <EvidenceMenu e={full} gone={onClose} />}
        </>
      }
    >
      {e && (
        <>
          <div className="px-5 pt-4 pb-3">
            <InlineText
              look="title"
              label={t("name")}
              value={e.name}
              required
              maxLength={200}
              readOnly={!editor}
              onSave={(name) => void change(e, { name })}
            />
          </div>
          <Clock e={e} full={full} />
          <EvidenceProps e={e} />
          {full ? (
            <>
              <Section title={t("files")} aside={<FilesAside e={full} />}>
                <FilePart key={id} e={full} />
              </Section>
              <Section title={t("cycles")}>
                <CyclePart e={full} />
                <AskPart e={full} />
              </Section>
              <EvidenceTexts e={full} />
              <Section title={t("controls")} aside={full.linked.length > 0 ? full.linked.length : undefined}>
                <ControlPart e={full} />
              </Section>
              <Section title={t("tasks")}>
                <Tasks kind="evidence" id={id} name={full.name} editor={editor} />
              </Section>
              <Section title={t("comments")} aside={comments}>
                <Comments key={id} kind="evidence" id={id} />
              </Section>
              <Section title={t("links")} aside={links}>
                <Links key={id} kind="evidence" id={id} />
              </Section>
              <Section title={t("history")}>
                <History table="evidence" id={id} />
              </Section>
            </>
          ) : (
            <Skeleton className="border-t border-line p-5" lines={5} />
          )}
        </>
      )}
    </Sidecar>
  );
}
