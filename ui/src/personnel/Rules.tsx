import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type LeaverSteps, type PersonnelRules, personnel } from "#/api/api";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { NumberField, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Group, GroupFoot, GroupPage } from "#/kit/Group";
import { OwnerField } from "#/kit/OwnerField";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { FLAGS, figuresQuery, rulesQuery, stepsQuery } from "./data";
import { t } from "./words";

/** The settings of the personnel: which flags are wanted, and what has to be done when somebody leaves. */
export function PersonnelSettings() {
  const rules = useQuery(rulesQuery);
  const steps = useQuery(stepsQuery);
  const error = rules.error ?? steps.error;
  if (error) return <ErrorState error={error} onRetry={() => void rules.refetch()} />;
  if (!rules.data || !steps.data) return <Skeleton className="p-6" lines={8} />;
  return (
    <GroupPage>
      <Flags key={rules.data.version} rules={rules.data} />
      <Steps key={JSON.stringify(steps.data)} steps={steps.data} />
    </GroupPage>
  );
}

function Flags({ rules }: { rules: PersonnelRules }) {
  const figures = useQuery(figuresQuery).data;
  const { version, training_months, ...wanted } = rules;
  const form = useForm({
    start: { ...wanted, training_months: training_months as number | null },
    send: (body) => personnel.update_rules({ version, body: { ...body, training_months: body.training_months ?? 0 } }),
    done: (out) => toast.saved(t("rules_saved"), out),
    refresh: [["personnel"]],
  });
  return (
    <Group title={t("rules")} lead={t("rules_lead")}>
      <Form form={form}>
        <div className="space-y-2">
          {FLAGS.map((f) => (
            <div key={f}>
              <CheckField label={t(f)} checked={form.input[f]} onChange={(on) => form.field(f).onChange(on)} />
              <p className="ps-6 text-xs text-pretty text-fg-3">{figures?.flags.find((x) => x.flag === f)?.defined}</p>
            </div>
          ))}
        </div>
        <NumberField label={t("rules_months")} unit={t("rules_months_unit")} min={1} max={60} required {...form.field("training_months")} />
        <GroupFoot>
          {form.dirty && <Button onClick={() => form.reset()}>{t("undo_reset")}</Button>}
          <Button type="submit" variant="primary" disabled={!form.dirty} pending={form.pending}>
            {t("save")}
          </Button>
        </GroupFoot>
      </Form>
    </Group>
  );
}

type Step = { key: number; title: string; owner: string; days: number | null };

function Steps({ steps }: { steps: LeaverSteps }) {
  const [list, setList] = useState<Step[]>(() => steps.items.map((s, key) => ({ key, title: s.title, owner: s.owner, days: s.days })));
  const form = useForm<object, LeaverSteps>({
    start: {},
    send: () => personnel.set_steps({ body: { items: list.map(({ title, owner, days }) => ({ title, owner, days: days ?? 0 })) } }),
    done: (out) => toast.saved(t("steps_saved"), out),
    refresh: [["personnel", "steps"]],
  });
  const set = (key: number, change: Partial<Step>) => setList(list.map((s) => (s.key === key ? { ...s, ...change } : s)));
  return (
    <Group title={t("leaver_steps")} lead={t("leaver_steps_lead")}>
      <Form form={form}>
        <ol className="space-y-4">
          {list.map((s, i) => (
            <li key={s.key} className="grid grid-cols-[1fr_auto] items-end gap-x-2 gap-y-2 sm:grid-cols-[1fr_11rem_9rem_auto]">
              <div className="max-sm:col-span-2">
                <TextField
                  label={t("step_title", { n: i + 1 })}
                  maxLength={300}
                  required
                  value={s.title}
                  error={form.errors.fields[`items[${i}].title`]}
                  onChange={(title) => set(s.key, { title })}
                />
              </div>
              <div className="max-sm:col-span-2">
                <OwnerField
                  label={t("step_owner", { n: i + 1 })}
                  nobody={t("step_owner_none")}
                  value={s.owner}
                  error={form.errors.fields[`items[${i}].owner`]}
                  onChange={(owner) => set(s.key, { owner })}
                />
              </div>
              <NumberField
                label={t("step_days")}
                min={0}
                max={365}
                value={s.days}
                error={undefined}
                onChange={(days) => set(s.key, { days })}
              />
              <Button
                variant="ghost"
                icon
                aria-label={t("step_remove", { n: i + 1 })}
                onClick={() => setList(list.filter((x) => x.key !== s.key))}
              >
                <Trash2 size={14} />
              </Button>
            </li>
          ))}
        </ol>
        <GroupFoot>
          <Button onClick={() => setList([...list, { key: Math.max(0, ...list.map((s) => s.key)) + 1, title: "", owner: "", days: 0 }])}>
            <Plus size={14} /> {t("step_add")}
          </Button>
          <Button type="submit" variant="primary" pending={form.pending}>
            {t("save")}
          </Button>
        </GroupFoot>
      </Form>
    </Group>
  );
}
