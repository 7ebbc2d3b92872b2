import { FileText, Plus, TriangleAlert, X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { type EvidenceDetail, evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { DateField, Select, TextField } from "#/kit/Field";
import { bytes, today } from "#/kit/format";
import { FindPicker } from "#/kit/Picker";
import { StatusIcon } from "#/kit/Status";
import { kindChoices } from "./names";
import { type About, type Also, chainsOf, refusal, wrongDates } from "./upload";
import { t } from "./words";

export type Staged = { id: number; file: File };

type Props = {
  e: EvidenceDetail;
  files: readonly Staged[];
  /** Id of the file that this is a new version of, where that was asked for. */
  replaces: string;
  onRemove: (id: number) => void;
  onCancel: () => void;
  onSend: (files: File[], about: About, also: readonly Also[]) => void;
};

/** What has to be said of files before they go: the day they are from, the period they are about. */
export function Stage({ e, files, replaces, onRemove, onCancel, onSend }: Props) {
  const title = useId();
  const box = useRef<HTMLFormElement>(null);
  const good = files.filter((s) => !refusal(s.file)).map((s) => s.file);
  const [now] = useState(today);
  const [about, setAbout] = useState<Omit<About, "replaces">>({
    collected_on: now,
    period_start: "",
    period_end: "",
    kind: e.kind,
    note: "",
  });
  const [chosen, setChosen] = useState<string>();
  const [dated, setDated] = useState(false);
  const [tried, setTried] = useState(false);
  const [also, setAlso] = useState<readonly Also[]>([]);
  // A file with the name of one that is there is most likely its next version.
  const heads = chainsOf(e.files).map((c) => c.head);
  const alike = good.length === 1 ? heads.find((f) => f.name === good[0]?.name)?.id : undefined;
  const version = good.length === 1 ? (chosen ?? (replaces || alike || "")) : "";
  const wrong = tried ? wrongDates(about, now) : {};
  // Whoever chose files by keyboard goes on here.
  useEffect(() => box.current?.focus(), []);
  const set = <K extends keyof typeof about>(k: K) => ({
    value: about[k],
    error: wrong[k],
    onChange: (v: (typeof about)[K]) => {
      if (k === "collected_on") setDated(true);
      setAbout((a) => ({ ...a, [k]: v }));
    },
  });
  return (
    <form
      ref={box}
      tabIndex={-1}
      aria-labelledby={title}
      noValidate
      onSubmit={(ev) => {
        ev.preventDefault();
        setTried(true);
        if (good.length === 0) return;
        if (Object.keys(wrongDates(about, now)).length > 0) {
          setTimeout(() => box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
          return;
        }
        // Left as it was, the day is today: the organisation's today, which the server knows.
        onSend(good, { ...about, collected_on: dated ? about.collected_on : "", note: about.note.trim(), replaces: version }, also);
      }}
      onKeyDown={(ev) => {
        if (ev.key !== "Escape") return;
        ev.stopPropagation();
        onCancel();
      }}
      className="border-b border-line bg-surface-2 p-3 outline-none"
    >
      <h3 id={title} className="mb-1.5 text-xs font-medium text-fg-2">
        {t("upload_some", { n: good.length })}
      </h3>
      <ul className="mb-3 overflow-hidden rounded-md border border-line bg-surface">
        {files.map((s) => (
          <StagedRow key={s.id} file={s.file} onRemove={() => onRemove(s.id)} />
        ))}
      </ul>
      {good.length > 0 && (
        <div className="space-y-3">
          <div className="grid grid-cols-2 gap-3">
            <DateField label={t("collected_on")} max={now} required {...set("collected_on")} />
            <Select label={t("kind")} options={kindChoices} {...set("kind")} />
          </div>
          <p className="-mt-2 text-xs text-pretty text-fg-3">{t("collected_on_hint")}</p>
          <fieldset>
            <legend className="mb-1 text-xs font-medium">
              {t("period_label")} <span className="font-normal text-fg-3">({t("optional")})</span>
            </legend>
            <div className="grid grid-cols-2 gap-3">
              <DateField label={t("period_start")} hideLabel max={now} {...set("period_start")} />
              <DateField label={t("period_end")} hideLabel {...set("period_end")} />
            </div>
          </fieldset>
          {good.length === 1 && heads.length > 0 && (
            <Select
              label={t("replaces_label")}
              value={version}
              onChange={setChosen}
              options={[
                { value: "", label: t("further_proof") },
                ...heads.map((f) => ({ value: f.id, label: t("a_new_version", { n: f.number, name: f.name }) })),
              ]}
            />
          )}
          <TextField label={t("note")} optional maxLength={2000} {...set("note")} />
          <AlsoPart e={e} also={also} onChange={setAlso} />
        </div>
      )}
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onCancel}>{good.length > 0 ? t("cancel") : t("close")}</Button>
        {good.length > 0 && (
          <Button type="submit" variant="primary">
            {t("upload_files", { n: good.length })}
          </Button>
        )}
      </div>
    </form>
  );
}

/** Other requests that the same files answer. */
function AlsoPart({ e, also, onChange }: { e: EvidenceDetail; also: readonly Also[]; onChange: (also: readonly Also[]) => void }) {
  return (
    <div>
      <div className="mb-1 text-xs font-medium">
        {t("send_also")} <span className="font-normal text-fg-3">({t("optional")})</span>
      </div>
      <ul className="space-y-1">
        {also.map((a) => (
          <li key={a.id} className="flex min-h-7 items-center gap-2 rounded-md border border-line bg-surface ps-2.5">
            <span className="min-w-0 flex-1 truncate">{a.name}</span>
            <button
              type="button"
              aria-label={t("send_also_remove", { name: a.name })}
              onClick={() => onChange(also.filter((o) => o.id !== a.id))}
              className="flex size-7 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
            >
              <X size={13} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <FindPicker
        name="evidence"
        label={t("send_also_add")}
        placeholder={t("find_request")}
        find={async (q) => {
          const found = await evidence.list({ q, limit: 40 });
          return found.items
            .filter((o) => !o.not_applicable && o.id !== e.id && !also.some((a) => a.id === o.id))
            .map((o) => ({ value: o.id, label: o.name, icon: <StatusIcon s={o.status} /> }));
        }}
        onPick={(o) => onChange([...also, { id: o.value, name: o.label }])}
        trigger={
          <Button size="sm" variant="ghost" className="-ms-2">
            <Plus size={13} /> {t("send_also_add")}
          </Button>
        }
      />
      {also.length > 0 && <p className="text-xs text-fg-3">{t("send_also_hint")}</p>}
    </div>
  );
}

/** A picture that is about to be sent, so that the wrong one is noticed. */
function Thumb({ file }: { file: File }) {
  const [src, setSrc] = useState("");
  useEffect(() => {
    const url = URL.createObjectURL(file);
    setSrc(url);
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return src ? <img src={src} alt="" className="max-h-40 max-w-full rounded-sm border border-line" /> : null;
}

function StagedRow({ file, onRemove }: { file: File; onRemove: () => void }) {
  const why = refusal(file);
  return (
    <li className="flex min-h-9 items-center gap-2.5 border-b border-line px-2.5 py-1 last:border-b-0">
      {why ? (
        <TriangleAlert size={14} className="shrink-0 text-bad" aria-hidden />
      ) : (
        <FileText size={14} className="shrink-0 text-fg-3" aria-hidden />
      )}
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="truncate">{file.name}</span>
          <span className="tnum ms-auto shrink-0 text-xs text-fg-3">{bytes(file.size)}</span>
        </div>
        {why && (
          <p role="alert" className="text-xs text-pretty text-bad-text">
            {why}
          </p>
        )}
        {!why && file.type.startsWith("image/") && <Thumb file={file} />}
      </div>
      <button
        type="button"
        aria-label={t("file_remove", { name: file.name })}
        onClick={onRemove}
        className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
      >
        <X size={13} aria-hidden />
      </button>
    </li>
  );
}
