/** The contrast of a colour with white, as WCAG 2 counts it: 1 is none, 21 is black. */
export function contrastWithWhite(hex: string): number {
  const part = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 1.05 / (0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) + 0.05);
}

/** What the server asks of a brand colour. */
export const leastContrast = 3;
