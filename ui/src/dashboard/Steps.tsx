import { Link } from "@tanstack/react-router";
import { BookOpenText, FolderCheck, type LucideIcon, ShieldCheck } from "lucide-react";
import type { Dashboard } from "#/api/api";
import { buttonClass } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { Checklist, type Step } from "#/kit/Checklist";
import { useStored } from "#/kit/hooks";
import { toast } from "#/kit/Toast";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { t } from "./words";

type Onboarding = NonNullable<Dashboard["onboarding"]>;
type Key = Onboarding["steps"][number]["key"];

/** Whether the first steps are on the page: for those who can take them, until all are done or somebody hides them. */
export function useSteps(onboarding: Onboarding | undefined) {
  const { tenant, editor } = useSession();
  const [hidden, setHidden] = useStored(`steps.${tenant.id}`, false);
  return {
    shown: editor && !hidden && onboarding !== undefined && onboarding.done < onboarding.steps.length,
    hide: () => {
      setHidden(true);
      toast.done(t("hidden"), { action: { label: t("steps"), run: () => setHidden(false) } });
    },
  };
}

/** Where a step is taken. Some only an administrator takes. */
const places: Record<Key, { path: string; search: Record<string, unknown>; admin: boolean }> = {
  profile: { path: "settings", search: {}, admin: true },
  framework: { path: "frameworks", search: { add: "library" }, admin: true },
  people: { path: "members", search: { invite: true }, admin: true },
  owners: { path: "controls", search: { owner: "none" }, admin: false },
  evidence: { path: "evidence", search: { status: ["not_collected"] }, admin: false },
};

function said(s: Onboarding["steps"][number]): { title: string; note: string } {
  switch (s.key) {
    case "profile":
      return { title: t("step_profile"), note: t("step_profile_more", { n: s.n, of: s.of }) };
    case "framework":
      return { title: t("step_framework"), note: t("step_framework_more") };
    case "people":
      return { title: t("step_people"), note: t("step_people_more") };
    case "owners":
      return { title: t("step_owners"), note: s.of > 0 ? t("step_owners_more", { n: s.n, of: s.of }) : t("step_owners_none") };
    case "evidence":
      return { title: t("step_evidence"), note: t("step_evidence_more") };
  }
}

/** `first` is taken before all others, whatever the order: on an empty page the framework comes first. */
function useList(onboarding: Onboarding, first?: Key): Step[] {
  const { tenant, admin } = useSession();
  const steps = [...onboarding.steps].sort((a, b) => Number(b.key === first) - Number(a.key === first));
  return steps.map((s) => {
    const at = places[s.key];
    return {
      id: s.key,
      done: s.done,
      ...said(s),
      action: (admin || !at.admin) && (
        <Link
          to={orgPath(tenant.slug, at.path)}
          search={at.search}
          aria-label={`${s.key === first ? t("welcome_turn_on") : t("continue")}: ${said(s).title}`}
          className={buttonClass(s.key === first ? { variant: "primary" } : { size: "sm" })}
        >
          {s.key === first ? t("welcome_turn_on") : t("continue")}
        </Link>
      ),
    };
  });
}

/** The few steps to a program that an auditor can follow, as far as they are taken. */
export function StepsCard({ onboarding, onHide }: { onboarding: Onboarding; onHide: () => void }) {
  return (
    <Card
      title={t("steps")}
      className="print:hidden"
      aside={
        <>
          <span className="tnum">{t("of_n", { n: onboarding.done, of: onboarding.steps.length })}</span>
          <button type="button" className="min-h-6 rounded hover:text-fg" onClick={onHide}>
            {t("hide")}
          </button>
        </>
      }
    >
      <Checklist steps={useList(onboarding)} />
    </Card>
  );
}

const ideas: readonly [icon: LucideIcon, title: string, more: string][] = [
  [BookOpenText, t("welcome_1"), t("welcome_1_more")],
  [ShieldCheck, t("welcome_2"), t("welcome_2_more")],
  [FolderCheck, t("welcome_3"), t("welcome_3_more")],
];

/** The first page of an organisation that has nothing yet. */
export function Welcome({ onboarding }: { onboarding: Onboarding }) {
  const { tenant } = useSession();
  return (
    <CardPage>
      <div className="mx-auto max-w-[760px] py-4 sm:py-10">
        <h2 className="text-2xl font-semibold tracking-[-0.022em]">{t("welcome", { name: tenant.name })}</h2>
        <p className="mt-1.5 max-w-[60ch] text-base text-pretty text-fg-2">{t("welcome_more")}</p>
        <Card
          className="mt-6"
          title={t("steps")}
          aside={<span className="tnum">{t("of_n", { n: onboarding.done, of: onboarding.steps.length })}</span>}
        >
          <Checklist steps={useList(onboarding, "framework")} />
        </Card>
        <ul className="mt-8 grid gap-6 @2xl:grid-cols-3">
          {ideas.map(([Icon, title, more]) => (
            <li key={title}>
              <span aria-hidden className="flex size-9 items-center justify-center rounded-lg bg-accent-soft text-accent-text">
                <Icon size={17} />
              </span>
              <h3 className="mt-3 font-semibold">{title}</h3>
              <p className="mt-1 text-pretty text-fg-3">{more}</p>
            </li>
          ))}
        </ul>
      </div>
    </CardPage>
  );
}
