import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Link2, Plus, UserRound, X } from "lucide-react";
import { useState } from "react";
import { type Control, control, framework, member, type RequirementDetail } from "#/api/api";
import { Avatar, Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Field, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { withDates } from "#/kit/format";
import { FindPicker, PeoplePicker } from "#/kit/Picker";
import { Section } from "#/kit/Sidecar";
import { StatusIcon, statusName } from "#/kit/Status";
import { Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { actNow, refreshAll } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug");

/** The controls that serve a requirement, with what they are worth; more can be mapped, or made. */
export function ControlsPart({ r }: { r: RequirementDetail }) {
  const { editor } = useSession();
  const [making, setMaking] = useState(false);
  const have = new Set(r.served.map((c) => c.id));
  const name = `${r.short} ${r.ref}`;
  return (
    <Section title={t("controls")} aside={r.served.length > 0 ? r.served.length : undefined}>
      {r.served.length > 0 ? (
        <ul className="overflow-hidden rounded-lg border border-line [&>li:last-child]:border-b-0">
          {r.served.map((c) => (
            <Served key={c.id} r={r} c={c} />
          ))}
        </ul>
      ) : (
        <p className="text-fg-3">{t("controls_none")}</p>
      )}
      {editor && (
        <div className="-ms-2 mt-2 flex flex-wrap gap-1">
          <FindPicker
            name="control"
            placeholder={t("find_control")}
            width={420}
            find={async (q) => {
              const found = await control.list({ q, limit: 40 });
              return found.items
                .filter((c) => !have.has(c.id))
                .map((c) => ({ value: c.id, label: c.ref, hint: c.title, icon: <StatusIcon s={c.effective} /> }));
            }}
            onPick={(o) => actNow(() => framework.map({ id: r.id, body: { control: o.value } }), t("map_done", { ref: o.label, to: name }))}
            trigger={
              <Button size="sm" variant="ghost" aria-label={t("ask_map")}>
                <Link2 size={13} /> {t("ask_map")}
              </Button>
            }
          />
          <Button size="sm" variant="ghost" onClick={() => setMaking(true)}>
            <Plus size={13} /> {t("create_control")}
          </Button>
        </div>
      )}
      <Dialog
        open={making}
        onOpenChange={setMaking}
        title={t("create_control")}
        description={t("create_control_more", { ref: name })}
        width={520}
      >
        {making && <Make r={r} close={() => setMaking(false)} />}
      </Dialog>
    </Section>
  );
}

function Served({ r, c }: { r: RequirementDetail; c: Control }) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  return (
    <li className="group/served flex min-h-11 items-center gap-2.5 border-b border-line ps-3 pe-1.5 hover:bg-hover">
      <StatusIcon s={c.effective} label />
      <Link to="/o/$slug/controls" params={{ slug }} search={{ open: c.id }} className="min-w-0 flex-1 py-1.5 [&:hover_.t]:underline">
        <span className="flex items-baseline gap-2">
          <span className="ref shrink-0 text-xs text-fg-3">{c.ref}</span>
          <span className="t truncate" title={c.title}>
            {c.title}
          </span>
        </span>
        <span className="block truncate text-xs text-fg-3" title={withDates(c.reason)}>
          {statusName(c.effective)} · {withDates(c.reason)}
        </span>
      </Link>
      <Tip label={c.owner_name || t("owner_none")}>
        <span className="flex shrink-0">
          <Avatar name={c.owner_name} />
          <span className="sr-only">{c.owner_name || t("owner_none")}</span>
        </span>
      </Tip>
      {editor && (
        <button
          type="button"
          aria-label={t("remove_control", { ref: c.ref })}
          onClick={() =>
            actNow(() => framework.unmap({ id: r.id, control: c.id }), t("removed", { ref: c.ref, to: `${r.short} ${r.ref}` }))
          }
          className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 opacity-0 group-hover/served:opacity-100 hover:bg-active hover:text-fg focus-visible:opacity-100 pointer-coarse:opacity-100"
        >
          <X size={13} />
        </button>
      )}
    </li>
  );
}

/** A control made from the requirement: its words are what one begins with. */
function Make({ r, close }: { r: RequirementDetail; close: () => void }) {
  const people = useQuery({
    queryKey: ["member", "owners"],
    queryFn: () => member.people({ limit: 100, active: "yes", sort: "name" }),
    staleTime: 60_000,
  }).data;
  const form = useForm({
    start: { ref: "", title: r.title, description: r.body, domain: r.path.at(-1)?.title.slice(0, 100) ?? "", owner: "" },
    send: (body) => framework.add_control({ id: r.id, body }),
    done: (out) => {
      const made = out.served.find((c) => !r.served.some((was) => was.id === c.id));
      toast.saved(t("control_created", { ref: made?.ref ?? "" }), out);
      void refreshAll();
      close();
    },
  });
  const owner = form.field("owner");
  return (
    <Form form={form}>
      <TextField label={t("title")} maxLength={300} required {...form.field("title")} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label={t("ref")} optional placeholder={r.ref} maxLength={40} {...form.field("ref")} />
        <TextField label={t("domain")} optional maxLength={100} {...form.field("domain")} />
      </div>
      <Field label={t("owner")} optional error={owner.error}>
        {(b) => (
          <PeoplePicker
            people={people?.items ?? []}
            nobody={t("owner_none")}
            value={owner.value}
            onChange={owner.onChange}
            trigger={
              <button type="button" id={b.id} className="input flex items-center gap-2 text-start">
                {owner.value ? (
                  <Person name={people?.items.find((p) => p.id === owner.value)?.name ?? ""} nobody={t("owner_none")} />
                ) : (
                  <>
                    <UserRound size={14} className="text-fg-3" /> <span className="text-fg-3">{t("owner_none")}</span>
                  </>
                )}
              </button>
            }
          />
        )}
      </Field>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("create_do")}
        </Button>
      </DialogActions>
    </Form>
  );
}
