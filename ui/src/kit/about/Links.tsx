import { useQuery } from "@tanstack/react-query";
import { Link2, Network, Plus, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { type Line, link } from "#/api/api";
import { useSession } from "#/shell/session";
import { Button } from "../Button";
import { Dialog, DialogActions } from "../Dialog";
import { Field, Select, TextField } from "../Field";
import { Form, useForm } from "../form";
import { FindPicker } from "../Picker";
import { ErrorState, Skeleton } from "../State";
import { toast } from "../Toast";
import { type About, act, linksQuery, refresh } from "./data";
import { KindIcon, kindName, lineName, RecordLinkTo, typeName, WAYS, type Way, wayOf } from "./kinds";
import { t } from "./words";

const GraphView = lazy(() => import("./Graph").then((m) => ({ default: m.GraphView })));

/** How many links a record has, for a tab or a heading. */
export function useLinkCount(about: About): number | undefined {
  return useQuery(linksQuery(about)).data?.items.length || undefined;
}

/** The links of a record. `graph` draws it with its neighbours right below; otherwise a button opens the picture. */
export function Links({ kind, id, graph }: About & { graph?: boolean }) {
  const about = { kind, id };
  const { editor } = useSession();
  const { data, error, refetch } = useQuery(linksQuery(about));
  const [adding, setAdding] = useState(false);
  const [drawn, setDrawn] = useState(false);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />;
  if (!data) return <Skeleton lines={3} />;
  const groups = WAYS.map((w) => ({
    ...w,
    of: data.items.filter((l) => {
      const said = wayOf(l);
      return said.type === w.type && said.inverse === w.inverse;
    }),
  }));
  return (
    <div>
      {data.items.length === 0 && <p className="mb-3 text-fg-3">{t("links_empty")}</p>}
      {groups
        .filter((g) => g.of.length > 0)
        .map((g) => (
          <div key={`${g.type} ${g.inverse}`} className="mb-3 max-w-[860px]">
            <h3 className="mb-0.5 text-xs text-fg-3">{typeName(g.type, g.inverse)}</h3>
            <ul className="-mx-2">
              {g.of.map((l) => (
                <li key={l.id} className="group/l flex min-h-8 items-center gap-2 rounded-md px-2 hover:bg-hover">
                  <KindIcon kind={l.other.kind} />
                  <span className="min-w-0 flex-1 py-1">
                    <RecordLinkTo path={l.other.path} className="flex min-w-0 items-baseline gap-2 hover:underline">
                      {l.other.ref && <span className="ref shrink-0 text-xs text-fg-3">{l.other.ref}</span>}
                      <span className="truncate">{l.other.title}</span>
                    </RecordLinkTo>
                    {l.note && <span className="block text-xs text-pretty text-fg-3">{l.note}</span>}
                  </span>
                  {editor && (
                    <Button
                      size="sm"
                      variant="ghost"
                      icon
                      aria-label={t("remove_link", { name: lineName(l.other) })}
                      onClick={() =>
                        void act(
                          ["link", kind, l.other.kind],
                          () => link.delete({ id: l.id }),
                          t("link_removed", { name: l.other.ref || l.other.title }),
                        )
                      }
                    >
                      <X size={12} />
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </div>
        ))}
      <div className="flex flex-wrap gap-2">
        {editor && (
          <Button onClick={() => setAdding(true)}>
            <Plus size={13} /> {t("add_link")}
          </Button>
        )}
        {!graph && (
          <Button variant="ghost" onClick={() => setDrawn(true)}>
            <Network size={13} /> {t("graph")}
          </Button>
        )}
      </div>
      {graph && (
        <Suspense fallback={<Skeleton className="mt-6" lines={6} />}>
          <GraphView key={id} kind={kind} id={id} />
        </Suspense>
      )}
      {!graph && (
        <Dialog open={drawn} onOpenChange={setDrawn} title={t("graph")} width={980}>
          <Suspense fallback={<Skeleton lines={6} />}>
            <GraphView kind={kind} id={id} />
          </Suspense>
        </Dialog>
      )}
      {adding && <AddLink about={about} onClose={() => setAdding(false)} />}
    </div>
  );
}

function AddLink({ about, onClose }: { about: About; onClose: () => void }) {
  const [other, setOther] = useState<Pick<Line, "kind" | "id" | "ref" | "title">>();
  const form = useForm({
    start: { way: "relates", note: "", record: "", kind: "" },
    send: ({ way, note, record, kind }) => {
      const w: Way = WAYS.find((o) => wordOf(o) === way) ?? { type: "relates", inverse: false };
      return link.create({ ...about, body: { ...w, note, record, kind } });
    },
    done: (out) => {
      toast.saved(t("link_added", { name: lineName(out.other) }), out);
      void refresh("link", about.kind, out.other.kind); // what follows from links is told of both
      onClose();
    },
  });
  const error = form.field("record").error;
  return (
    <Dialog open onOpenChange={onClose} title={t("add_link")}>
      <Form form={form}>
        <Select
          label={t("link_type")}
          {...form.field("way")}
          options={WAYS.map((w) => ({ value: wordOf(w), label: typeName(w.type, w.inverse) }))}
        />
        <Field label={t("record")} error={error}>
          {(b) => (
            <FindPicker
              label={other ? `${t("record")}: ${lineName(other)}` : t("record")}
              name={`record-${about.kind}-${about.id}`}
              placeholder={t("link_to")}
              width={420}
              find={async (q) =>
                (await link.find({ q })).items
                  .filter((l) => l.kind !== about.kind || l.id !== about.id)
                  .map((l) => ({
                    value: `${l.kind}/${l.id}`,
                    label: lineName(l),
                    hint: kindName(l.kind),
                    icon: <KindIcon kind={l.kind} />,
                  }))
              }
              onPick={(o) => {
                const [kind = "", id = ""] = o.value.split("/");
                setOther({ kind, id, ref: "", title: o.label });
                form.set({ record: id, kind });
              }}
              trigger={
                <button type="button" id={b.id} aria-invalid={b["aria-invalid"]} className="input flex items-center gap-2 text-start">
                  {other ? <KindIcon kind={other.kind} /> : <Link2 size={14} className="text-fg-3" aria-hidden />}
                  <span className={other ? "truncate" : "truncate text-fg-3"}>{other ? lineName(other) : t("link_to")}</span>
                </button>
              }
            />
          )}
        </Field>
        <TextField label={t("link_note")} optional maxLength={500} {...form.field("note")} />
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" pending={form.pending} disabled={!other}>
            {t("add")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

const wordOf = (w: Way) => `${w.type}${w.inverse ? "/" : ""}`;
