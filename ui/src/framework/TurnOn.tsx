import { BookOpenText, FolderCheck, GitCompareArrows, ShieldCheck } from "lucide-react";
import { type ReactNode, useState } from "react";
import { framework, type LibraryFramework } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog } from "#/kit/Dialog";
import { num } from "#/kit/format";
import { Note, sentence } from "#/kit/State";
import { act } from "./data";
import { t } from "./words";

/** Says what turning a framework on brings, and does it. */
export function TurnOn({ l, close }: { l: LibraryFramework | undefined; close: () => void }) {
  const [last, setLast] = useState(l);
  if (l && l !== last) setLast(l); // keeps its words while it fades out
  const [pending, setPending] = useState(false);
  const [error, setError] = useState("");
  if (!last) return null;
  const turnOn = async () => {
    setPending(true);
    setError("");
    try {
      const out = await framework.enable({ body: { key: last.key } });
      await act(
        async () => out,
        t("turned_on", { name: last.short }),
        t("turned_on_more", { requirements: num(out.requirements), controls: num(out.controls), evidence: num(out.evidence) }),
      );
      close();
    } catch (e) {
      setError(sentence(e));
    } finally {
      setPending(false);
    }
  };
  return (
    <Dialog
      open={l !== undefined}
      onOpenChange={(open) => !open && close()}
      title={t("turn_on_title", { name: last.short })}
      description={`${last.name} · ${t("published", { publisher: last.publisher, edition: last.edition })}`}
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button variant="primary" pending={pending} onClick={() => void turnOn()}>
            {t("turn_on")}
          </Button>
        </>
      }
    >
      <h3 className="mb-1.5 text-xs font-semibold">{t("brings")}</h3>
      <ul className="space-y-2.5 rounded-lg border border-line p-3">
        <Brings icon={<BookOpenText />}>{t("brings_requirements", { n: last.rows, count: last.assessable })}</Brings>
        <Brings icon={<ShieldCheck />}>
          {t("brings_controls", { n: last.controls })}
          {last.controls > last.new_controls && (
            <span className="block text-xs text-fg-3">
              {last.new_controls === 0 ? t("brings_controls_all") : t("brings_controls_here", { n: last.controls - last.new_controls })}
            </span>
          )}
        </Brings>
        <Brings icon={<GitCompareArrows />}>{t("brings_mappings")}</Brings>
        {last.new_controls > 0 && <Brings icon={<FolderCheck />}>{t("brings_evidence")}</Brings>}
      </ul>
      <p className="mt-3 text-fg-2">
        {t("satisfy", { n: last.satisfied, of: last.assessable })}. {t("brings_undo")}
      </p>
      <p className="mt-2 text-xs text-pretty text-fg-3">{last.source_note}</p>
      {error && (
        <Note tone="bad" className="mt-3">
          <span role="alert">{error}</span>
        </Note>
      )}
    </Dialog>
  );
}

const Brings = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <li className="flex items-start gap-2.5">
    <span className="mt-0.5 text-fg-3 [&>svg]:size-4">{icon}</span>
    <span>{children}</span>
  </li>
);
