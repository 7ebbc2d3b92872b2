import { getRouteApi, Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { framework, type Suggestion, type SuggestionsDone } from "#/api/api";
import { Button } from "#/kit/Button";
import { Checkbox } from "#/kit/Checkbox";
import { StatusIcon, statusName } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { Help, Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { t } from "./crosswalkWords";
import { actNow } from "./data";

const route = getRouteApi("/o/$slug");

export type Kind = "equal" | "subset" | "superset" | "intersects";
export const KINDS = ["equal", "subset", "superset", "intersects"] as const satisfies readonly Kind[];
export const kindName = (k: Kind): string => t(`kind_${k}`);
/** A kind between two requirements: "=", "is part of". */
export const kindSign = (k: Kind): string => t(`sign_${k}`);

export const pairOf = (s: Suggestion) => ({ requirement: s.requirement, control: s.control.id });
type Pairs = Parameters<typeof framework.accept_suggestions>[0]["body"]["pairs"];

export const acceptAll = (pairs: Pairs) =>
  actNow<SuggestionsDone>(
    () => framework.accept_suggestions({ body: { pairs } }),
    (out) => t("suggestions_accepted", { n: out.done }),
  );
const dismiss = (s: Suggestion) =>
  actNow(() => framework.dismiss_suggestions({ body: { pairs: [pairOf(s)] } }), t("suggestion_dismissed", { ref: s.control.ref }));
const recall = (s: Suggestion) =>
  actNow(() => framework.recall_suggestions({ body: { pairs: [pairOf(s)] } }), t("suggestion_recalled", { ref: s.control.ref }));

/** The way from the requirement to the one that the control serves. */
export function Path({ s }: { s: Suggestion }) {
  return (
    <span className="text-xs text-pretty text-fg-3">
      {s.path.map((p, i) => (
        <span key={p.id}>
          {i > 0 && (
            <span className="text-fg-2"> {p.shared ? t("sign_shared", { ref: p.shared }) : kindSign(p.kind ?? "intersects")} </span>
          )}
          <span className="ref whitespace-nowrap">
            {p.short} {p.ref}
          </span>
        </span>
      ))}
      {t("path_end", { ref: s.control.ref })}
    </span>
  );
}

/** How much a suggestion is worth, with how that is made. */
export function Worth({ s }: { s: Suggestion }) {
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      <Tag tone={s.whole ? "ok" : "mute"}>{t(s.whole ? "whole" : "part")}</Tag>
      <span className="tnum text-xs text-fg-3">{s.strength}</span>
      <Help label={t("strength_how", { sign: kindName(s.kind), n: s.strength })}>
        {t("strength_how", { sign: kindName(s.kind), n: s.strength })}
      </Help>
    </span>
  );
}

type Props = {
  s: Suggestion;
  /** Whether it is chosen, where several can be. */
  checked?: boolean;
  onCheck?: (on: boolean) => void;
  /** What stands at its head: the requirement, where several are shown. */
  head?: ReactNode;
  className?: string;
};

/** One suggestion, never applied by itself: the control, the path to it, and what to do with it. */
export function SuggestionRow({ s, checked, onCheck, head, className }: Props) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  const name = `${s.control.ref} – ${s.path[0]?.ref ?? ""}`;
  return (
    <li
      className={clsx(
        "flex flex-wrap items-start gap-x-2.5 gap-y-0.5 border-b border-line px-3 py-2 hover:bg-hover",
        s.dismissed && "opacity-60",
        className,
      )}
    >
      {editor && onCheck && (
        <span className="flex h-6 items-center">
          <Checkbox checked={checked ?? false} onChange={onCheck} label={t("choose_suggestion", { ref: name })} />
        </span>
      )}
      <span className="flex h-6 items-center">
        <StatusIcon s={s.control.effective} label />
      </span>
      <div className="min-w-0 flex-1 basis-56">
        {head}
        <div className="flex flex-wrap items-center gap-x-2">
          <Link
            to="/o/$slug/controls"
            params={{ slug }}
            search={{ open: s.control.id }}
            className="flex min-w-0 items-baseline gap-2 hover:underline"
            title={`${s.control.title} · ${statusName(s.control.effective)}`}
          >
            <span className="ref shrink-0 text-xs text-fg-3">{s.control.ref}</span>
            <span className="truncate">{s.control.title}</span>
          </Link>
        </div>
        <Path s={s} />
      </div>
      <span className="ms-auto flex h-6 items-center gap-1">
        <Worth s={s} />
        {editor &&
          (s.dismissed ? (
            <Button size="sm" variant="ghost" onClick={() => recall(s)}>
              {t("suggestion_recall")}
            </Button>
          ) : (
            <>
              <Tip label={t("suggestion_accept")}>
                <Button
                  size="sm"
                  variant="ghost"
                  icon
                  aria-label={t("suggestion_accept_one", { ref: name })}
                  onClick={() => acceptAll([pairOf(s)])}
                >
                  <Check size={14} />
                </Button>
              </Tip>
              <Tip label={t("suggestion_dismiss")}>
                <Button size="sm" variant="ghost" icon aria-label={t("suggestion_dismiss_one", { ref: name })} onClick={() => dismiss(s)}>
                  <X size={14} />
                </Button>
              </Tip>
            </>
          ))}
      </span>
    </li>
  );
}
