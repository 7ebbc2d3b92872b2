import { Fragment, type ReactNode } from "react";
import { Scroll } from "./Scroll";
import { t } from "./words";

/*
 * Rich text is data: nodes of known kinds, as the editor writes and the server checks them. It is drawn as elements, never
 * as HTML, so that no text can become anything else. What is not known here is left out.
 */

export type Mark = { type: string; attrs?: Record<string, unknown> };
export type Node = { type: string; attrs?: Record<string, unknown>; content?: Node[]; marks?: Mark[]; text?: string };

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);
const isNode = (v: unknown): v is Node => isObject(v) && typeof v.type === "string";

/** A document that came over the wire, or undefined when there is none. */
export const documentOf = (v: unknown): Node | undefined => (isNode(v) && v.type === "doc" ? v : undefined);

const count = (v: unknown): number | undefined => (typeof v === "number" && v > 1 ? v : undefined);

/** Where a link leads, if it may lead there: a page or a letter. */
export function address(v: unknown): string | undefined {
  if (typeof v !== "string") return undefined;
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(v) ? v : undefined;
}

function within({ type, attrs }: Mark, inner: ReactNode): ReactNode {
  switch (type) {
    case "bold":
      return <strong>{inner}</strong>;
    case "italic":
      return <em>{inner}</em>;
    case "underline":
      return <u>{inner}</u>;
    case "strike":
      return <s>{inner}</s>;
    case "code":
      return <code>{inner}</code>;
    case "link": {
      const href = address(attrs?.href);
      return href ? (
        <a href={href} target="_blank" rel="noreferrer noopener">
          {inner}
        </a>
      ) : (
        inner
      );
    }
    default:
      return inner;
  }
}

function marked(text: string, marks: readonly Mark[]): ReactNode {
  let out: ReactNode = text;
  for (const m of marks) out = within(m, out);
  return out;
}

function draw(n: Node): ReactNode {
  const inside = () => <Nodes of={n.content} />;
  switch (n.type) {
    case "text":
      return marked(n.text ?? "", n.marks ?? []);
    case "paragraph":
      return <p>{inside()}</p>;
    case "heading": {
      // The page has the h1, and what stands around the text the h2.
      const level = typeof n.attrs?.level === "number" ? n.attrs.level : 1;
      const Heading = level <= 1 ? "h2" : level === 2 ? "h3" : level === 3 ? "h4" : "h5";
      return <Heading>{inside()}</Heading>;
    }
    case "bulletList":
      return <ul>{inside()}</ul>;
    case "orderedList":
      return <ol start={typeof n.attrs?.start === "number" ? n.attrs.start : undefined}>{inside()}</ol>;
    case "listItem":
      return <li>{inside()}</li>;
    case "blockquote":
      return <blockquote>{inside()}</blockquote>;
    case "codeBlock":
      return (
        <pre>
          <code>{inside()}</code>
        </pre>
      );
    case "horizontalRule":
      return <hr />;
    case "hardBreak":
      return <br />;
    case "table":
      return (
        <Scroll label={t("table")} className="rich-table">
          <table>
            <tbody>{inside()}</tbody>
          </table>
        </Scroll>
      );
    case "tableRow":
      return <tr>{inside()}</tr>;
    case "tableHeader":
      return (
        <th colSpan={count(n.attrs?.colspan)} rowSpan={count(n.attrs?.rowspan)}>
          {inside()}
        </th>
      );
    case "tableCell":
      return (
        <td colSpan={count(n.attrs?.colspan)} rowSpan={count(n.attrs?.rowspan)}>
          {inside()}
        </td>
      );
    default:
      return null;
  }
}

const Nodes = ({ of = [] }: { of?: readonly unknown[] }) =>
  of.filter(isNode).map((n, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a node of a text is its place in it
    <Fragment key={i}>{draw(n)}</Fragment>
  ));

/** A rich text to read. It needs no editor. */
export function RichText({ doc, className = "" }: { doc: Node; className?: string }) {
  return (
    <div className={`rich ${className}`}>
      <Nodes of={doc.content} />
    </div>
  );
}
