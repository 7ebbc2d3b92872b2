import { type EvidenceDetail, type EvidenceFile, evidence } from "#/api/api";
import { sendFiles } from "#/kit/Drop";
import { and } from "#/kit/format";
import { toast } from "#/kit/Toast";
import { refreshEvidence } from "./data";
import type { Kind } from "./search";
import { t } from "./words";

/** Endings the server takes; it decides by looking at the content. */
const endings = [".pdf", ".docx", ".doc", ".xlsx", ".csv", ".txt", ".log", ".md", ".json", ".png", ".jpg", ".jpeg"];
export const accept = endings.join(",");
const limit = 25 * 2 ** 20;

/** Why a file would be refused, as far as that shows before it is sent; empty when it may go. */
export function refusal(file: Pick<File, "name" | "size">): string {
  const name = file.name.toLowerCase();
  if (!endings.some((e) => name.endsWith(e))) return t("file_kind", { kinds: and(endings) });
  if (file.size > limit) return t("file_large");
  return file.size === 0 ? t("file_empty") : "";
}

/** What is said of files that are about to be uploaded. */
export type About = { collected_on: string; period_start: string; period_end: string; kind: Kind; note: string; replaces: string };

/** What is wrong with the dates, field by field: the server's rules, said before files are sent in vain. */
export function wrongDates(a: Pick<About, "collected_on" | "period_start" | "period_end">, now: string): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (a.collected_on > now) wrong.collected_on = t("too_late");
  if ((a.period_start === "") !== (a.period_end === "")) wrong[a.period_start ? "period_end" : "period_start"] = t("period_both");
  else if (a.period_start > a.period_end) wrong.period_end = t("period_order");
  else if (a.period_start > now) wrong.period_start = t("period_begin");
  return wrong;
}

export const scopeOf = (e: Pick<EvidenceDetail, "id">) => `evidence/${e.id}`;

/** Another request that files are proof for, too. */
export type Also = { id: string; name: string };

/** Sends files as proof, each as a job of its own: the clock moves when one is accepted. */
export function sendProof(e: Pick<EvidenceDetail, "id">, files: readonly File[], about: About, link: string) {
  sendFiles(files, {
    scope: scopeOf(e),
    link,
    send: (file, o) => evidence.upload({ id: e.id, file, ...o, ...about }),
    done: (out) => {
      toast.saved(t(out.review === "pending" ? "uploaded_waits" : "uploaded", { name: out.name }), out);
      void refreshEvidence(e.id);
    },
  });
}

/** A file with the versions before it, newest first. */
export type Chain = { head: EvidenceFile; earlier: EvidenceFile[] };

/** Files as rows of versions: what was replaced stands under what replaced it. */
export function chainsOf(files: readonly EvidenceFile[]): Chain[] {
  const byId = new Map(files.map((f) => [f.id, f]));
  const followed = new Set(files.map((f) => f.replaces).filter((id) => byId.has(id)));
  return files
    .filter((f) => !followed.has(f.id))
    .map((head) => {
      const earlier: EvidenceFile[] = [];
      for (let f = byId.get(head.replaces); f && !earlier.includes(f); f = byId.get(f.replaces)) earlier.push(f);
      return { head, earlier };
    });
}
