/** Light or dark: what the system says, or what was chosen here. Kept in this browser. */
const NAME = "audioscape-theme";
export type Theme = "light" | "dark";

export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function setTheme(chosen: Theme): void {
  document.documentElement.dataset.theme = chosen;
  keep(NAME, chosen);
}

/** Show what was chosen before. */
export function restoreTheme(): void {
  const chosen = kept(NAME);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}

/** What this browser keeps under a name; null where it keeps nothing, or may not. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing: it holds until the page is left.
  }
}
