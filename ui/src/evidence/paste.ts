import { useEffect } from "react";
import { useEvent } from "#/kit/hooks";
import { t } from "./words";

type Take = (files: File[]) => void;
/** Who takes what is pasted: of several that are on the page the one that came last, a dialog before the page under it. */
const takers: Take[] = [];

/** A picture from the clipboard has no name of its own: it is given one that says when it was taken. */
export function named(file: File, now = new Date()): File {
  if (!/^image\.(png|jpe?g)$/i.test(file.name) || !file.type.startsWith("image/")) return file;
  const two = (n: number) => String(n).padStart(2, "0");
  const at = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const name = t("pasted_name", { at });
  return new File([file], file.type === "image/jpeg" ? name.replace(/png$/, "jpg") : name, { type: file.type });
}

function onPaste(e: ClipboardEvent) {
  const files = [...(e.clipboardData?.files ?? [])];
  const take = takers.at(-1);
  if (files.length === 0 || !take || e.defaultPrevented) return; // text goes where it was meant to
  e.preventDefault();
  take(files.map((f) => named(f)));
}

/** Takes pictures and files that are pasted with Ctrl or ⌘ and V anywhere on the page. */
export function usePaste(take: Take, on: boolean) {
  const taken = useEvent(take);
  useEffect(() => {
    if (!on) return;
    if (takers.length === 0) addEventListener("paste", onPaste);
    takers.push(taken);
    return () => {
      takers.splice(takers.indexOf(taken), 1);
      if (takers.length === 0) removeEventListener("paste", onPaste);
    };
  }, [on, taken]);
}
