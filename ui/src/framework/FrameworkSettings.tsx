import { useQuery } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Framework, framework, type LibraryFramework } from "#/api/api";
import { Button } from "#/kit/Button";
import { Switch } from "#/kit/Checkbox";
import { ask } from "#/kit/Dialog";
import { Group, GroupPage } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { act, actNow, allQuery, libraryQuery } from "./data";
import { ImportDialog } from "./ImportDialog";
import { TurnOn } from "./TurnOn";
import { t } from "./words";

/** The settings of frameworks: which are in use, and which ask for evidence. */
export function FrameworkSettings() {
  const all = useQuery(allQuery);
  const library = useQuery(libraryQuery);
  const [chosen, setChosen] = useState<LibraryFramework>();
  const [importing, setImporting] = useState(false);
  const error = all.error ?? library.error;
  if (error && !(all.data && library.data))
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          void all.refetch();
          void library.refetch();
        }}
      />
    );
  if (!all.data || !library.data) return <Skeleton className="p-6" lines={8} />;
  const here = all.data.items;
  const on = here.filter((f) => !f.archived);
  const never = library.data.items.filter((l) => l.id === "");
  return (
    <GroupPage>
      <Group title={t("settings_in_use")} lead={t("settings_in_use_lead")} flush>
        {here.map((f) => (
          <Line key={f.id} color={f.color}>
            <Switch label={f.short} hint={f.name} checked={!f.archived} onChange={(to) => turn(f, to)} />
          </Line>
        ))}
        {never.map((l) => (
          <Line key={l.key} color={l.color}>
            <Switch label={l.short} hint={l.name} checked={false} onChange={() => setChosen(l)} />
          </Line>
        ))}
        <div className="px-4 py-3 sm:px-5">
          <Button onClick={() => setImporting(true)}>
            <Upload size={14} /> {t("import")}
          </Button>
        </div>
      </Group>
      <Group title={t("settings_evidence")} lead={t("settings_evidence_lead")} flush>
        {on.length === 0 && <p className="px-4 py-4 text-fg-3 sm:px-5">{t("settings_none")}</p>}
        {on.map((f) => (
          <Line key={f.id} color={f.color}>
            <Switch label={f.short} checked={f.evidence_required} onChange={(to) => askForEvidence(f, to)} />
          </Line>
        ))}
      </Group>
      <TurnOn l={chosen} close={() => setChosen(undefined)} />
      <ImportDialog open={importing} onOpenChange={setImporting} />
    </GroupPage>
  );
}

const Line = ({ color, children }: { color: string; children: ReactNode }) => (
  <div className="flex min-h-12 items-center gap-3 px-4 py-2.5 sm:px-5">
    <span className="size-2.5 shrink-0 rounded-full" style={{ background: color }} aria-hidden />
    <div className="min-w-0 flex-1">{children}</div>
  </div>
);

function turn(f: Framework, on: boolean) {
  if (on) return actNow(() => framework.restore({ id: f.id }), t("restored", { name: f.short }));
  ask({
    title: t("archive_title", { name: f.short }),
    effect: t("archive_effect"),
    action: t("archive"),
    danger: false,
    run: () => act(() => framework.archive({ id: f.id }), t("archived", { name: f.short })),
  });
}

function askForEvidence(f: Framework, on: boolean) {
  actNow(
    () => framework.update({ id: f.id, version: f.version, body: { evidence_required: on } }),
    t(on ? "evidence_required_on" : "evidence_required_off", { name: f.short }),
  );
}
