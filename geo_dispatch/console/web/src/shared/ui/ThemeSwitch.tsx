import { setTheme, THEMES, type Theme, theme } from "../theme";

const NAMES: Readonly<Record<Theme, string>> = { light: "Light", dark: "Dark", contrast: "High contrast" };

export function ThemeSwitch() {
  return (
    <label class="theme-switch">
      <span class="unseen">Colours</span>
      <select value={theme.value} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {NAMES[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
