import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";
const key = "assay.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function chosen(): Theme {
  try {
    const v = localStorage.getItem(key);
    return v === "light" || v === "dark" ? v : "system";
  } catch {
    return "system";
  }
}

function apply() {
  const theme = chosen();
  document.documentElement.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  for (const l of listeners) l();
}
dark.addEventListener("change", apply);
addEventListener("storage", (e) => e.key === key && apply()); // another tab chose

export function setTheme(theme: Theme) {
  try {
    if (theme === "system") localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // Storage is forbidden: the theme stays the system's.
  }
  apply();
}
export function toggleTheme(): Theme {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  setTheme(theme);
  return theme;
}

export function useTheme(): Theme {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, chosen);
}

/** Tints the product with an organisation's colour, by CSSOM: the policy allows no inline style. */
export function setBrand(color: string | undefined) {
  const root = document.documentElement;
  if (color && /^#[0-9a-f]{6}$/i.test(color)) {
    root.style.setProperty("--brand", color);
    root.dataset.brand = "";
  } else {
    root.style.removeProperty("--brand");
    delete root.dataset.brand;
  }
}
