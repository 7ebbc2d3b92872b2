function hue(name: string): number {
  let h = 0;
  for (const ch of name) h = (h * 31 + ch.charCodeAt(0)) % 360;
  return h;
}
const initials = (name: string) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((w) => w[0] ?? "")
    .filter((_, i, all) => i === 0 || i === all.length - 1)
    .join("")
    .toLocaleUpperCase();

/** A person as two letters in a colour of their own. The name stands beside it, so it says nothing to a screen reader. Nobody is a dashed circle. */
export function Avatar({ name, size = 18 }: { name: string; size?: number }) {
  if (!name)
    return (
      <svg width={size} height={size} viewBox="0 0 18 18" aria-hidden className="shrink-0">
        <circle cx="9" cy="9" r="8.25" fill="none" stroke="var(--mute)" strokeWidth="1.2" strokeDasharray="2 1.8" />
        <circle cx="9" cy="7.4" r="2.1" fill="var(--mute)" />
        <path d="M5.2 13.2c.6-2 2-3 3.8-3s3.2 1 3.8 3" fill="var(--mute)" />
      </svg>
    );
  const h = hue(name);
  return (
    <span
      aria-hidden
      data-initials={initials(name)} // drawn by the style sheet: letters in the page would be read, searched and copied
      className="before:content-[attr(data-initials)] inline-flex shrink-0 items-center justify-center rounded-full font-semibold tracking-normal select-none"
      style={{
        width: size,
        height: size,
        fontSize: Math.max(8, size * 0.42),
        lineHeight: 1,
        background: `oklch(0.9 0.06 ${h})`,
        color: `oklch(0.38 0.1 ${h})`,
      }}
    />
  );
}

/** A person with their name, or the word for nobody. */
export function Person({ name, nobody }: { name: string; nobody: string }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Avatar name={name} />
      <span className={name ? "truncate" : "truncate text-fg-3"}>{name || nobody}</span>
    </span>
  );
}
