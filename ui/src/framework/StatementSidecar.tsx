import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { framework, type RequirementDetail, type StatementRow } from "#/api/api";
import { CheckField, Switch } from "#/kit/Checkbox";
import { ask } from "#/kit/Dialog";
import { InlineText, Section, Sidecar } from "#/kit/Sidecar";
import { Note } from "#/kit/State";
import { StatusIcon, statusName } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { actNow, requirementQuery, setApplies } from "./data";
import { REASONS, reasonName } from "./reasons";
import { t } from "./words";

const route = getRouteApi("/o/$slug/frameworks/$id/statement");

type Props = {
  id: string;
  /** What the list knows of it. */
  row: StatementRow | undefined;
  scope: string | undefined;
  position?: string;
  onPrev?: () => void;
  onNext?: () => void;
  onClose: () => void;
};

/** One row of a Statement of Applicability: whether it is included, and why. */
export function StatementSidecar({ id, row, scope, ...p }: Props) {
  const { data: r, error, refetch } = useQuery(requirementQuery(id, scope));
  return (
    <Sidecar
      {...p}
      label={t("requirement")}
      reference={r?.ref ?? row?.ref}
      recordId={id}
      pending={!r || !row}
      error={r ? undefined : error}
      onRetry={() => void refetch()}
    >
      {r && row && <Body key={r.id} r={r} row={row} scope={scope} />}
    </Sidecar>
  );
}

function Body({ r, row, scope }: { r: RequirementDetail; row: StatementRow; scope: string | undefined }) {
  const { slug, id } = route.useParams();
  const { editor } = useSession();
  const set = (applicable: boolean) => {
    if (applicable) {
      void setApplies(r, scope, true, undefined, t("applies_again", { ref: r.ref }));
      return;
    }
    ask({
      title: t("justify_title", { ref: r.ref }),
      effect: [r.warning, t("justify_effect")].filter(Boolean).join(" "),
      action: t("justify"),
      danger: false,
      reason: { label: t("justification_label"), required: true },
      run: (why) => setApplies(r, scope, false, why, t("applies_not", { ref: r.ref })),
    });
  };
  const include = (reasons: readonly string[], note: string) =>
    actNow(() => framework.include({ id: r.id, body: { scope, reasons: [...reasons], note } }), t("saved", { ref: r.ref }));
  const own = row.own ? row.reasons : [];
  return (
    <>
      <div className="px-5 pt-4 pb-3">
        <p className="text-lg leading-6 font-semibold tracking-[-0.011em]">{r.title}</p>
        {row.group && <p className="mt-1 text-xs text-fg-3">{row.group}</p>}
      </div>
      <Note tone="info" icon={<StatusIcon s={r.state} size={16} />} className="mx-5 mb-3 !border-line !bg-surface-2 !text-fg-2">
        <b className="font-semibold">{statusName(r.state)}.</b> {r.sentence}
      </Note>
      <div className="px-5 pb-4">
        {editor ? (
          <Switch label={t(scope ? "applies_product" : "applies")} checked={r.applicable} onChange={set} />
        ) : (
          <p>{r.applicable ? t("included") : t("excluded")}</p>
        )}
      </div>
      {r.applicable ? (
        <Section title={t("reasons")}>
          <p className="mb-2 text-xs text-fg-3">
            {row.own ? t("reasons_own") : t("reasons_whole", { list: row.reasons.map(reasonName).join(", ") })}
          </p>
          {editor && (
            <div className="mb-3 grid gap-1 sm:grid-cols-2">
              {REASONS.map((v) => (
                <CheckField
                  key={v}
                  label={reasonName(v)}
                  checked={own.includes(v)}
                  onChange={(on) => include(on ? [...own, v] : own.filter((x) => x !== v), row.note)}
                />
              ))}
            </div>
          )}
          <InlineText
            label={t("reasons_note")}
            value={row.note}
            placeholder={editor ? t("reasons_note") : ""}
            maxLength={2000}
            readOnly={!editor}
            onSave={(note) => include(own, note)}
          />
        </Section>
      ) : (
        <Section title={t("justification")}>
          {r.baseline && <p className="mb-1 text-xs text-fg-3">{t("by_baseline", { name: r.baseline })}</p>}
          <InlineText
            label={t("justification")}
            value={r.justification}
            required
            maxLength={2000}
            readOnly={!editor}
            onSave={(why) => void setApplies(r, scope, false, why, t("saved", { ref: r.ref }))}
          />
        </Section>
      )}
      <Section title={t("controls")} aside={row.controls.length > 0 ? row.controls.length : undefined}>
        {row.controls.length === 0 && <p className="text-fg-3">{t("no_controls")}</p>}
        <ul className="-mx-2">
          {row.controls.map((c) => (
            <li key={c.id}>
              <Link
                to="/o/$slug/controls/$id"
                params={{ slug, id: c.id }}
                className="flex min-h-8 items-center gap-2 rounded-md px-2 hover:bg-hover"
              >
                <StatusIcon s={c.effective} size={13} label />
                <span className="ref shrink-0 text-xs text-fg-3">{c.ref}</span>
                <span className="truncate">{c.title}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("body")}>
        <p className="leading-[1.6] whitespace-pre-wrap text-fg-2">{r.body || "–"}</p>
        <p className="mt-3">
          <Link
            to="/o/$slug/frameworks/$id"
            params={{ slug, id }}
            search={{ scope, open: r.id }}
            className="text-accent-text hover:underline"
          >
            {t("open_in_framework")}
          </Link>
        </p>
      </Section>
    </>
  );
}
