import { useEffect } from "react";
import { useEvent } from "./hooks";

const storageKey = "assay.hotkeys";
/** Single-key shortcuts can be switched off (WCAG 2.1.4): speech input would trigger them. Those with Ctrl or ⌘ stay. */
export function hotkeysOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== "off";
  } catch {
    return true;
  }
}
export function setHotkeys(on: boolean) {
  try {
    localStorage.setItem(storageKey, on ? "on" : "off");
  } catch {
    // Storage is forbidden: they stay on.
  }
}

export const isMac = /mac|iphone|ipad/i.test(navigator.platform);
/** "mod+k" as this machine's keyboard says it. */
export const keyLabel = (keys: string) =>
  keys
    .split(" ")
    .map((k) =>
      k
        .replace("mod+", isMac ? "⌘" : "Ctrl ")
        .replace("shift+", "⇧")
        .replace(/(?<![a-z])[a-z]$/, (c) => c.toUpperCase()),
    )
    .join(" ");

function typing(e: KeyboardEvent): boolean {
  const el = e.target;
  return el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
}
const covered = () => document.querySelector("[role=dialog][data-open], [role=alertdialog][data-open], [role=menu][data-open]") !== null;

export type Hotkeys = Readonly<Record<string, (e: KeyboardEvent) => void>>;

/**
 * Listens to keys everywhere on the page: "c", "shift+d", "mod+k", or a chord "g c". Single keys rest while
 * somebody types, while a dialog or menu is open, and when they are switched off.
 */
export function useHotkeys(keys: Hotkeys) {
  const act = useEvent((e: KeyboardEvent, name: string): boolean => {
    const f = keys[name];
    if (!f) return false;
    e.preventDefault();
    f(e);
    return true;
  });
  useEffect(() => {
    let first = "";
    let since = 0;
    const on = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.altKey || e.key === "Shift") return;
      const mod = e.metaKey || e.ctrlKey;
      if (mod) {
        act(e, `mod+${e.key.toLowerCase()}`);
        return;
      }
      if (typing(e) || covered()) return;
      if (e.key !== "Escape" && !hotkeysOn()) return;
      const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
      const letter = /^[a-z]$/.test(key);
      const name = e.shiftKey && letter ? `shift+${key}` : key;
      // "g" only ever begins a chord: the "c" of "g c" must not also create something on the page.
      const chord = first === "g" && e.timeStamp - since < 1000;
      act(e, chord ? `g ${name}` : name);
      first = !chord && letter && !e.shiftKey ? key : "";
      since = e.timeStamp;
    };
    addEventListener("keydown", on);
    return () => removeEventListener("keydown", on);
  }, [act]);
}
