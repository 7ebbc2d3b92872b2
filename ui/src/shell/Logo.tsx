/** The mark of the product: an A whose bar is a check. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M7.5 23.5 14.2 8.9a2 2 0 0 1 3.6 0l6.7 14.6"
        fill="none"
        stroke="#fff"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="m12.6 19.6 2.7 2.7 5.2-5.6" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** An organisation's own logo, or its initial in its colour. */
export function TenantLogo({ name, logo, size = 20 }: { name: string; logo?: string; size?: number }) {
  if (logo) return <img src={logo} alt="" width={size} height={size} className="shrink-0 rounded-[5px] object-contain" />;
  return (
    <span
      aria-hidden
      className="flex shrink-0 items-center justify-center rounded-[5px] bg-accent font-semibold text-accent-fg"
      style={{ width: size, height: size, fontSize: size * 0.55 }}
    >
      {name.trim().charAt(0).toLocaleUpperCase()}
    </span>
  );
}
