import { t } from "#/kit/words";

/** A page that takes a moment: the same bars where its head and rows will be. */
export function PendingPage() {
  return (
    <main id="main" aria-busy="true" aria-label={t("loading")} className="flex min-w-0 flex-1 flex-col">
      <div className="flex h-11 shrink-0 items-center border-b border-line px-4">
        <span className="skeleton h-3.5 w-28" />
      </div>
      <div className="space-y-6 p-5">
        {Array.from({ length: 8 }, (_, i) => (
          <span key={String(i)} className="skeleton block h-3" style={{ width: `${75 - ((i * 17) % 45)}%` }} />
        ))}
      </div>
    </main>
  );
}
