import { useQuery } from "@tanstack/react-query";
import { type EvidenceDetail, type EvidenceFile, evidence, member } from "#/api/api";
import { ask } from "#/kit/Dialog";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { attach, refreshEvidence } from "./data";
import { t } from "./words";

type Reviewed = Pick<EvidenceDetail, "id" | "reviewer" | "reviewer_name">;

/** Whether the caller may review a file, or that they uploaded it and somebody else should. The server decides. */
export function useMayReview(e: Reviewed, f: EvidenceFile): "yes" | "no" | "own" {
  const { admin, editor, person } = useSession();
  const reviewer = e.reviewer !== "" && e.reviewer === person;
  const may = editor && (admin || reviewer);
  const own = f.uploaded_by === person;
  const alone = useAlone(e, may && own && admin);
  if (!may) return "no";
  return own && !alone ? "own" : "yes";
}

/** Whether no other active member could review this request: then, and only then, one reviews one's own. */
function useAlone(e: Reviewed, asked: boolean): boolean {
  const { person } = useSession();
  const { data } = useQuery({
    queryKey: ["member", "reviewers", e.reviewer],
    queryFn: async () => {
      const admins = await member.list({ role: ["admin"], status: ["active"], limit: 2 });
      if (admins.items.some((m) => m.person !== person)) return false;
      if (e.reviewer === "" || e.reviewer === person) return true;
      const users = await member.list({ role: ["user"], status: ["active"], q: e.reviewer_name, limit: 100 });
      return !users.items.some((m) => m.person === e.reviewer);
    },
    enabled: asked,
    staleTime: 60_000,
  });
  return asked && data === true;
}

export const acceptFile = (e: Pick<EvidenceDetail, "id">, f: EvidenceFile) =>
  attach(e.id, () => evidence.accept({ id: f.id, body: {} }), t("accepted", { name: f.name }));

/** Accepts a file and says something about it. */
export const askAccept = (e: Pick<EvidenceDetail, "id">, f: EvidenceFile, then?: () => void) =>
  ask({
    title: t("accept_title", { name: f.name }),
    effect: t("accept_note_effect"),
    action: t("accept"),
    danger: false,
    reason: { label: t("note") },
    run: async (note) => {
      const out = await evidence.accept({ id: f.id, body: { note } });
      toast.saved(t("accepted", { name: f.name }), out);
      await refreshEvidence(e.id);
      then?.();
    },
  });

/** Rejects a file: whoever uploads the next one needs to know why. */
export const askReject = (e: Pick<EvidenceDetail, "id">, f: EvidenceFile, then?: () => void) =>
  ask({
    title: t("reject_title", { name: f.name }),
    effect: t("reject_effect", { who: f.uploaded_by_name || t("who_anybody") }),
    action: t("reject"),
    reason: { label: t("reject_note"), required: true },
    run: async (note) => {
      const out = await evidence.reject({ id: f.id, body: { note } });
      toast.saved(t("rejected", { name: f.name }), out);
      await refreshEvidence(e.id);
      then?.();
    },
  });
