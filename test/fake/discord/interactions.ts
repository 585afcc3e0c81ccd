/** Interactions: three seconds for the first answer, fifteen minutes for the rest. */
import { checkContent, checkSelect, within } from './content.ts';
import { addMessage, applyEdit, type MessageDeps, mention } from './messages.ts';
import { messageEvent, messageJson } from './payloads.ts';
import { invalid, refuse } from './refusal.ts';
import type { FakeMessage, Json } from './world.ts';

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly user: string;
  readonly channel: string;
  readonly type: number;
  readonly at: number;
  /** The message whose component was used. */
  readonly source: string | undefined;
  /** The type of the first answer: 4 message, 5 later, 6 component later, 7 component now, 8 choices, 9 modal. */
  answer: number | undefined;
  modal: Json | undefined;
  choices: readonly Json[] | undefined;
  /** The message of the answer. */
  original: string | undefined;
}

export interface InteractionDeps extends MessageDeps {
  readonly interactions: Map<string, Interaction>;
  /** Those who wait for an answer. */
  readonly waiting: Set<() => void>;
  readonly answerWithinMs: number;
}

const lifeMs = 15 * 60_000;
const ephemeral = 1 << 6;

function current({ interactions, world }: InteractionDeps, token: string): Interaction {
  const interaction = interactions.get(token);
  if (interaction === undefined || world.clock.now() - interaction.at > lifeMs) return refuse(10062);
  return interaction;
}

export function answerInteraction(deps: InteractionDeps, id: string, token: string, body: Json): void {
  const { world } = deps;
  const interaction = current(deps, token);
  if (interaction.id !== id) refuse(10062);
  if (interaction.answer !== undefined) refuse(40060);
  if (world.clock.now() - interaction.at > deps.answerWithinMs) refuse(10062);
  const type = Number(body['type']);
  const data = (body['data'] ?? {}) as Json;
  checkFits(interaction, type);
  if (type === 9) interaction.modal = checkedModal(data);
  if (type === 8) interaction.choices = checkedChoices(data);
  if (type === 4) interaction.original = reply(deps, interaction, data).id;
  if (type === 5) interaction.original = reply(deps, interaction, { ...data, content: '…' }).id;
  interaction.answer = type;
  for (const wake of deps.waiting) wake();
}

/** A command is answered by a message, a component also by a change, an autocompletion by choices only. */
function checkFits({ type, source }: Interaction, answer: number): void {
  const component = type === 3 || (type === 5 && source !== undefined);
  const fits =
    type === 4
      ? answer === 8
      : answer === 4 ||
        answer === 5 ||
        (component && (answer === 6 || answer === 7)) ||
        (answer === 9 && type !== 5);
  if (!fits) invalid('type', 'BASE_TYPE_CHOICES', 'This response does not fit this interaction.');
}

function reply(deps: InteractionDeps, { user, channel }: Interaction, data: Json): FakeMessage {
  const { world, tell } = deps;
  checkContent(data, true);
  const hidden = (Number(data['flags'] ?? 0) & ephemeral) !== 0;
  const message = addMessage(world, {
    channel,
    author: world.bot.id,
    content: String(data['content'] ?? ''),
    flags: Number(data['flags'] ?? 0),
    components: (data['components'] ?? []) as readonly Json[],
    webhook: world.application,
    onlyFor: hidden ? user : undefined,
  });
  mention(world, message, { allowed_mentions: { parse: ['users'] }, ...data }, !hidden);
  if (!hidden) tell('MESSAGE_CREATE', messageEvent(world, message));
  return message;
}

function originalOf(deps: InteractionDeps, token: string): FakeMessage {
  const interaction = current(deps, token);
  const message = deps.world.messages.get(interaction.original ?? '');
  if (message === undefined || message.deleted) return refuse(10008);
  return message;
}

export function editOriginal(deps: InteractionDeps, token: string, body: Json): Json {
  const message = originalOf(deps, token);
  checkContent({ content: message.content, ...body }, true);
  applyEdit(deps.world, message, body);
  return messageJson(deps.world, message);
}

export function deleteOriginal(deps: InteractionDeps, token: string): void {
  originalOf(deps, token).deleted = true;
}

/** The first one after a deferred message fills that in, and is seen by whom that was for. */
export function followUp(deps: InteractionDeps, token: string, body: Json): Json {
  const interaction = current(deps, token);
  if (interaction.answer === undefined) refuse(10015);
  if (interaction.answer === 5 && deps.world.messages.get(interaction.original ?? '')?.content === '…')
    return editOriginal(deps, token, body);
  return messageJson(deps.world, reply(deps, interaction, body));
}

function checkedChoices(data: Json): readonly Json[] {
  const choices = (data['choices'] ?? []) as readonly Json[];
  if (choices.length > 25) invalid('data.choices', 'BASE_TYPE_MAX_LENGTH', 'Must be 25 or fewer in length.');
  for (const { name, value } of choices)
    if (!within(name, 100) || !within(value, 100))
      invalid('data.choices', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  return choices;
}

/** One to five labels, each with a text input or a select. */
function checkedModal(data: Json): Json {
  const parts = (data['components'] ?? []) as readonly Json[];
  if (!within(data['title'], 45))
    invalid('data.title', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 45 in length.');
  if (!within(data['custom_id'], 100))
    invalid('data.custom_id', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  if (parts.length < 1 || parts.length > 5)
    invalid('data.components', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
  for (const part of parts) checkLabel(part);
  return data;
}

function checkLabel(part: Json): void {
  const inner = (part['component'] ?? {}) as Json;
  if (part['type'] !== 18) invalid('data.components', 'BASE_TYPE_CHOICES', 'Value must be one of {18}.');
  if (!within(part['label'], 45))
    invalid('data.label', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 45 in length.');
  if (part['description'] !== undefined && !within(part['description'], 100))
    invalid('data.description', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  if (!within(inner['custom_id'], 100))
    invalid('data.custom_id', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  if (inner['type'] === 3) checkSelect(inner, 'data.components');
  else if (inner['type'] !== 4)
    invalid('data.components', 'BASE_TYPE_CHOICES', 'Value must be one of {3, 4}.');
  else if (!within(inner['placeholder'] ?? 'x', 100) || Number(inner['max_length'] ?? 1) > 4000)
    invalid('data.components', 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.');
}

/** The list that people see behind the slash; a PUT replaces it whole. */
export function putCommands(deps: InteractionDeps, body: unknown): readonly Json[] {
  const { world } = deps;
  const wanted = body as readonly Json[];
  if (wanted.length > 100) invalid('commands', 'APPLICATION_COMMAND_TOO_MANY', 'At most 100.');
  for (const { name, description, options = [] } of wanted) {
    if (typeof name !== 'string' || !/^[-_\p{L}\p{N}]{1,32}$/u.test(name) || name !== name.toLowerCase())
      invalid('name', 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
    if (!within(description, 100))
      invalid('description', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
    for (const option of options as readonly Json[])
      if (!within(option['name'], 32) || !within(option['description'], 100))
        invalid('options', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  }
  world.commands = wanted.map((command) => ({
    id: world.id(),
    application_id: world.application,
    version: world.id(),
    type: 1,
    default_member_permissions: null,
    dm_permission: true,
    contexts: null,
    integration_types: [0],
    nsfw: false,
    ...command,
  }));
  return world.commands;
}
