import { useQuery } from "@tanstack/react-query";
import { Layers2, Plus, Trash2, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { type Baseline, type FrameworkDetail, framework } from "#/api/api";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { num } from "#/kit/format";
import { ORGANISATION } from "#/kit/products";
import { RadioCards } from "#/kit/Radio";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { Tabs } from "#/kit/Tabs";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { act, baselinesQuery, productsOfQuery, refreshAll, treeQuery } from "./data";
import { t } from "./words";

type Props = { f: FrameworkDetail; scope: string | undefined };

/** The baseline of a framework: which named selection of its requirements applies, and where it comes from. */
export function Baselines({ f, scope }: Props) {
  const { admin } = useSession();
  const [open, setOpen] = useState(false);
  const here = useQuery(productsOfQuery(f.id)).data?.items.find((p) => p.scope === (scope ?? ORGANISATION));
  if (!admin && !here?.baseline) return null;
  return (
    <>
      <Button
        variant="ghost"
        aria-label={`${t("baseline")}: ${here?.baseline || t("baseline_none")}`}
        onClick={() => admin && setOpen(true)}
      >
        <Layers2 size={14} /> <span className="max-w-44 truncate max-md:hidden">{here?.baseline || t("baseline")}</span>
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("baseline_title", { name: f.short })}
        description={scope && here ? t("baseline_in", { name: here.name }) : t("baseline_more")}
        width={560}
      >
        {open && <Body f={f} scope={scope} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Body({ f, scope, close }: Props & { close: () => void }) {
  const { data, error, refetch } = useQuery(baselinesQuery(f.id));
  const [tab, setTab] = useState<"choose" | "add">("choose");
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={5} />;
  return (
    <Tabs
      label={t("baseline")}
      value={tab}
      onChange={setTab}
      tabs={[
        { value: "choose", label: t("baseline_choose"), count: data.items.length },
        { value: "add", label: t("baseline_add") },
      ]}
    >
      <div className="pt-4">
        {tab === "choose" ? (
          <Choose f={f} scope={scope} items={data.items} close={close} />
        ) : (
          <Add f={f} tags={data.tags} done={() => setTab("choose")} />
        )}
      </div>
    </Tabs>
  );
}

function Choose({ f, scope, items, close }: Props & { items: readonly Baseline[]; close: () => void }) {
  const chosen = items.find((b) => b.chosen.some((c) => c.scope === (scope ?? ORGANISATION)))?.id ?? "";
  const form = useForm({
    start: { baseline: chosen },
    send: (v) => framework.choose_baseline({ id: f.id, body: { baseline: v.baseline, scope } }),
    done: (out, v) => {
      const name = items.find((b) => b.id === v.baseline)?.name;
      toast.saved(name ? t("baseline_chosen", { name }) : t("baseline_gone"), out, {
        description: [
          t("baseline_changed", { out: num(out.outside), back: num(out.inside) }),
          out.standing > 0 && t("baseline_standing", { n: out.standing }),
        ]
          .filter(Boolean)
          .join(" "),
      });
      void refreshAll();
      close();
    },
  });
  const remove = (b: Baseline) =>
    ask({
      title: t("delete_title", { name: b.name }),
      effect: t("baseline_delete_effect"),
      action: t("delete"),
      run: () => act(() => framework.delete_baseline({ id: b.id }), t("deleted", { name: b.name })),
    });
  return (
    <Form form={form}>
      <RadioCards
        label={t("baseline_which")}
        hideLabel
        options={[
          { value: "", label: t("baseline_none"), hint: t("baseline_none_more") },
          ...items.map((b) => ({
            value: b.id,
            label: (
              <span className="flex items-center gap-2">
                <span className="truncate">{b.name}</span>
                <span className="tnum ms-auto text-xs font-normal text-fg-3">{t("count", { n: b.size })}</span>
                {b.chosen.length === 0 && (
                  <Button variant="ghost" size="sm" icon aria-label={`${t("delete")} ${b.name}`} onClick={() => remove(b)}>
                    <Trash2 size={13} />
                  </Button>
                )}
              </span>
            ),
            hint: b.source_note,
          })),
        ]}
        {...form.field("baseline")}
      />
      <p className="text-xs text-pretty text-fg-3">{t("baseline_effect")}</p>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.dirty}>
          {t("baseline_apply")}
        </Button>
      </DialogActions>
    </Form>
  );
}

function Add({ f, tags, done }: { f: FrameworkDetail; tags: readonly { tag: string; size: number }[]; done: () => void }) {
  const tree = useQuery(treeQuery(f.id)).data?.items ?? [];
  const groups = tree.filter((r) => r.parent === "" && r.total > 0);
  const file = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const start: { name: string; tags: string[]; requirements: string[] } = { name: "", tags: [], requirements: [] };
  const form = useForm({
    start,
    send: (body) => framework.add_baseline({ id: f.id, body }),
    done: (out, v) => {
      toast.saved(t("baseline_added", { name: v.name.trim() }), out);
      void refreshAll();
      done();
    },
  });
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    setSending(true);
    setFailed(undefined);
    try {
      const out = await framework.import_baseline({ id: f.id, file: chosen, name: form.input.name.trim() || undefined });
      toast.saved(t("baseline_imported", { n: out.found, of: num(out.selected) }), out, {
        description: out.missing.length > 0 ? t("baseline_missing", { refs: out.missing.join(", ") }) : undefined,
      });
      void refreshAll();
      done();
    } catch (e) {
      setFailed(e);
    } finally {
      setSending(false);
    }
  };
  const set = form.field("tags");
  const under = form.field("requirements");
  const toggle = (list: readonly string[], v: string, on: boolean) => (on ? [...list, v] : list.filter((x) => x !== v));
  return (
    <Form form={form}>
      <TextField label={t("name")} maxLength={100} required autoComplete="off" placeholder={t("baseline_name")} {...form.field("name")} />
      <fieldset>
        <legend className="mb-1 text-xs font-medium">{t("baseline_what")}</legend>
        <div className="max-h-56 overflow-y-auto rounded-md border border-line p-3">
          {tags.map((g) => (
            <CheckField
              key={`t${g.tag}`}
              label={g.tag}
              hint={t("count", { n: g.size })}
              checked={set.value.includes(g.tag)}
              onChange={(on) => set.onChange(toggle(set.value, g.tag, on))}
            />
          ))}
          {groups.map((r) => (
            <CheckField
              key={r.id}
              label={`${r.ref} ${r.title}`}
              hint={t("count", { n: r.total })}
              checked={under.value.includes(r.id)}
              onChange={(on) => under.onChange(toggle(under.value, r.id, on))}
            />
          ))}
        </div>
        {set.error && <p className="mt-1 text-xs text-bad-text">{set.error}</p>}
      </fieldset>
      {failed !== undefined && <Note tone="bad">{failed instanceof Error ? failed.message : t("baseline_failed")}</Note>}
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={file}
          type="file"
          accept=".json,.zip,application/json,application/zip"
          className="sr-only"
          tabIndex={-1}
          aria-label={t("baseline_profile")}
          onChange={(e) => {
            void take(e.target.files?.[0]);
            e.target.value = "";
          }}
        />
        <Button pending={sending} onClick={() => file.current?.click()}>
          <Upload size={14} /> {t("baseline_profile")}
        </Button>
        <span className="text-xs text-fg-3">{t("baseline_profile_hint")}</span>
      </div>
      <DialogActions>
        <Button onClick={done}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={set.value.length + under.value.length === 0}>
          <Plus size={14} /> {t("baseline_add")}
        </Button>
      </DialogActions>
    </Form>
  );
}
