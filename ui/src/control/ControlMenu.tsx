import { Ellipsis, Trash2 } from "lucide-react";
import { type Control, control } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { Menu, MenuItem } from "#/kit/Menu";
import { remove } from "#/kit/remove";
import { useSession } from "#/shell/session";
import { refreshAll } from "./data";
import { t } from "./words";

/** What else can be done with a control. */
export function ControlMenu({ c, gone }: { c: Control; gone: () => Promise<void> }) {
  const { admin } = useSession();
  if (!admin) return null;
  const del = (reason: string) =>
    remove({
      send: () => control.delete({ id: c.id, reason }),
      gone,
      forget: [["control", "get", c.id]],
      said: t("deleted", { ref: c.ref }),
      refresh: refreshAll,
    });
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" icon aria-label={t("more")}>
          <Ellipsis size={15} />
        </Button>
      }
    >
      <MenuItem
        danger
        onClick={() =>
          ask({
            title: t("delete_title", { ref: c.ref, title: c.title }),
            effect: t("delete_effect"),
            action: t("delete"),
            reason: { label: t("delete_reason"), required: c.source === "common" },
            run: del,
          })
        }
      >
        <Trash2 size={14} /> {t("delete")}
      </MenuItem>
    </Menu>
  );
}
