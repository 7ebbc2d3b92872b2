import { BadgeCheck } from "lucide-react";
import { Card, CardPage } from "#/kit/Card";
import { and, dateRange, fullDate } from "#/kit/format";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Held, Key } from "./SnapshotsPage";
import { t } from "./words";

/** What a snapshot is, and what was found when it was proved. */
export function AboutPage() {
  const { snapshot: s } = useSession();
  if (!s) return null;
  return (
    <Page>
      <Topbar title={t("snapshot")} icon={<BadgeCheck />} />
      <CardPage>
        <div className="grid items-start gap-4 @4xl:grid-cols-2">
          <Card title={s.problems.length > 0 ? t("problems") : t("proof")}>
            {s.problems.length > 0 ? (
              <ul className="space-y-2">
                {s.problems.map((p) => (
                  <li key={`${p.member} ${p.what}`} className="text-pretty break-words text-bad-text">
                    <span className="font-medium">{p.member || t("whole")}</span>
                    <br />
                    {p.what}
                  </li>
                ))}
              </ul>
            ) : (
              <p className="text-pretty">
                {t("as_signed")} {t("proved", { n: s.records })}
              </p>
            )}
            <div className="mt-4">
              <Key value={s.key} how={t("key_compare")} />
            </div>
          </Card>
          <Card title={t("holds")}>
            <p className="mb-2 font-medium">{and(s.scope.frameworks.map((f) => f.name))}</p>
            <p className="text-fg-2">{dateRange(s.scope.from, s.scope.to)}</p>
            <p className="mb-3 text-fg-2">{t("made", { at: fullDate(s.made_at), who: s.made_by })}</p>
            <Held holds={s.holds} />
            <p className="mt-3 text-xs text-pretty text-fg-3">{t("holds_how")}</p>
          </Card>
          {s.missing.length > 0 && (
            <Card title={t("missing")}>
              <p className="mb-2 text-pretty text-fg-2">{t("missing_how")}</p>
              <ul className="space-y-1">
                {s.missing.map((l) => (
                  <li key={l.sha256} className="break-words">
                    {l.name}: {l.why}
                  </li>
                ))}
              </ul>
            </Card>
          )}
        </div>
      </CardPage>
    </Page>
  );
}
