import { useQuery } from "@tanstack/react-query";
import { CircleDashed, PenLine, Trash2, UserRound, Users, WandSparkles } from "lucide-react";
import { useState } from "react";
import { type RequirementDetail, type Statement, type StatementDraft, type StatementUpdateBody, statement } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { ask } from "#/kit/Dialog";
import { TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Menu, MenuItem } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { InlineText, Prop, propButton, Section } from "#/kit/Sidecar";
import { ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { howMetQuery } from "./data";
import { t } from "./words";

const statuses = ["planned", "partial", "implemented", "alternative", "not_applicable"] as const;
const icons = {
  planned: "not_started",
  partial: "in_progress",
  implemented: "implemented",
  alternative: "implemented",
  not_applicable: "not_applicable",
} as const;

/** How a requirement is met, in words, by whom, and how far. */
export function StatementPart({ r }: { r: RequirementDetail }) {
  const { editor, admin } = useSession();
  const { data, error, refetch } = useQuery(howMetQuery(r.id));
  const [from, setFrom] = useState<StatementDraft>();
  const s = data?.statement;
  const gone = async () => {
    const out = await statement.delete({ id: s?.id ?? "" });
    toast.saved(t("statement_deleted", { ref: r.ref }), out);
    await refresh(r);
  };
  return (
    <Section
      title={t("how_met")}
      aside={
        admin &&
        s && (
          <Tip label={t("statement_delete")}>
            <Button
              size="sm"
              variant="ghost"
              icon
              aria-label={t("statement_delete")}
              onClick={() =>
                ask({
                  title: t("statement_delete_title", { ref: r.ref }),
                  effect: t("statement_delete_effect"),
                  action: t("delete"),
                  run: gone,
                })
              }
            >
              <Trash2 size={13} />
            </Button>
          </Tip>
        )
      }
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />
      ) : !data ? (
        <Skeleton lines={3} />
      ) : s ? (
        <Written r={r} s={s} />
      ) : from ? (
        <Write r={r} from={from} close={() => setFrom(undefined)} />
      ) : (
        <None draft={data.draft} write={editor ? setFrom : undefined} />
      )}
    </Section>
  );
}

const refresh = (r: RequirementDetail) =>
  Promise.all([["statement"], ["history"]].map((queryKey) => cache.invalidateQueries({ queryKey }))).then(() => r);

/** Nobody wrote anything: the controls' own words are offered to begin with. */
function None({ draft, write }: { draft: StatementDraft; write?: (from: StatementDraft) => void }) {
  const empty: StatementDraft = { body: "", status: "", owner: "" };
  return (
    <>
      <p className="text-fg-3">{t("statement_none")}</p>
      {write && draft.body && (
        <figure className="mt-2 rounded-lg border border-dashed border-line-2 px-3 py-2">
          <figcaption className="mb-1 text-xs text-fg-3">{t("statement_draft_of")}</figcaption>
          <p className="line-clamp-4 text-fg-2">{draft.body}</p>
        </figure>
      )}
      {write && (
        <div className="-ms-2 mt-2 flex flex-wrap gap-1">
          {draft.body && (
            <Button size="sm" variant="ghost" onClick={() => write(draft)}>
              <WandSparkles size={13} /> {t("how_met_draft")}
            </Button>
          )}
          <Button size="sm" variant="ghost" onClick={() => write(empty)}>
            <PenLine size={13} /> {t("statement_write")}
          </Button>
        </div>
      )}
    </>
  );
}

function Write({ r, from, close }: { r: RequirementDetail; from: StatementDraft; close: () => void }) {
  const form = useForm({
    start: { body: from.body },
    send: ({ body }) => statement.create({ id: r.id, body: { body, status: from.status, owner: from.owner } }),
    done: (out) => {
      toast.saved(t("how_met_saved", { ref: r.ref }), out);
      void refresh(r).then(close);
    },
  });
  return (
    <Form form={form}>
      <TextArea
        label={t("how_met")}
        hideLabel
        required
        autoFocus
        rows={5}
        maxLength={20000}
        placeholder={t("statement_placeholder")}
        {...form.field("body")}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.input.body.trim()}>
          {t("save")}
        </Button>
      </div>
    </Form>
  );
}

function Written({ r, s }: { r: RequirementDetail; s: Statement }) {
  const { editor } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  const change = async (body: StatementUpdateBody) => {
    try {
      const out = await statement.update({ id: s.id, version: s.version, body });
      cache.setQueryData(howMetQuery(r.id).queryKey, (was) => was && { ...was, statement: out });
      toast.saved(t("how_met_saved", { ref: r.ref }), out);
    } catch (e) {
      toast.failed(e);
    }
    await refresh(r);
  };
  const status = (
    <span className="flex items-center gap-2">
      {s.status !== "" && <StatusIcon s={icons[s.status]} size={14} />}
      <span className={s.status === "" ? "text-fg-3" : ""}>{said(s.status)}</span>
    </span>
  );
  const owner = <Person name={s.owner_name} nobody={t("owner_none")} />;
  return (
    <>
      <InlineText
        label={t("how_met")}
        value={s.body}
        required
        maxLength={20000}
        readOnly={!editor}
        onSave={(body) => void change({ body })}
      />
      <dl className="mt-3 space-y-0.5 text-sm">
        <Prop icon={<CircleDashed />} label={t("statement_status")}>
          {editor ? (
            <Menu
              trigger={
                <button type="button" className={propButton} aria-label={`${t("statement_status")}: ${said(s.status)}`}>
                  {status}
                </button>
              }
            >
              {statuses.map((v) => (
                <MenuItem key={v} selected={v === s.status} onClick={() => void change({ status: v })}>
                  <StatusIcon s={icons[v]} /> {said(v)}
                </MenuItem>
              ))}
            </Menu>
          ) : (
            status
          )}
        </Prop>
        <Prop icon={<UserRound />} label={t("owner")}>
          {editor ? (
            <PeoplePicker
              people={people.filter((p) => p.active || p.id === s.owner)}
              nobody={t("owner_none")}
              value={s.owner}
              onChange={(id) => void change({ owner: id })}
              trigger={
                <button type="button" className={propButton} aria-label={`${t("owner")}: ${s.owner_name || t("owner_none")}`}>
                  {owner}
                </button>
              }
            />
          ) : (
            owner
          )}
        </Prop>
        <Prop icon={<Users />} label={t("statement_responsible")}>
          <InlineText
            label={t("statement_responsible")}
            value={s.responsible}
            placeholder={editor ? t("statement_responsible_none") : "–"}
            maxLength={300}
            readOnly={!editor}
            onSave={(responsible) => void change({ responsible: responsible.replace(/\s+/g, " ") })}
          />
        </Prop>
      </dl>
    </>
  );
}

const said = (s: Statement["status"]) => t(s === "" ? "statement_unsaid" : `statement_${s}`);
