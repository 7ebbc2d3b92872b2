import { CircleMinus, CirclePlay, Ellipsis, Trash2 } from "lucide-react";
import { type EvidenceDetail, evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { remove } from "#/kit/remove";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { change, refreshAll } from "./data";
import { t } from "./words";

/** Says that a request does not apply; an auditor will ask why. */
export const askNotApplicable = (e: EvidenceDetail) =>
  ask({
    title: t("na_title", { name: e.name }),
    effect: t("na_effect"),
    action: t("na_action"),
    danger: false,
    reason: { label: t("na_reason"), required: true },
    run: (why) => change(e, { not_applicable: true, na_reason: why }, t("na_set", { name: e.name }), { status: "not_applicable" }),
  });

/** What else can be done with a request. */
export function EvidenceMenu({ e, gone }: { e: EvidenceDetail; gone: () => Promise<void> }) {
  const { admin, editor } = useSession();
  if (!editor) return null;
  const del = () =>
    remove({
      send: () => evidence.delete({ id: e.id }),
      gone,
      forget: [["evidence", "get", e.id]],
      said: t("deleted", { name: e.name }),
      refresh: refreshAll,
    });
  return (
    <Menu
      align="end"
      width={220}
      trigger={
        <Button variant="ghost" icon aria-label={t("more")}>
          <Ellipsis size={15} />
        </Button>
      }
    >
      {e.not_applicable ? (
        <MenuItem onClick={() => void change(e, { not_applicable: false }, t("asking_again"))}>
          <CirclePlay size={14} /> {t("applies_again")}
        </MenuItem>
      ) : (
        <MenuItem onClick={() => askNotApplicable(e)}>
          <CircleMinus size={14} /> {t("na")}
        </MenuItem>
      )}
      {admin && (
        <>
          <MenuSep />
          <MenuItem
            danger
            onClick={() =>
              e.files.length === 0
                ? void del().catch((x) => toast.failed(x))
                : ask({
                    title: t("delete_title", { name: e.name }),
                    effect: t("delete_effect", { n: e.files.length }),
                    action: t("delete"),
                    run: del,
                  })
            }
          >
            <Trash2 size={14} /> {t("delete")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
