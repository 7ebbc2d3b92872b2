import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "#/api/call";
import { Button } from "./Button";
import { Checkbox } from "./Checkbox";
import { TextField } from "./Field";
import { Form, useForm } from "./form";
import { CodeInput } from "./Secret";
import { EFFECTIVE_STATUSES, EVIDENCE_STATUSES, REQUIREMENT_STATES, StatusLabel } from "./Status";

afterEach(cleanup);

function TitleForm({ send }: { send: (v: { title: string }) => Promise<unknown> }) {
  const form = useForm({ start: { title: "" }, send });
  return (
    <Form form={form}>
      <TextField label="Title" {...form.field("title")} />
      <Button type="submit">Save</Button>
    </Form>
  );
}

test("the server's sentence stands beside the field, which gets the focus", async () => {
  const send = vi.fn(async () => {
    throw new ApiError(422, "invalid", "Please correct the marked fields.", { title: "This field is required.", color: "No such colour." });
  });
  render(<TitleForm send={send} />);
  fireEvent.click(screen.getByText("Save"));
  const field = screen.getByLabelText("Title");
  await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByText("This field is required.").id).toBe(field.getAttribute("aria-describedby"));
  expect(document.activeElement).toBe(field);
  expect(screen.getByRole("alert").textContent).toContain("color: No such colour.");
  fireEvent.change(field, { target: { value: "Backups" } });
  expect(field.getAttribute("aria-invalid")).toBeNull();
});

test("a form is sent once however often it is clicked", async () => {
  let finish = () => {};
  const send = vi.fn(() => new Promise<void>((done) => (finish = done)));
  render(<TitleForm send={send} />);
  fireEvent.click(screen.getByText("Save"));
  fireEvent.click(screen.getByText("Save"));
  finish();
  await waitFor(() => expect(send).toHaveBeenCalledTimes(1));
});

test("a status is never colour alone", () => {
  for (const s of new Set([...EFFECTIVE_STATUSES, ...EVIDENCE_STATUSES, ...REQUIREMENT_STATES])) {
    const { container } = render(<StatusLabel s={s} />);
    expect(container.querySelector("svg")).toBeTruthy();
    expect(container.textContent).toMatch(/^[A-Z]/);
    cleanup();
  }
});

test("a checkbox says whether Shift was held", () => {
  const f = vi.fn();
  render(<Checkbox checked={false} label="Select AC-001" onChange={f} />);
  fireEvent.click(screen.getByRole("checkbox", { name: "Select AC-001" }), { shiftKey: true });
  expect(f).toHaveBeenCalledWith(true, true);
});

test("a code can be pasted with spaces, and is complete at its last digit", () => {
  const done = vi.fn();
  const change = vi.fn();
  render(<CodeInput label="Code" value="" onChange={change} onComplete={done} />);
  const input = screen.getByLabelText("Code");
  expect(input.getAttribute("autocomplete")).toBe("one-time-code");
  fireEvent.change(input, { target: { value: "123 456" } });
  expect(change).toHaveBeenCalledWith("123456");
  expect(done).toHaveBeenCalledWith("123456");
});
