import { refusal } from "#/api/call";

/** Downloads a file that the server may refuse to make, and then says why: a bare link would save the refusal. */
export async function save(url: string): Promise<void> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) {
    const said: unknown = await answer.json().catch(() => undefined);
    throw refusal(answer.status, said, answer.headers.get("Assay-Request") ?? "");
  }
  const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "export";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
