import { Fragment } from "react";
import { type Block, blocks, type Inline } from "./markdown";

type Name = (id: string) => string;

/** The words of a comment as elements: whatever stands in them, no HTML comes of it. */
export function Said({ body, nameOf }: { body: string; nameOf: Name }) {
  return (
    <div className="space-y-2 break-words text-fg-2">
      {blocks(body).map((b, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name
        <Part key={i} b={b} nameOf={nameOf} />
      ))}
    </div>
  );
}

function Part({ b, nameOf }: { b: Block; nameOf: Name }) {
  if (b.is === "code")
    return (
      <pre className="overflow-x-auto rounded-md border border-line bg-surface-2 px-3 py-2 font-mono text-xs">
        <code>{b.text}</code>
      </pre>
    );
  if (b.is === "paragraph")
    return (
      <p className="whitespace-pre-wrap">
        <Words of={b.of} nameOf={nameOf} />
      </p>
    );
  const items = b.items.map((of, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the items of a text have no other name
    <li key={i}>
      <Words of={of} nameOf={nameOf} />
    </li>
  ));
  return b.ordered ? (
    <ol className="list-decimal space-y-1 ps-5">{items}</ol>
  ) : (
    <ul className="list-disc space-y-1 ps-4 marker:text-fg-3">{items}</ul>
  );
}

function Words({ of, nameOf }: { of: Inline[]; nameOf: Name }) {
  return of.map((w, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the words of a text have no other name
    <Fragment key={i}>
      {w.is === "code" ? (
        <code className="rounded-sm bg-mute-soft px-1 font-mono text-xs">{w.text}</code>
      ) : w.is === "person" ? (
        <span className="rounded-sm bg-accent-soft px-1 font-medium text-accent-text">@{nameOf(w.id)}</span>
      ) : w.is === "link" ? (
        <a href={w.href} target="_blank" rel="noreferrer noopener" className="text-accent-text underline underline-offset-2">
          <Words of={w.of} nameOf={nameOf} />
        </a>
      ) : w.is === "bold" ? (
        <b className="font-semibold text-fg">
          <Words of={w.of} nameOf={nameOf} />
        </b>
      ) : w.is === "italic" ? (
        <i>
          <Words of={w.of} nameOf={nameOf} />
        </i>
      ) : (
        w.text
      )}
    </Fragment>
  ));
}
