/** Light, dark or high contrast: kept in the browser, shown on the root element. */

import { effect, signal } from "@preact/signals";

export const THEMES = ["light", "dark", "contrast"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "geo-dispatch-theme";

export const theme = signal<Theme>("light");

/** Take the theme kept, else the one the system asks for, else `otherwise`; keep every change from then on. */
export function startTheme(otherwise?: Theme): void {
  theme.value = kept() ?? wished(otherwise);
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
  });
}

export function setTheme(next: Theme): void {
  theme.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser that keeps nothing still shows the theme until the page is closed.
  }
}

export function nextTheme(): void {
  setTheme(THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "light");
}

function kept(): Theme | undefined {
  try {
    return THEMES.find((name) => name === localStorage.getItem(KEY));
  } catch {
    return undefined;
  }
}

function wished(otherwise?: Theme): Theme {
  if (matchMedia("(prefers-contrast: more)").matches) return "contrast";
  return otherwise ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}
