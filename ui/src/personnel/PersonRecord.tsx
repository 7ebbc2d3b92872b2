import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { grant, type Personnel, type PersonnelDetail, personnel } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { Form, useForm } from "#/kit/form";
import { OwnerField } from "#/kit/OwnerField";
import type { Parts } from "#/kit/register/RecordParts";
import { Section } from "#/kit/Sidecar";
import { Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { Checklist } from "./Checklist";
import { people } from "./fields";
import { Leave } from "./Leave";
import { t } from "./words";

/** What somebody's record shows beside its fields: what is open when they left, what they can use, who leads them, what they own. */
export const personRecord: Parts<Personnel, PersonnelDetail> = {
  note: (p) => p.leaving && <Checklist p={p} leaving={p.leaving} />,
  before: (p) => (
    <>
      <Access p={p} />
      <Chain p={p} />
      {p.owned.length > 0 && <Owned p={p} />}
    </>
  ),
  after: (p) => <Going p={p} />,
};

/** The way out, and the way back. */
function Going({ p }: { p: PersonnelDetail }) {
  const { editor } = useSession();
  if (!editor) return null;
  return p.status === "terminated" ? <Return p={p} /> : <Leave p={p} />;
}

function Return({ p }: { p: PersonnelDetail }) {
  return (
    <Section title={t("leave_section")}>
      <p className="mb-2 text-pretty text-fg-3">{t("rehire_effect")}</p>
      <Button
        size="sm"
        onClick={() =>
          ask({
            title: t("rehire"),
            effect: t("rehire_effect"),
            action: t("rehire"),
            danger: false,
            run: async () => {
              await people.change(p, { status: "active", ended_on: "" });
              await people.refreshAll();
            },
          })
        }
      >
        <Undo2 size={13} /> {t("rehire")}
      </Button>
    </Section>
  );
}

/** The applications that somebody can use. */
function Access({ p }: { p: PersonnelDetail }) {
  const { data } = useQuery({
    queryKey: ["grant", "list", { personnel: p.id }],
    queryFn: () => grant.list({ personnel: p.id, status: ["active"], sort: "application", limit: 100 }),
  });
  return (
    <Section title={t("grants")} aside={p.apps > 0 ? t("grants_count", { n: p.apps }) : undefined}>
      {!data && <Skeleton lines={2} />}
      {data?.items.length === 0 && <p className="text-pretty text-fg-3">{t("grants_none")}</p>}
      <ul className="space-y-0.5">
        {data?.items.map((g) => (
          <li key={g.id}>
            <RecordLinkTo path={`grants?open=${g.id}`} className="flex min-h-7 items-center gap-2 hover:underline">
              <span className="min-w-0 flex-1 truncate">{g.application_name}</span>
              {g.level && <span className="truncate text-xs text-fg-3">{g.level}</span>}
              {g.admin && <Tag tone="info">{t("admin_rights")}</Tag>}
            </RecordLinkTo>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Whom somebody reports to, up to the top, and who reports to them. */
function Chain({ p }: { p: PersonnelDetail }) {
  return (
    <>
      <Section title={t("chain")}>
        {p.chain.length === 0 ? (
          <p className="text-fg-3">{p.team.length > 0 ? t("top") : t("manager_none")}</p>
        ) : (
          <ol className="space-y-0.5">
            {p.chain.map((c, i) => (
              <li key={c.id} style={{ paddingInlineStart: `${i * 12}px` }}>
                <PersonLine {...c} />
              </li>
            ))}
          </ol>
        )}
      </Section>
      {p.team.length > 0 && (
        <Section title={t("team")} aside={t("chart_reports", { n: p.team.length })}>
          <ul className="space-y-0.5">
            {p.team.map((c) => (
              <li key={c.id}>
                <PersonLine {...c} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

const PersonLine = ({ id, name, job_role_name }: { id: string; name: string; job_role_name: string }) => (
  <RecordLinkTo path={`personnel?open=${id}`} className="flex min-h-7 items-center gap-2 hover:underline">
    <span className="truncate">{name}</span>
    <span className="truncate text-xs text-fg-3">{job_role_name}</span>
  </RecordLinkTo>
);

const kinds = [
  "control",
  "evidence",
  "policy",
  "activity",
  "risk",
  "vendor",
  "vendor_contract",
  "asset",
  "process",
  "application",
  "job_role",
  "statement",
  "framework_scope",
  "leaver_step",
  "task",
] as const;
const counted = (kind: string, n: number): string => {
  const known = kinds.find((k) => k === kind);
  return known ? t(`kind_${known}`, { n }) : t("kind_other", { n });
};

/** What somebody owns as a person of the product, and the way to give it to somebody else. */
function Owned({ p }: { p: PersonnelDetail }) {
  const { editor } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <Section
      title={t("owned")}
      aside={
        editor && (
          <Button size="sm" onClick={() => setOpen(true)}>
            {t("hand_over")}
          </Button>
        )
      }
    >
      <p className="text-xs text-fg-3">{t("owned_more")}</p>
      <p className="mt-1">{p.owned.map((o) => counted(o.kind, o.count)).join(" · ")}</p>
      <Dialog open={open} onOpenChange={setOpen} title={t("hand_over_title", { name: p.name })} description={t("hand_over_effect")}>
        {open && <HandOver p={p} close={() => setOpen(false)} />}
      </Dialog>
    </Section>
  );
}

function HandOver({ p, close }: { p: PersonnelDetail; close: () => void }) {
  const form = useForm({
    start: { to: "" },
    send: (body) => personnel.hand_over({ id: p.id, body }),
    done: (out) => {
      toast.saved(t("saved"), out);
      close();
      void people.refreshAll();
    },
  });
  return (
    <Form form={form}>
      <OwnerField label={t("hand_over_to")} nobody={t("nobody")} {...form.field("to")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("hand_over_all")}
        </Button>
      </DialogActions>
    </Form>
  );
}
