import type { AssetGraph, AssetNode } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { keyOf, NodeIcon, underName } from "./Graph";
import { t } from "./words";

/** The same as the picture, for who reads: each record with what it depends on and what depends on it. */
export function GraphTable({ g }: { g: AssetGraph }) {
  const nodes = new Map(g.nodes.map((n) => [keyOf(n), n]));
  const named = (keys: readonly string[]) => keys.map((k) => nodes.get(k)).filter((n) => n !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div tabIndex={0} className="min-h-0 flex-1 overflow-auto p-4 outline-offset-[-2px]">
      <table className="w-full text-sm max-sm:block">
        <caption className="sr-only">{t("graph_picture")}</caption>
        <thead className="max-sm:sr-only">
          <tr className="border-b border-line text-start text-xs text-fg-3">
            <th scope="col" className="py-2 pe-4 text-start font-medium">
              {t("asset")}
            </th>
            <th scope="col" className="py-2 pe-4 text-start font-medium">
              {t("depends_on")}
            </th>
            <th scope="col" className="py-2 text-start font-medium">
              {t("needed_by")}
            </th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {g.nodes.map((n) => {
            const key = keyOf(n);
            return (
              <tr key={key} className="border-b border-line align-top max-sm:block max-sm:py-2">
                <th scope="row" className="py-2 pe-4 text-start font-normal max-sm:block max-sm:py-0">
                  <RecordLinkTo path={n.path} className="flex items-center gap-2 hover:underline">
                    <NodeIcon n={n} />
                    <span className="ref text-xs text-fg-3">{n.ref}</span>
                    <span className="font-medium">{n.name}</span>
                  </RecordLinkTo>
                  <span className="ms-5.5 block text-xs text-fg-3">{underName(n)}</span>
                </th>
                <td className="py-2 pe-4 max-sm:block max-sm:ps-5.5 max-sm:pb-0">
                  <Narrow>{t("depends_on")}</Narrow>
                  <Names of={named(g.edges.filter((e) => keyOf(e.from) === key).map((e) => keyOf(e.to)))} />
                </td>
                <td className="py-2 max-sm:block max-sm:ps-5.5 max-sm:pb-0">
                  <Narrow>{t("needed_by")}</Narrow>
                  <Names of={named(g.edges.filter((e) => keyOf(e.to) === key).map((e) => keyOf(e.from)))} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The heading of a cell on a phone, where the cells of a row stand below each other. */
const Narrow = ({ children }: { children: string }) => (
  <span aria-hidden className="block text-xs text-fg-3 sm:hidden">
    {children}
  </span>
);

const Names = ({ of }: { of: readonly AssetNode[] }) =>
  of.length === 0 ? (
    <span className="text-fg-3">–</span>
  ) : (
    <ul className="flex-wrap gap-x-3 max-sm:flex sm:space-y-0.5">
      {of.map((n) => (
        <li key={keyOf(n)}>
          <RecordLinkTo path={n.path} className="inline-flex min-h-6 items-center hover:underline">
            {n.name}
          </RecordLinkTo>
        </li>
      ))}
    </ul>
  );
