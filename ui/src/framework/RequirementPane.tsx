import { keepPreviousData, useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ArrowDown, ArrowUp, ChevronRight, Link2, Tag as TagIcon, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { framework, type RequirementDetail, type RequirementRow } from "#/api/api";
import { Comments } from "#/kit/about/Comments";
import { Fields } from "#/kit/about/Fields";
import { Links } from "#/kit/about/Links";
import { TagsField } from "#/kit/about/Tags";
import { Button } from "#/kit/Button";
import { Switch } from "#/kit/Checkbox";
import { copyText } from "#/kit/Copy";
import { ask } from "#/kit/Dialog";
import { percent } from "#/kit/format";
import { History } from "#/kit/History";
import { useDebounced } from "#/kit/hooks";
import { InlineText, Prop, Props, Section } from "#/kit/Sidecar";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { StatusIcon, statusName, statusTone } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { AddressablePart } from "./Addressable";
import { CrosswalkPart } from "./CrosswalkPart";
import { actNow, changeRequirement, requirementQuery, setApplies } from "./data";
import { RowTools } from "./OwnFramework";
import { ControlsPart } from "./RequirementControls";
import { StatementPart } from "./Statement";
import { t } from "./words";

type PaneProps = {
  id: string;
  /** The product that is looked at. */
  scope?: string;
  rows: readonly RequirementRow[];
  /** The framework is the organisation's own: its rows can be moved, withdrawn and deleted. */
  own?: boolean;
  /** On a narrow screen it lies over the outline. */
  overlay: boolean;
  onPrev?: () => void;
  onNext?: () => void;
  onClose: () => void;
  onOpen: (id: string) => void;
};

/** One requirement: what it asks for, whether it applies, how it stands and why, and the controls that serve it. */
export function RequirementPane({ id, scope, rows, own, overlay, onPrev, onNext, onClose, onOpen }: PaneProps) {
  // Running down the outline with an arrow key held asks for the one where it stops.
  const asked = useDebounced(id, 60);
  const { data: r, error, refetch, isPlaceholderData } = useQuery({ ...requirementQuery(asked, scope), placeholderData: keepPreviousData });
  const body = useRef<HTMLDivElement>(null);
  const row = rows.find((q) => q.id === id);
  // Until the one that was chosen is here the one before it shows, and a quick hand must not decide about that.
  const waiting = isPlaceholderData || (r !== undefined && r.id !== id);
  const { editor } = useSession();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another requirement begins at its top
  useEffect(() => {
    if (body.current) body.current.scrollTop = 0;
  }, [asked]);
  return (
    <aside
      aria-label={t("requirement")}
      className={clsx("flex min-h-0 min-w-0 flex-1 flex-col bg-surface", overlay && "absolute inset-0 z-30")}
    >
      <header className="flex h-11 shrink-0 items-center gap-0.5 border-b border-line ps-5 pe-2">
        <span className="ref truncate text-xs text-fg-3">{row?.ref}</span>
        <span className="ms-auto" />
        {own && editor && r?.id === id && (
          <RowTools key={`${r.id} ${r.version}`} r={r} onGone={() => (r.parent ? onOpen(r.parent) : onClose())} />
        )}
        <Tip label={t("previous")}>
          <Button variant="ghost" icon aria-label={t("previous")} disabled={!onPrev} onClick={onPrev}>
            <ArrowUp size={14} />
          </Button>
        </Tip>
        <Tip label={t("next")}>
          <Button variant="ghost" icon aria-label={t("next")} disabled={!onNext} onClick={onNext}>
            <ArrowDown size={14} />
          </Button>
        </Tip>
        <Tip label={t("copy_link")}>
          <Button variant="ghost" icon aria-label={t("copy_link")} onClick={() => void copyText(location.href, t("link_copied"))}>
            <Link2 size={14} />
          </Button>
        </Tip>
        {overlay && (
          <Button variant="ghost" icon aria-label={t("close")} onClick={onClose}>
            <X size={15} />
          </Button>
        )}
      </header>
      <div
        ref={body}
        inert={waiting}
        className={clsx("min-h-0 flex-1 overflow-y-auto transition-opacity", isPlaceholderData && "opacity-60")}
      >
        {error && !r ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : r ? (
          <Body key={r.id} r={r} scope={scope} rows={rows} onOpen={onOpen} />
        ) : (
          <Skeleton className="p-5" lines={8} />
        )}
      </div>
    </aside>
  );
}

function Body({
  r,
  scope,
  rows,
  onOpen,
}: {
  r: RequirementDetail;
  scope: string | undefined;
  rows: readonly RequirementRow[];
  onOpen: (id: string) => void;
}) {
  const { editor } = useSession();
  const below = rows.filter((q) => q.parent === r.id);
  const heading = !r.assessable;
  const row = rows.find((q) => q.id === r.id);
  const state = heading && row ? row.state : r.state; // a heading stands as what is below it
  const tone = statusTone(state);
  return (
    <>
      <div className="px-5 pt-4 pb-3">
        {r.path.length > 0 && (
          <nav aria-label={t("outline")} className="mb-1 flex flex-wrap items-center gap-1 text-xs text-fg-3">
            {r.path.map((p) => (
              <button
                key={p.id}
                type="button"
                onClick={() => onOpen(p.id)}
                className="flex max-w-full items-center gap-1 hover:text-fg"
                title={p.title}
              >
                <span className="truncate">
                  {p.ref} {r.path.length < 3 && p.title}
                </span>
                <ChevronRight size={11} className="shrink-0" aria-hidden />
              </button>
            ))}
          </nav>
        )}
        <InlineText
          look="title"
          label={t("title")}
          value={r.title}
          required
          maxLength={500}
          readOnly={!editor}
          onSave={(title) => void changeRequirement(r, { title })}
        />
        {(r.tags.length > 0 || r.withdrawn || r.edited) && (
          <p className="mt-1.5 flex flex-wrap gap-1">
            {r.withdrawn && <Tag tone="mute">{t("withdrawn")}</Tag>}
            {r.edited && (
              <span title={t("edited_more")} className="flex">
                <Tag tone="mute">{t("edited")}</Tag>
              </span>
            )}
            {r.tags.map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </p>
        )}
      </div>
      <Note
        tone={tone === "mute" ? "info" : tone}
        icon={<StatusIcon s={state} size={16} />}
        className={clsx("mx-5 mb-3", tone === "mute" && "!border-line !bg-surface-2 !text-fg-2")}
      >
        <b className="font-semibold">{statusName(state)}.</b> {heading && row ? t("met_of", { met: row.met, n: row.total }) : r.sentence}
      </Note>
      {(!r.withdrawn || heading) && <Applicability r={r} scope={scope} below={row?.total ?? 0} />}
      {r.rule === "addressable" && r.applicable && <AddressablePart r={r} scope={scope} />}
      <Props>
        <Prop icon={<TagIcon />} label={t("tags")}>
          <TagsField kind="requirement" id={r.id} />
        </Prop>
        <Fields kind="requirement" id={r.id} />
      </Props>
      {(r.body || (editor && !heading)) && (
        <Section title={t("body")}>
          <InlineText
            label={t("body")}
            value={r.body}
            placeholder={t("body_none")}
            maxLength={20000}
            readOnly={!editor}
            onSave={(text) => void changeRequirement(r, { body: text })}
          />
        </Section>
      )}
      {(r.guidance || (editor && !heading)) && (
        <Section title={t("guidance")}>
          <InlineText
            label={t("guidance")}
            value={r.guidance}
            placeholder={t("guidance_none")}
            maxLength={20000}
            readOnly={!editor}
            onSave={(guidance) => void changeRequirement(r, { guidance })}
          />
        </Section>
      )}
      {!heading && !r.withdrawn && <StatementPart r={r} />}
      {!heading && !r.withdrawn && <ControlsPart r={r} />}
      {!heading && <CrosswalkPart key={`crosswalk ${r.id}`} r={r} />}
      {below.length > 0 && (
        <Section title={t("below")} aside={below.length}>
          <ul className="-mx-2">
            {below.map((q) => (
              <li key={q.id}>
                <button
                  type="button"
                  onClick={() => onOpen(q.id)}
                  className="flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-start hover:bg-hover"
                >
                  <StatusIcon s={q.state} size={13} label />
                  <span className="ref shrink-0 text-xs text-fg-3">{q.ref}</span>
                  <span className="truncate">{q.title}</span>
                  {q.total > 1 && (
                    <span className="tnum ms-auto ps-2 text-xs text-fg-3">{percent(Math.floor((q.met * 10000) / q.total))}</span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t("comments")}>
        <Comments kind="requirement" id={r.id} />
      </Section>
      <Section title={t("links")}>
        <Links kind="requirement" id={r.id} />
      </Section>
      <Section title={t("history")}>
        <History table="requirement" id={r.id} />
      </Section>
    </>
  );
}

/** Whether the requirement applies; that it does not needs a reason, which auditors read. */
function Applicability({ r, scope, below }: { r: RequirementDetail; scope: string | undefined; below: number }) {
  const { editor } = useSession();
  const heading = !r.assessable;
  const set = (applicable: boolean) => {
    if (applicable) {
      void setApplies(r, scope, applicable, undefined, t("applies_again", { ref: r.ref }));
      return;
    }
    ask({
      title: t("justify_title", { ref: r.ref }),
      effect: [r.warning, heading && below > 0 && t("justify_heading", { n: below }), t("justify_effect")].filter(Boolean).join(" "),
      action: t("justify"),
      danger: false,
      reason: { label: t("justification_label"), required: true },
      run: (justification) => setApplies(r, scope, applicable, justification, t("applies_not", { ref: r.ref })),
    });
  };
  return (
    <div className="px-5 pb-4">
      {editor ? (
        <Switch
          label={t(scope ? "applies_product" : "applies")}
          hint={heading ? t("applies_all") : undefined}
          checked={r.applicable}
          onChange={set}
        />
      ) : (
        !r.applicable && <p className="text-fg-2">{t("justify")}</p>
      )}
      {scope && r.own && (
        <p className="mt-1 flex flex-wrap items-center gap-x-2 text-xs text-fg-3">
          {t("decided_here")}
          {editor && (
            <button
              type="button"
              className="text-accent-text hover:underline"
              onClick={() =>
                actNow(
                  () => framework.applicability({ body: { ids: [r.id], scope, applicable: true, follow: true } }),
                  t("follows_again", { ref: r.ref }),
                )
              }
            >
              {t("follow")}
            </button>
          )}
        </p>
      )}
      {!r.applicable && (
        <div className="mt-2">
          <p className="text-xs font-medium">{t("justification")}</p>
          {r.baseline && <p className="text-xs text-fg-3">{t("by_baseline", { name: r.baseline })}</p>}
          <InlineText
            label={t("justification")}
            value={r.justification}
            required
            maxLength={2000}
            readOnly={!editor}
            onSave={(justification) => void setApplies(r, scope, false, justification, t("saved", { ref: r.ref }))}
          />
        </div>
      )}
    </div>
  );
}
