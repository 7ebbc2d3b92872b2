import { useState } from "react";
import { Switch } from "#/kit/Checkbox";
import { Dialog } from "#/kit/Dialog";
import { hotkeysOn, isMac, keyLabel, setHotkeys } from "#/kit/hotkeys";
import { navFor } from "./nav";
import { prefer, useSession } from "./session";
import { t } from "./words";

/** All shortcuts on one sheet. */
export function Keys({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { role, snapshot } = useSession();
  const groups = [
    {
      name: t("keys_anywhere"),
      keys: [
        ["mod+k", t("keys_palette")],
        ["/", t("keys_search")],
        ["?", t("keys_sheet")],
        ["⇧ D", t("keys_theme")],
        ["Esc", t("keys_close")],
      ],
    },
    {
      name: t("keys_list"),
      keys: [
        ["↑ ↓ · J K", t("keys_move")],
        ["Enter", t("keys_open")],
        ["Space · X", t("keys_select")],
        ["⇧ ↑ ↓", t("keys_extend")],
      ],
    },
    { name: t("keys_go"), keys: navFor(role, snapshot).flatMap((g) => g.items.map((i) => [i.keys, i.label])) },
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("keys")} width={620}>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups.map((g) => (
          <section key={g.name}>
            <h3 className="mb-1 text-2xs font-medium text-fg-3">{g.name}</h3>
            <dl>
              {g.keys.map(([keys = "", what = ""]) => (
                <div key={what} className="flex h-7 items-center justify-between gap-4">
                  <dt className="text-fg-2">{what}</dt>
                  <dd>
                    <kbd className="kbd">{keyLabel(keys)}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <HotkeySwitch className="mt-5 border-t border-line pt-4" />
    </Dialog>
  );
}

/** Switches single-key shortcuts off. Stands here and in the profile. */
export function HotkeySwitch({ className }: { className?: string }) {
  const [on, setOn] = useState(hotkeysOn);
  return (
    <Switch
      className={className}
      label={t("keys_off")}
      hint={t("keys_off_hint", { mod: isMac ? "⌘" : "Ctrl" })}
      checked={on}
      onChange={(v) => {
        setHotkeys(v);
        setOn(v);
        prefer({ hotkeys: v ? "on" : "off" });
      }}
    />
  );
}
