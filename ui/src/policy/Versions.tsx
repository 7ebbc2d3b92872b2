import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { Columns2, Download, GitCompareArrows, Rows2 } from "lucide-react";
import type { DiffBlock, DiffPart, PolicyDetail, PolicyDiff, PolicyVersion } from "#/api/api";
import { policy } from "#/api/api";
import { Button, LinkButton } from "#/kit/Button";
import { num } from "#/kit/format";
import { useStored } from "#/kit/hooks";
import { Scroll } from "#/kit/Scroll";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { StatusLabel } from "#/kit/Status";
import { Switcher } from "#/kit/Switcher";
import { DateText } from "#/kit/When";
import { diffQuery } from "./data";
import { t } from "./words";

/** The file of a version: its PDF with the approvals, or the document that was uploaded. */
export const fileOf = (v: Pick<PolicyVersion, "id" | "name">) => (v.name ? policy.document({ id: v.id }) : policy.pdf({ id: v.id }));

type ListProps = { p: Pick<PolicyDetail, "versions">; onRead: (id: string) => void; onCompare?: (id: string) => void };

/** Every version, newest first, with who published it and what it changed. */
export function VersionList({ p, onRead, onCompare }: ListProps) {
  if (p.versions.length === 0) return <p className="text-fg-3">{t("no_versions")}</p>;
  return (
    <ul className="divide-y divide-line">
      {p.versions.map((v, i) => (
        <li key={v.id} className="flex items-start gap-3 py-2.5">
          <button type="button" onClick={() => onRead(v.id)} className="min-w-0 flex-1 rounded-md text-start hover:underline">
            <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
              <span className="tnum font-medium">{t("version_n", { v: v.number })}</span>
              <StatusLabel s={v.state} className="text-xs text-fg-2" />
            </span>
            <span className="block text-xs text-fg-3">
              {v.published_at
                ? t.rich("published_by", { who: v.publisher_name || t("gone"), when: <DateText value={v.published_at} show="full" /> })
                : t.rich("written_by", { who: v.author_name || t("gone"), when: <DateText value={v.updated_at} show="full" /> })}
            </span>
            {v.change_summary && <span className="mt-0.5 block text-pretty text-fg-2">{v.change_summary}</span>}
          </button>
          <span className="flex shrink-0">
            {onCompare && i < p.versions.length - 1 && (
              <Button
                variant="ghost"
                icon
                aria-label={t("compare_before", { v: v.number })}
                title={t("compare")}
                onClick={() => onCompare(v.id)}
              >
                <GitCompareArrows size={14} />
              </Button>
            )}
            {v.digest && (
              <LinkButton
                variant="ghost"
                icon
                download
                href={fileOf(v)}
                aria-label={t("download_version", { v: v.number })}
                title={t("download")}
              >
                <Download size={14} />
              </LinkButton>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

type CompareProps = {
  p: Pick<PolicyDetail, "versions">;
  version: string;
  against: string | undefined;
  go: (version: string, against: string | undefined) => void;
};

/** What changed from one version to another, word by word: in one text, or side by side. */
export function Compare({ p, version, against, go }: CompareProps) {
  const [look, setLook] = useStored<"inline" | "beside">("policy.diff", "inline");
  const at = p.versions.findIndex((v) => v.id === version);
  const before = against ?? p.versions.slice(at + 1).find((v) => v.published_at)?.id ?? p.versions[at + 1]?.id ?? "";
  const { data: d, error, refetch } = useQuery(diffQuery(version, before));
  const choose = (label: string, value: string, options: readonly PolicyVersion[], onChange: (id: string) => void) => (
    <label className="flex items-center gap-2 text-xs text-fg-3">
      {label}
      <select className="input h-7 w-auto py-0" value={value} onChange={(e) => onChange(e.target.value)}>
        {options.map((v) => (
          <option key={v.id} value={v.id}>
            {t("version_n", { v: v.number })}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section aria-label={t("compare")} className="min-w-0">
      <div className="mb-3 flex flex-wrap items-center gap-3">
        {choose(
          t("from"),
          before,
          p.versions.filter((v) => v.id !== version),
          (id) => go(version, id),
        )}
        {choose(
          t("to"),
          version,
          p.versions.filter((v) => v.id !== before),
          (id) => go(id, before),
        )}
        {d && (
          <span className="tnum text-xs text-fg-2" aria-live="polite">
            {t.rich("words_moved", {
              added: <span className="text-ok-text">+{num(d.added)}</span>,
              removed: <span className="text-bad-text">−{num(d.removed)}</span>,
            })}
          </span>
        )}
        <span className="ms-auto flex items-center gap-2">
          <Switcher
            label={t("shown_as")}
            value={look}
            options={[
              { value: "inline", label: t("inline"), icon: <Rows2 /> },
              { value: "beside", label: t("beside"), icon: <Columns2 /> },
            ]}
            onChange={setLook}
          />
          <Button variant="ghost" onClick={() => go("", undefined)}>
            {t("close")}
          </Button>
        </span>
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !d ? (
        <Skeleton lines={8} />
      ) : d.added + d.removed === 0 ? (
        <EmptyState icon={<GitCompareArrows />} title={t("no_difference")} />
      ) : look === "inline" ? (
        <Inline d={d} />
      ) : (
        <Beside d={d} />
      )}
    </section>
  );
}

const added = "rounded-sm bg-ok-soft text-ok-text no-underline";
const removed = "rounded-sm bg-bad-soft text-bad-text decoration-bad-text/40";

const Part = ({ p }: { p: DiffPart }) =>
  p.change === "added" ? <ins className={added}>{p.text}</ins> : p.change === "removed" ? <del className={removed}>{p.text}</del> : p.text;

const Parts = ({ of }: { of: readonly DiffPart[] }) =>
  of.map((p, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part of a text is its place in it
    <Part key={i} p={p} />
  ));

/** The blocks that changed with those around them; longer stretches that did not are one line. */
function stretches(blocks: readonly DiffBlock[]): (DiffBlock | number)[] {
  const near = (i: number) => blocks.slice(Math.max(0, i - 1), i + 2).some((b) => b.change !== "same");
  const out: (DiffBlock | number)[] = [];
  blocks.forEach((b, i) => {
    const last = out.at(-1);
    if (near(i)) out.push(b);
    else if (typeof last === "number") out[out.length - 1] = last + 1;
    else out.push(1);
  });
  return out;
}

const Unchanged = ({ n }: { n: number }) => (
  <p className="my-2 flex items-center gap-3 text-xs text-fg-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
    {t("unchanged", { n })}
  </p>
);

const Inline = ({ d }: { d: PolicyDiff }) => (
  <div className="rich rounded-lg border border-line p-5">
    {stretches(d.blocks).map((b, i) =>
      typeof b === "number" ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block of a text is its place in it
        <Unchanged key={i} n={b} />
      ) : (
        <p
          // biome-ignore lint/suspicious/noArrayIndexKey: a block of a text is its place in it
          key={i}
          className={clsx(
            b.change !== "same" && "-ms-3 border-s-2 ps-2.5",
            b.change === "added" ? "border-ok" : b.change === "removed" ? "border-bad" : "border-warn",
          )}
        >
          <Parts of={b.parts} />
        </p>
      ),
    )}
  </div>
);

function Beside({ d }: { d: PolicyDiff }) {
  const side = (b: DiffBlock, leave: "added" | "removed") => <Parts of={b.parts.filter((p) => p.change !== leave)} />;
  return (
    <Scroll label={t("compare")} className="overflow-x-auto rounded-lg border border-line">
      <table className="rich-beside w-full min-w-[640px] table-fixed border-collapse text-base">
        <thead>
          <tr className="border-b border-line bg-surface-2 text-start text-xs">
            <th scope="col" className="w-1/2 px-4 py-2 text-start font-medium">
              {d.from ? t("version_n", { v: d.from }) : t("nothing_before")}
            </th>
            <th scope="col" className="w-1/2 border-s border-line px-4 py-2 text-start font-medium">
              {t("version_n", { v: d.to })}
            </th>
          </tr>
        </thead>
        <tbody>
          {stretches(d.blocks).map((b, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a block of a text is its place in it
            <tr key={i} className="align-top">
              {typeof b === "number" ? (
                <td colSpan={2} className="px-4">
                  <Unchanged n={b} />
                </td>
              ) : (
                <>
                  <td className="px-4 py-2 break-words">{side(b, "added")}</td>
                  <td className="border-s border-line px-4 py-2 break-words">{side(b, "removed")}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
