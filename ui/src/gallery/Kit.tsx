import { Shapes } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ApiError } from "#/api/call";
import { Button } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { CheckField, Switch } from "#/kit/Checkbox";
import { ColorField } from "#/kit/ColorField";
import { Copy } from "#/kit/Copy";
import { ask, Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, NumberField, Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Outline, type OutlineNode, useOutline } from "#/kit/Outline";
import { PeoplePicker } from "#/kit/Picker";
import { CodeInput, PasswordField } from "#/kit/Secret";
import { EmptyState, ErrorState, Note, Skeleton } from "#/kit/State";
import { EFFECTIVE_STATUSES, EVIDENCE_STATUSES, REQUIREMENT_STATES, type Status, StatusChip, StatusIcon, StatusLabel } from "#/kit/Status";
import { Tabs } from "#/kit/Tabs";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { Page, Topbar } from "#/shell/Topbar";
import { persons, wait } from "./data";

const nodes: OutlineNode[] = Array.from({ length: 20 }, (_, f) => f).flatMap((f) => [
  { id: `f${f}`, parent: null, reference: `CC${f + 1}`, title: "Control environment", progress: (f * 900) % 10001 },
  ...Array.from({ length: 8 }, (_, s) => s).flatMap((s) => [
    {
      id: `f${f}s${s}`,
      parent: `f${f}`,
      reference: `CC${f + 1}.${s + 1}`,
      title: "Commitment to integrity and ethical values",
      progress: s === 3 ? null : (s * 1400) % 10001,
    },
    ...Array.from({ length: 7 }, (_, r) => ({
      id: `f${f}s${s}r${r}`,
      parent: `f${f}s${s}`,
      reference: `CC${f + 1}.${s + 1}.${r + 1}`,
      title: "Sets the tone at the top",
      aside: <StatusIcon s={REQUIREMENT_STATES[r % 5] ?? "met"} label />,
    })),
  ]),
]);

function Sampler() {
  const form = useForm({
    start: {
      title: "",
      note: "",
      date: "2026-11-30",
      days: 365 as number | null,
      kind: "report",
      color: "#0e7490",
      person: "p3",
      on: true,
    },
    send: async (v) => {
      await wait(500);
      if (!v.title)
        throw new ApiError(422, "invalid", "Please correct the marked fields.", {
          title: "This field is required.",
          elsewhere: "Something else is wrong.",
        });
      return v;
    },
    done: (v) => toast.done(`Saved ${v.title}`),
  });
  return (
    <Form form={form}>
      <TextField label="Title" hint="As the auditor should read it." required {...form.field("title")} />
      <TextArea label="Note" optional {...form.field("note")} />
      <div className="grid grid-cols-2 gap-4">
        <DateField label="Collected on" clearable {...form.field("date")} />
        <NumberField label="Valid for" unit="days" min={1} {...form.field("days")} />
        <Select
          label="Kind"
          options={[
            { value: "report", label: "Report" },
            { value: "log", label: "Log" },
          ]}
          {...form.field("kind")}
        />
        <ColorField label="Colour" {...form.field("color")} presets={["#4650cf", "#0e7490", "#b45309", "#be123c"]} />
      </div>
      <CheckField label="Ask a reviewer" hint="Files count when they were accepted." {...form.field("on")} checked={form.input.on} />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={form.pending}>
          Save
        </Button>
        <Button onClick={() => form.reset()} disabled={!form.dirty}>
          Reset
        </Button>
      </div>
    </Form>
  );
}

const Row = ({ children }: { children: ReactNode }) => <div className="flex flex-wrap items-center gap-2">{children}</div>;

export function Kit() {
  const tree = useOutline(nodes);
  const [node, setNode] = useState("f0s1");
  const [tab, setTab] = useState("one");
  const [dialog, setDialog] = useState(false);
  const [password, setPassword] = useState("correct horse");
  const [code, setCode] = useState("123");
  const [on, setOn] = useState(true);
  const statuses = [
    ...new Set<Status>([...EFFECTIVE_STATUSES, ...EVIDENCE_STATUSES, ...REQUIREMENT_STATES, "pending", "accepted", "rejected"]),
  ];
  return (
    <Page>
      <Topbar title="Kit" icon={<Shapes />} />
      <CardPage>
        <div className="grid gap-4 @3xl:grid-cols-2">
          <Card title="Buttons">
            <Row>
              <Button variant="primary">Primary</Button>
              <Button>Outline</Button>
              <Button variant="ghost">Ghost</Button>
              <Button variant="danger">Delete</Button>
              <Button size="sm">Small</Button>
              <Button variant="primary" pending>
                Pending
              </Button>
              <Button disabled>Disabled</Button>
              <Copy value="x" name="token" label="Copy" />
              <Copy value="x" name="token" />
            </Row>
            <div className="mt-4">
              <Row>
                <Button onClick={() => toast.done("6 set to In progress", { action: { label: "Undo", run: () => {} } })}>Toast</Button>
                <Button onClick={() => toast.failed(new ApiError(412, "stale", "x"), { showChange: () => {} })}>Stale</Button>
                <Button onClick={() => setDialog(true)}>Dialog</Button>
                <Button
                  onClick={() =>
                    ask({
                      title: "Remove Dana Whitfield from Northwind?",
                      effect: "She loses access at once. Her 12 controls keep her as owner until you change them.",
                      action: "Remove",
                      reason: { label: "Reason" },
                      run: () => wait(600),
                    })
                  }
                >
                  Ask
                </Button>
                <PeoplePicker
                  label="People"
                  people={persons}
                  nobody="Nobody"
                  value="p4"
                  onChange={() => {}}
                  trigger={<Button>People</Button>}
                />
              </Row>
            </div>
            <div className="mt-4">
              <Row>
                {(["plain", "mute", "accent", "ok", "info", "warn", "bad"] as const).map((tone) => (
                  <Tag key={tone} tone={tone}>
                    {tone}
                  </Tag>
                ))}
              </Row>
            </div>
          </Card>
          <Card title="Status">
            <div className="grid grid-cols-2 gap-x-4 gap-y-1.5 @xl:grid-cols-3">
              {statuses.map((s) => (
                <span key={s} className="flex items-center gap-3">
                  <StatusIcon s={s} size={12} />
                  <StatusLabel s={s} />
                </span>
              ))}
            </div>
            <div className="mt-3">
              <Row>
                <StatusChip s="implemented" />
                <StatusChip s="needs_evidence" />
                <StatusChip s="gap" />
              </Row>
            </div>
          </Card>
          <Card title="Form">
            <Sampler />
          </Card>
          <Card title="Secrets and switches">
            <div className="space-y-4">
              <PasswordField label="New password" autoComplete="new-password" min={15} value={password} onChange={setPassword} />
              <CodeInput label="Code from your app" value={code} onChange={setCode} hint="Six digits." />
              <Switch label="Single-key shortcuts" hint="Switch these off if you use speech input." checked={on} onChange={setOn} />
              <Note>Two-step sign-in is off. Turn it on to protect your organisation.</Note>
              <Note tone="warn">38 pieces of evidence expire within 30 days.</Note>
              <Tabs
                label="Tabs"
                value={tab}
                onChange={setTab}
                tabs={[
                  { value: "one", label: "Overview" },
                  { value: "two", label: "Evidence", count: 12 },
                ]}
              >
                <p className="p-4 text-fg-3">{tab}</p>
              </Tabs>
            </div>
          </Card>
          <Card title="Outline" className="h-96">
            <Outline
              label="Requirements"
              nodes={nodes}
              open={tree.open}
              onToggle={tree.toggle}
              selected={node}
              onSelect={(n) => setNode(n.id)}
            />
          </Card>
          <Card title="States">
            <Skeleton />
            <ErrorState
              error={new ApiError(500, "internal", "Something went wrong on our side. It has been logged.", {}, "8f2c")}
              onRetry={() => {}}
            />
            <EmptyState title="No evidence yet" actions={<Button variant="primary">Add the first</Button>}>
              Evidence proves that a control works.
            </EmptyState>
          </Card>
        </div>
      </CardPage>
      <Dialog open={dialog} onOpenChange={setDialog} title="New control" description="A title and an owner are enough to begin.">
        <Sampler />
        <DialogActions>
          <Button onClick={() => setDialog(false)}>Cancel</Button>
          <Button variant="primary">Create</Button>
        </DialogActions>
      </Dialog>
    </Page>
  );
}
