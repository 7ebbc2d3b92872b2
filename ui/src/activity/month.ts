/** The days that a calendar of a month shows: whole weeks from Monday, as YYYY-MM-DD. */
export function daysOf(month: string): string[] {
  const first = new Date(`${month}-01T00:00:00Z`);
  const start = new Date(first);
  start.setUTCDate(1 - ((first.getUTCDay() + 6) % 7));
  const next = new Date(first);
  next.setUTCMonth(first.getUTCMonth() + 1);
  const days: string[] = [];
  for (const d = start; d < next || d.getUTCDay() !== 1; d.setUTCDate(d.getUTCDate() + 1)) days.push(d.toISOString().slice(0, 10));
  return days;
}

/** The month so many months after another. */
export function monthAfter(month: string, n: number): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + n);
  return at.toISOString().slice(0, 7);
}
