import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import type { Control } from "#/api/api";
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
import { ControlMenu } from "./ControlMenu";
import { change, detailQuery } from "./data";
import { EvidenceAside, EvidencePart } from "./Evidence";
import { ControlProps, ControlTexts } from "./Parts";
import { ProductsAside, ProductsPart } from "./Products";
import { RequirementPart } from "./Requirements";
import { Standing } from "./Standing";
import { t } from "./words";

const route = getRouteApi("/o/$slug");

type Props = { id: string; position?: string; onPrev?: () => void; onNext?: () => void; onClose: () => Promise<void> };

/** A control beside the list. What the list knows of it shows at once, the rest when it is there. */
export function ControlSidecar({ id, onClose, ...p }: Props) {
  const { slug } = route.useParams();
  const { editor } = useSession();
  const { data: full, error, refetch } = useQuery(detailQuery(id));
  const comments = useCommentCount({ kind: "control", id });
  const links = useLinkCount({ kind: "control", id });
  const c: Control | undefined = full ?? rowFromLists<Control>(["control", "list"], id);
  return (
    <Sidecar
      {...p}
      label={t("details")}
      reference={c?.ref}
      recordId={id}
      pending={!c}
      error={full ? undefined : error}
      onRetry={() => void refetch()}
      onClose={() => void onClose()}
      actions={
        <>
          <Tip label={t("open_full")}>
            <Link
              to="/o/$slug/controls/$id"
              params={{ slug, id }}
              aria-label={t("open_full")}
              className={buttonClass({ variant: "ghost", icon: true })}
            >
              <Maximize2 size={13} />
            </Link>
          </Tip>
          {c && <ControlMenu c={c} gone={onClose} />}
        </>
      }
    >
      {c && (
        <>
          <div className="px-5 pt-4 pb-3">
            <InlineText
              look="title"
              label={t("title")}
              value={c.title}
              required
              maxLength={300}
              readOnly={!editor}
              onSave={(title) => void change(c, { title }, t("saved", { ref: c.ref }))}
            />
          </div>
          <Standing c={c} full={full} />
          <ControlProps c={c} />
          {full ? (
            <>
              <ControlTexts c={full} />
              {full.products.length > 0 && (
                <Section title={t("products")} aside={<ProductsAside c={full} />}>
                  <ProductsPart c={full} />
                </Section>
              )}
              <Section title={t("evidence")} aside={<EvidenceAside c={full} />}>
                <EvidencePart c={full} />
              </Section>
              <Section title={t("requirements")} aside={full.requirements.length > 0 ? full.requirements.length : undefined}>
                <RequirementPart c={full} />
              </Section>
              <Section title={t("tasks")}>
                <Tasks kind="control" id={id} name={full.ref} editor={editor} />
              </Section>
              <Section title={t("comments")} aside={comments}>
                <Comments key={id} kind="control" id={id} />
              </Section>
              <Section title={t("links")} aside={links}>
                <Links key={id} kind="control" id={id} />
              </Section>
              <Section title={t("history")}>
                <History table="control" id={id} />
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
