import { useQuery } from "@tanstack/react-query";
import { type RiskScale, risk } from "#/api/api";
import { Button } from "#/kit/Button";
import { NumberField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Group, GroupFoot, GroupPage } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { figuresQuery, scaleQuery } from "./data";
import { MapGrid } from "./MapGrid";
import { t } from "./words";

/** The settings of risks: from which score on one is medium, high or critical, and the map that this makes. */
export function ScaleSettings() {
  const { data, error, refetch } = useQuery(scaleQuery);
  if (data) return <Levels key={data.version} scale={data} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <Skeleton className="p-6" lines={8} />;
}

function Levels({ scale }: { scale: RiskScale }) {
  const cells = useQuery(figuresQuery).data?.maps.residual ?? [];
  const form = useForm<{ medium: number | null; high: number | null; critical: number | null }, RiskScale>({
    start: { medium: scale.medium, high: scale.high, critical: scale.critical },
    send: ({ medium, high, critical }) =>
      risk.update_scale({ version: scale.version, body: { medium: medium ?? 0, high: high ?? 0, critical: critical ?? 0 } }),
    done: (out) => toast.saved(t("scale_saved"), out),
    refresh: [["risk"], ["dashboard"]],
  });
  const { medium, high, critical } = form.input;
  return (
    <GroupPage>
      <Group title={t("scale")} lead={t("scale_lead")}>
        <Form form={form}>
          <div className="flex flex-wrap gap-4">
            <NumberField label={t("scale_medium")} min={2} max={25} required {...form.field("medium")} />
            <NumberField label={t("scale_high")} min={2} max={25} required {...form.field("high")} />
            <NumberField label={t("scale_critical")} min={2} max={25} required {...form.field("critical")} />
          </div>
          <section aria-label={t("scale_map")}>
            <h3 className="text-xs font-medium">{t("scale_map")}</h3>
            <p className="text-xs text-fg-3">{t("scale_map_more")}</p>
            <MapGrid scale={{ medium: medium ?? 26, high: high ?? 26, critical: critical ?? 26 }} cells={cells} />
          </section>
          <GroupFoot>
            {form.dirty && <Button onClick={() => form.reset()}>{t("scale_reset")}</Button>}
            <Button type="submit" variant="primary" disabled={!form.dirty} pending={form.pending}>
              {t("scale_save")}
            </Button>
          </GroupFoot>
        </Form>
      </Group>
    </GroupPage>
  );
}
