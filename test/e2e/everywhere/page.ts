import { button, eventually, type Gateway, screen } from '../../harness.ts';
import type { Spot } from './spot.ts';

/** A new thread of the page. */
export async function pageSpot(gateway: Gateway, name: string): Promise<Spot> {
  const page = gateway.page();
  const thread = await page.begin();
  return {
    name,
    async say(text) {
      const { status } = await page.send(thread, text);
      if (status !== 202) throw new Error(`${name}: the message was answered with ${status}`);
    },
    read: async () => screen(await page.messages(thread)),
    async press(label) {
      const { message, token } = await button(page, thread, label);
      const { ok, status } = await page.press(thread, message, token);
      if (!ok) throw new Error(`${name}: the press was answered with ${status}`);
    },
    async answer(format, places) {
      const { id, form } = await eventually(`the form in ${name}`, async () =>
        (await page.messages(thread)).find((one) => one.form !== null && one.form !== undefined),
      );
      if (form === null || form === undefined) throw new Error('a card without a form');
      const [first, second] = form.fields.map((field) => field.id);
      if (first === undefined || second === undefined) throw new Error('a form without two questions');
      await page.submit(thread, id, form.token, { [first]: [format], [second]: [places] });
    },
  };
}
