import { type Member, type MemberUpdateBody, member } from "#/api/api";
import { cache } from "#/kit/cache";
import { ask } from "#/kit/Dialog";
import { edit } from "#/kit/edit";
import { roleName } from "#/kit/role";
import { toast } from "#/kit/Toast";
import { nameOf } from "./look";
import { t } from "./words";

/** Lists, figures and the history of members are read again; the record of somebody who is gone is not. */
const readAgain = (gone?: string) =>
  cache.invalidateQueries({ queryKey: ["member"], predicate: ({ queryKey: [, what, id] }) => what !== "get" || id !== gone });

/**
 * Changes one member where it is shown. Undo is a change of its own: a membership and the person in the records are
 * two writes, which no single record of the log could take back.
 */
async function change(m: Member, body: MemberUpdateBody, said: string, back?: MemberUpdateBody) {
  const out = await edit<Member, Member>({
    module: "member",
    ids: [m.id],
    change: body,
    send: () => member.update({ id: m.id, version: m.version, body }),
    refresh: [["member", "facets"]],
  });
  if (!out) return;
  toast.done(said, back && { action: { label: t("undo"), run: () => void change(out, back, said) } });
}

export function setRole(m: Member, role: Member["role"]) {
  if (role !== m.role) void change(m, { role }, t("role_set", { name: nameOf(m), role: roleName(role) }), { role: m.role });
}
export const setTitle = (m: Member, title: string) => void change(m, { title }, t("title_saved"), { title: m.title });
export const setDepartment = (m: Member, department: string) =>
  void change(m, { department }, t("department_saved"), { department: m.department });
export const enable = (m: Member) => void change(m, { status: "active" }, t("enabled", { name: nameOf(m) }));

export function disable(m: Member) {
  const name = nameOf(m);
  ask({
    title: t("disable_title", { name }),
    effect: t("disable_effect", { name }),
    action: t("disable_do"),
    run: async () => {
      const out = await member.update({ id: m.id, version: m.version, body: { status: "disabled" } });
      await readAgain();
      toast.done(t("disabled_done", { name }), { action: { label: t("undo"), run: () => enable(out) } });
    },
  });
}

export function endSessions(m: Member) {
  const name = nameOf(m);
  ask({
    title: t("end_sessions_title", { name }),
    effect: t("end_sessions_effect", { name }),
    action: t("end_sessions_do"),
    run: async () => {
      await member.end_sessions({ id: m.id });
      await readAgain();
      toast.done(t("sessions_ended", { name }));
    },
  });
}

export function resetMFA(m: Member) {
  const name = nameOf(m);
  ask({
    title: t("reset_mfa_title", { name }),
    effect: t("reset_mfa_effect", { name }),
    action: t("reset_mfa_do"),
    run: async () => {
      await member.reset_mfa({ id: m.id });
      await readAgain();
      toast.done(t("mfa_reset", { name }));
    },
  });
}

/** Takes a member out, or an invitation back. `gone` closes the record. */
export function remove(m: Member, gone: () => void) {
  const name = nameOf(m);
  const waiting = m.status === "pending";
  ask({
    title: waiting ? t("take_back_title", { name }) : t("remove_title", { name }),
    effect: waiting ? t("take_back_effect", { email: m.email }) : t("remove_effect", { name }),
    action: waiting ? t("take_back_do") : t("remove_do"),
    run: async () => {
      await member.remove({ id: m.id });
      gone();
      await readAgain(m.id);
      toast.done(waiting ? t("taken_back") : t("removed", { name }));
    },
  });
}

export function resend(m: Member) {
  member
    .resend({ id: m.id })
    .then(() => toast.done(t("resent", { email: m.email }), { description: t("resent_more") }))
    .catch((e) => toast.failed(e))
    .finally(() => void readAgain());
}
