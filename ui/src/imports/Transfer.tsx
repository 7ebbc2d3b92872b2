import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { FileInput, FileOutput } from "lucide-react";
import { control, evidence, framework } from "#/api/api";
import { buttonClass, LinkButton } from "#/kit/Button";
import { Group, GroupPage, GroupRow } from "#/kit/Group";
import { Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { DateText } from "#/kit/When";
import { recentQuery, stateName, stateTone, targetName, targetsQuery } from "./data";
import { t } from "./words";

/** Import and export, as a part of the settings. */
export function Transfer() {
  const { slug } = useParams({ from: "/o/$slug/settings/{-$tab}" });
  const targets = useQuery(targetsQuery).data?.items;
  const recent = useQuery(recentQuery(5)).data?.items;
  const frameworks = useQuery({ queryKey: ["framework", "list"], queryFn: () => framework.list(), staleTime: 30_000 }).data?.items ?? [];
  // Lists with every field, to edit and import again.
  const out = [
    { name: targetName("controls"), href: (format: "csv" | "xlsx") => control.export({ format }) },
    { name: targetName("evidence"), href: (format: "csv" | "xlsx") => evidence.export({ format }) },
    ...frameworks.map((f) => ({
      name: t("requirements_of", { name: f.short }),
      href: (format: "csv" | "xlsx") => framework.requirements_export({ framework: f.id, format, headings: true }),
    })),
  ];
  if (!targets) return <Skeleton className="p-6" lines={6} />;
  return (
    <GroupPage>
      <Group title={t("transfer_in")} lead={t("transfer_in_lead")} flush>
        {targets.map((o) => (
          <GroupRow key={o.name} icon={<FileInput />} title={targetName(o.name)}>
            <Link to="/o/$slug/imports/new" params={{ slug }} search={{ target: o.name }} className={buttonClass({})}>
              {t("import")}
            </Link>
          </GroupRow>
        ))}
      </Group>
      <Group title={t("transfer_out")} lead={t("transfer_out_lead")} flush>
        {out.map((o) => (
          <GroupRow key={o.name} icon={<FileOutput />} title={o.name}>
            <LinkButton href={o.href("csv")} download aria-label={`${o.name}: ${t("csv")}`}>
              {t("csv")}
            </LinkButton>
            <LinkButton href={o.href("xlsx")} download aria-label={`${o.name}: ${t("xlsx")}`}>
              {t("xlsx")}
            </LinkButton>
          </GroupRow>
        ))}
      </Group>
      <Group title={t("transfer_history")} lead={t("transfer_history_lead")} flush>
        {(recent ?? []).map((i) => (
          <GroupRow
            key={i.id}
            title={
              <>
                <Link to="/o/$slug/imports/$id" params={{ slug, id: i.id }} className="truncate hover:underline">
                  {i.name}
                </Link>
                <Tag tone={stateTone(i.state)}>{stateName[i.state]}</Tag>
              </>
            }
            note={
              <>
                {i.under_name || targetName(i.target)} · {i.person_name} · <DateText value={i.ended_at || i.created_at} />
              </>
            }
          />
        ))}
        <GroupRow title={recent?.length === 0 ? <span className="font-normal text-fg-3">{t("empty")}</span> : ""}>
          <Link to="/o/$slug/imports" params={{ slug }} className={buttonClass({ variant: "ghost" })}>
            {t("open_history")}
          </Link>
        </GroupRow>
      </Group>
    </GroupPage>
  );
}
