import { Ellipsis, FileInput, FileText, Palette, Power, RotateCcw, Server, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Framework, type FrameworkDetail, framework } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Menu, MenuCheck, MenuItem, MenuSep } from "#/kit/Menu";
import { remove } from "#/kit/remove";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { act, actNow, refreshAll } from "./data";
import { PlanDialog } from "./Oscal";
import { ReportDialog } from "./Report";
import { SystemDialog } from "./System";
import { t } from "./words";

type Props = {
  f: Framework | FrameworkDetail;
  /** It was deleted: where it was shown must close. */
  gone?: () => Promise<void>;
};

/** What an administrator can do with a framework. Others see its import report, when it has one. */
export function FrameworkMenu({ f, gone }: Props) {
  const { admin, editor } = useSession();
  const [plan, setPlan] = useState(false);
  const [system, setSystem] = useState(false);
  const [editing, setEditing] = useState(false);
  const [report, setReport] = useState(false);
  const imported = f.source === "oscal" || f.source === "ciso";
  if (!editor && !imported) return null;
  const off = () =>
    ask({
      title: t("archive_title", { name: f.short }),
      effect: t("archive_effect"),
      action: t("archive"),
      danger: false,
      run: () => act(() => framework.archive({ id: f.id }), t("archived", { name: f.short })),
    });
  const askRemove = () =>
    ask({
      title: t("delete_title", { name: f.name }),
      effect: t("delete_effect", { n: f.rows }),
      action: t("delete"),
      run: () =>
        remove({
          send: () => framework.delete({ id: f.id }),
          gone: async () => gone?.(),
          forget: [
            ["framework", "get", f.id],
            ["framework", "tree", f.id],
            ["requirement", "get"],
          ],
          said: t("deleted", { name: f.short }),
          refresh: refreshAll,
        }),
    });
  return (
    <>
      <Menu
        align="end"
        width={210}
        trigger={
          <Button variant="ghost" icon aria-label={t("more_of", { name: f.short })}>
            <Ellipsis size={15} />
          </Button>
        }
      >
        {imported && (
          <MenuItem onClick={() => setReport(true)}>
            <FileText size={14} /> {t("import_report")}
          </MenuItem>
        )}
        {editor && (
          <MenuItem onClick={() => setSystem(true)}>
            <Server size={14} /> {t("system")}
          </MenuItem>
        )}
        {admin && (
          <>
            <MenuItem onClick={() => setPlan(true)}>
              <FileInput size={14} /> {t("plan_import")}
            </MenuItem>
            <MenuSep />
            <MenuItem onClick={() => setEditing(true)}>
              <Palette size={14} /> {t("edit")}
            </MenuItem>
            <MenuCheck checked={f.evidence_required} onChange={(on) => actNow(() => update(f, { evidence_required: on }), said(f, on))}>
              {t("evidence_required")}
            </MenuCheck>
            <MenuSep />
            {f.archived ? (
              <MenuItem onClick={() => actNow(() => framework.restore({ id: f.id }), t("restored", { name: f.short }))}>
                <RotateCcw size={14} /> {t("restore")}
              </MenuItem>
            ) : (
              <MenuItem onClick={off}>
                <Power size={14} /> {t("archive")}
              </MenuItem>
            )}
            {f.source !== "builtin" && (
              <MenuItem danger onClick={askRemove}>
                <Trash2 size={14} /> {t("delete")}
              </MenuItem>
            )}
          </>
        )}
      </Menu>
      <Dialog open={editing} onOpenChange={setEditing} title={t("edit").replace("…", "")}>
        {editing && <EditBody f={f} close={() => setEditing(false)} />}
      </Dialog>
      <PlanDialog f={f} open={plan} onOpenChange={setPlan} />
      <SystemDialog open={system} onOpenChange={setSystem} />
      {imported && <ReportDialog id={f.id} open={report} onOpenChange={setReport} />}
    </>
  );
}

type Body = Parameters<typeof framework.update>[0]["body"];
const update = (f: Framework | FrameworkDetail, body: Body) => framework.update({ id: f.id, version: f.version, body });
const said = (f: Framework | FrameworkDetail, on: boolean) => t(on ? "evidence_required_on" : "evidence_required_off", { name: f.short });

function EditBody({ f, close }: { f: Framework | FrameworkDetail; close: () => void }) {
  const form = useForm({
    start: { name: f.name, short: f.short, color: f.color },
    send: (body) => update(f, body),
    done: (out) => {
      toast.saved(t("updated", { name: out.short }), out);
      void refreshAll();
      close();
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("name")} maxLength={300} required {...form.field("name")} />
      <div className="grid gap-4 sm:grid-cols-[1fr_120px]">
        <TextField label={t("short")} hint={t("import_short_hint")} maxLength={40} required {...form.field("short")} />
        <TextField label={t("color")} type="color" {...form.field("color")} />
      </div>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.dirty}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
