import { Archive, ArchiveRestore, Ellipsis, Trash2 } from "lucide-react";
import { type PolicyDetail, policy } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { Menu, MenuItem } from "#/kit/Menu";
import { useSession } from "#/shell/session";
import { remove, step } from "./data";
import { t } from "./words";

/** Archive and put back. */
export function ArchiveItem({ p }: { p: Pick<PolicyDetail, "id" | "ref" | "status"> }) {
  if (p.status === "archived")
    return (
      <MenuItem onClick={() => void step(() => policy.unarchive({ id: p.id }), t("unarchived_said", { ref: p.ref }))}>
        <ArchiveRestore size={14} /> {t("unarchive")}
      </MenuItem>
    );
  return (
    <MenuItem
      onClick={() =>
        ask({
          title: t("archive_title", { ref: p.ref }),
          effect: t("archive_effect"),
          action: t("archive"),
          danger: false,
          run: () => step(() => policy.archive({ id: p.id }), t("archived_said", { ref: p.ref })),
        })
      }
    >
      <Archive size={14} /> {t("archive")}
    </MenuItem>
  );
}

/** What else may be done with a policy. */
export function PolicyMenu({ p, gone }: { p: PolicyDetail; gone: () => Promise<void> }) {
  const { editor, admin } = useSession();
  if (!editor) return null;
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" icon aria-label={t("more")}>
          <Ellipsis size={15} />
        </Button>
      }
    >
      <ArchiveItem p={p} />
      {admin && (
        <MenuItem
          danger
          onClick={() =>
            ask({
              title: t("delete_title", { name: `${p.ref} ${p.title}` }),
              effect: t("delete_effect"),
              action: t("delete"),
              run: () => remove(p, gone),
            })
          }
        >
          <Trash2 size={14} /> {t("delete")}
        </MenuItem>
      )}
    </Menu>
  );
}
