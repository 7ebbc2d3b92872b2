import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Check, Link2, Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import { framework, type Relation, type RequirementDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { NumberField, Select, TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { FindPicker, type Option } from "#/kit/Picker";
import { Section } from "#/kit/Sidecar";
import { ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { Help } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { t } from "./crosswalkWords";
import { actNow, refreshAll, relationsQuery, suggestionsQuery } from "./data";
import { acceptAll, KINDS, type Kind, kindName, kindSign, pairOf, SuggestionRow } from "./Suggested";

const route = getRouteApi("/o/$slug");
const few = 4;

/** What is suggested for a requirement, and how it stands to those of other frameworks. */
export function CrosswalkPart({ r }: { r: RequirementDetail }) {
  return (
    <>
      {r.assessable && !r.withdrawn && r.applicable && <SuggestedPart r={r} />}
      <RelationsPart r={r} />
    </>
  );
}

function SuggestedPart({ r }: { r: RequirementDetail }) {
  const { editor } = useSession();
  const [all, setAll] = useState(false);
  const [dismissed, setDismissed] = useState(false);
  const { data } = useQuery(suggestionsQuery(r.id, dismissed));
  if (!data || (data.items.length === 0 && data.dismissed === 0)) return null;
  const shown = all ? data.items : data.items.slice(0, few);
  const whole = data.items.filter((s) => s.whole && !s.dismissed);
  return (
    <Section
      title={
        <span className="flex items-center gap-2">
          {t("suggestions")} <Help label={t("suggestions_how")}>{t("suggestions_how")}</Help>
        </span>
      }
      aside={data.items.length}
    >
      {shown.length > 0 && (
        <ul className="overflow-hidden rounded-lg border border-dashed border-line-2 [&>li:last-child]:border-b-0">
          {shown.map((s) => (
            <SuggestionRow key={s.control.id} s={s} />
          ))}
        </ul>
      )}
      <div className="-ms-2 mt-2 flex flex-wrap gap-1">
        {data.items.length > few && (
          <Button size="sm" variant="ghost" onClick={() => setAll(!all)}>
            {all ? t("show_fewer") : t("show_more", { n: data.items.length - few })}
          </Button>
        )}
        {editor && all && whole.length > 1 && (
          <Button size="sm" variant="ghost" onClick={() => acceptAll(whole.map(pairOf))}>
            <Check size={13} /> {t("accept_whole", { n: whole.length })}
          </Button>
        )}
        {(data.dismissed > 0 || dismissed) && (
          <Button size="sm" variant="ghost" onClick={() => setDismissed(!dismissed)}>
            {dismissed ? t("hide_dismissed") : t("show_dismissed", { n: data.dismissed })}
          </Button>
        )}
      </div>
    </Section>
  );
}

function RelationsPart({ r }: { r: RequirementDetail }) {
  const { editor } = useSession();
  const { data, error, refetch } = useQuery(relationsQuery(r.id));
  const [making, setMaking] = useState<Option>();
  const [changing, setChanging] = useState<Relation>();
  if (!editor && data?.items.length === 0) return null;
  const have = new Set([r.id, ...(data?.items.map((x) => x.other.id) ?? [])]);
  return (
    <Section
      title={
        <span className="flex items-center gap-2">
          {t("relations")} <Help label={t("relations_how")}>{t("relations_how")}</Help>
        </span>
      }
      aside={data && data.items.length > 0 ? data.items.length : undefined}
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={2} />
      ) : data.items.length > 0 ? (
        <ul className="overflow-hidden rounded-lg border border-line [&>li:last-child]:border-b-0">
          {data.items.map((x) => (
            <RelationRow key={x.id} r={r} x={x} onChange={() => setChanging(x)} />
          ))}
        </ul>
      ) : (
        <p className="text-fg-3">{t("relations_none")}</p>
      )}
      {editor && (
        <div className="-ms-2 mt-2 flex">
          <FindPicker
            name="requirement"
            placeholder={t("find_requirement")}
            width={420}
            find={async (q) => {
              const found = await framework.requirements({ q, limit: 40 });
              return found.items
                .filter((o) => !have.has(o.id) && o.framework !== r.framework)
                .map((o) => ({ value: o.id, label: `${o.short} ${o.ref}`, hint: o.title, icon: <StatusIcon s={o.state} /> }));
            }}
            onPick={setMaking}
            trigger={
              <Button size="sm" variant="ghost" aria-label={t("relate")}>
                <Plus size={13} /> {t("relate")}
              </Button>
            }
          />
        </div>
      )}
      <Dialog
        open={making !== undefined || changing !== undefined}
        onOpenChange={(open) => {
          if (open) return;
          setMaking(undefined);
          setChanging(undefined);
        }}
        title={changing ? t("relation_change") : t("relate")}
        width={480}
      >
        {making && <RelationForm r={r} other={making.label} to={making.value} close={() => setMaking(undefined)} />}
        {changing && (
          <RelationForm r={r} other={`${changing.other.short} ${changing.other.ref}`} x={changing} close={() => setChanging(undefined)} />
        )}
      </Dialog>
    </Section>
  );
}

function RelationRow({ r, x, onChange }: { r: RequirementDetail; x: Relation; onChange: () => void }) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  const name = `${x.other.short} ${x.other.ref}`;
  return (
    <li className="flex min-h-11 items-center gap-2.5 border-b border-line py-1.5 ps-3 pe-1.5 hover:bg-hover">
      <span className="size-2 shrink-0 rounded-full" style={{ background: x.other.color }} aria-hidden />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="shrink-0 text-xs text-fg-2">{kindSign(x.kind)}</span>
          <Link
            to="/o/$slug/frameworks/$id"
            params={{ slug, id: x.other.framework }}
            search={{ open: x.other.id }}
            className="flex min-w-0 items-baseline gap-2 hover:underline"
            title={x.other.title}
          >
            <span className="ref shrink-0 text-xs font-medium">{name}</span>
            <span className="truncate text-fg-2">{x.other.title}</span>
          </Link>
        </div>
        <p className="truncate text-xs text-fg-3" title={x.rationale}>
          {[
            x.source === "person" ? t("by_person") : x.set,
            x.strength !== null && t("strength_of", { n: x.strength }),
            t("controls_count", { n: x.other.controls }),
            x.rationale,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {editor && (
        <span className="flex shrink-0">
          <Button size="sm" variant="ghost" icon aria-label={t("relation_change_one", { name })} onClick={onChange}>
            <Pencil size={13} />
          </Button>
          <Button
            size="sm"
            variant="ghost"
            icon
            aria-label={t("relation_remove", { name })}
            onClick={() => actNow(() => framework.unrelate({ id: x.id }), t("unrelated", { ref: `${r.short} ${r.ref}`, name }))}
          >
            <X size={14} />
          </Button>
        </span>
      )}
    </li>
  );
}

type FormProps = { r: RequirementDetail; other: string; to?: string; x?: Relation; close: () => void };

function RelationForm({ r, other, to, x, close }: FormProps) {
  const start: { kind: Kind; strength: number | null; rationale: string } = {
    kind: x?.kind ?? "equal",
    strength: x?.strength ?? null,
    rationale: x?.rationale ?? "",
  };
  const name = `${r.short} ${r.ref}`;
  const form = useForm({
    start,
    send: ({ kind, strength, rationale }) =>
      x
        ? framework.update_relation({ id: x.id, version: x.version, body: { of: r.id, kind, strength: strength ?? -1, rationale } })
        : framework.relate({ id: r.id, body: { to: to ?? "", kind, strength: strength ?? undefined, rationale } }),
    done: (out) => {
      toast.saved(t("related", { ref: name, name: other }), out);
      void refreshAll();
      close();
    },
  });
  return (
    <Form form={form}>
      <p className="flex flex-wrap items-center gap-2">
        <Tag>{name}</Tag> <Link2 size={13} className="text-fg-3" aria-hidden /> <Tag>{other}</Tag>
      </p>
      <Select
        label={t("kind")}
        hint={t(`kind_${form.field("kind").value}_more`, { ref: name, name: other })}
        options={KINDS.map((k) => ({ value: k, label: kindName(k) }))}
        {...form.field("kind")}
      />
      <NumberField label={t("strength")} hint={t("strength_hint")} optional min={0} max={100} {...form.field("strength")} />
      <TextArea label={t("rationale")} optional maxLength={2000} rows={3} {...form.field("rationale")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={x !== undefined && !form.dirty}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
