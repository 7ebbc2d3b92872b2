import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, KeyRound, Signature } from "lucide-react";
import { audit } from "#/api/api";
import { Button, LinkButton } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { Copy } from "#/kit/Copy";
import { ErrorState, Skeleton } from "#/kit/State";
import { DateText } from "#/kit/When";
import { t } from "./words";

const size = 8;

/** Where the log was signed, and what to keep of it elsewhere. */
export function Checkpoints() {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["audit", "checkpoints"],
    queryFn: ({ pageParam }) => audit.checkpoints({ page: pageParam, limit: size }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.limit < last.total ? last.page + 1 : undefined),
  });
  const first = data?.pages[0];
  return (
    <Card
      title={t("checkpoints")}
      aside={
        first && (
          <LinkButton size="sm" href={audit.checkpoint()} download className="text-fg">
            <Download size={12} /> {t("checkpoint_download")}
          </LinkButton>
        )
      }
    >
      <p className="text-pretty text-fg-2">{t("checkpoints_why")}</p>
      {error && !first && <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />}
      {!first && !error && <Skeleton className="mt-4" lines={5} />}
      {first && (
        <>
          <div className="mt-4 rounded-lg border border-line bg-surface-2 p-3">
            <div className="flex items-center gap-2">
              <KeyRound size={14} aria-hidden className="text-fg-3" />
              <h3 className="font-medium">{t("public_key")}</h3>
              <span className="ms-auto">
                <Copy value={first.verifier} name={t("public_key")} />
              </span>
            </div>
            <code className="mt-1 block text-xs leading-5 break-all text-fg-2">{first.verifier}</code>
            <p className="mt-1.5 text-xs text-fg-3">{t("public_key_why")}</p>
            <p className="mt-1.5 text-xs text-pretty text-fg-3">
              {t.rich("verifier_how", {
                file: (
                  <a href={audit.verifier()} download className="font-medium text-accent-text hover:underline">
                    verify.go
                  </a>
                ),
                run: <code>go run verify.go proof.json checkpoint.txt</code>,
              })}
            </p>
          </div>
          {first.total === 0 && <p className="mt-4 text-fg-3">{t("checkpoint_none")}</p>}
          <ul className="mt-3">
            {data.pages
              .flatMap((p) => p.items)
              .map((c) => (
                <li key={c.size} className="border-b border-line last:border-0">
                  <details className="group/cp">
                    <summary className="flex min-h-9 items-center gap-2.5 rounded outline-offset-[-2px] hover:bg-hover">
                      <Signature size={14} aria-hidden className="text-fg-3" />
                      <span className="tnum font-medium">{t("checkpoint_at", { n: c.size })}</span>
                      <span className="ms-auto text-xs text-fg-3">
                        <DateText value={c.at} show="full" />
                      </span>
                    </summary>
                    <div className="relative pb-3">
                      <pre className="overflow-x-auto rounded-md bg-surface-2 p-2.5 pe-9 text-2xs leading-4 text-fg-2">{c.note}</pre>
                      <span className="absolute end-1.5 top-1.5">
                        <Copy value={c.note} name={t("checkpoint_note")} />
                      </span>
                    </div>
                  </details>
                </li>
              ))}
          </ul>
          {hasNextPage && (
            <Button size="sm" className="mt-3 self-start" pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t("checkpoint_more")}
            </Button>
          )}
        </>
      )}
    </Card>
  );
}
