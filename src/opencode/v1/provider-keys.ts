/**
 * Keys of model providers in an environment, and which of them are passed on: an agent's shell sees all that its
 * server sees, so only what a configured provider needs. Keys that follow no rule are listed, with those of clouds
 * that open more than models. The test holds it against the pinned server's own list of 225 providers.
 */
import { join } from 'node:path';
import { readPersonFile } from '../../lib/person-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Providers, and their variables beside `<PROVIDER>_API_KEY`. */
const irregular: readonly (readonly [provider: RegExp, variable: RegExp])[] = [
  [/^amazon-bedrock$/, /^AWS_\w+$/],
  [/^azure/, /^AZURE_\w+$/],
  [/^cloudflare-/, /^CLOUDFLARE_\w+$/],
  [/^google-vertex/, /^(?:GOOGLE|VERTEX)_\w+$/],
  [/^google$/, /^(?:GOOGLE_API_KEY|GOOGLE_GENERATIVE_AI_API_KEY|GEMINI_API_KEY)$/],
  [/^anthropic$/, /^ANTHROPIC_\w+$/],
  [/^openai$/, /^OPENAI_\w+$/],
  [/^ollama/, /^OLLAMA_\w+$/],
  [/^abliteration-ai$/, /^ABLIT_KEY$/],
  [/^alibaba(?:-cn)?$/, /^DASHSCOPE_API_KEY$/],
  [/^bailing$/, /^BAILING_API_TOKEN$/],
  [/^clarifai$/, /^CLARIFAI_PAT$/],
  [/^databricks$/, /^DATABRICKS_(?:HOST|TOKEN)$/],
  [/^digitalocean$/, /^DIGITALOCEAN_ACCESS_TOKEN$/],
  [/^friendli$/, /^FRIENDLI_TOKEN$/],
  [/^github-(?:copilot|models)$/, /^GITHUB_TOKEN$/],
  [/^gitlab$/, /^GITLAB_TOKEN$/],
  [/^huggingface$/, /^HF_TOKEN$/],
  [/^infomaniak$/, /^INFOMANIAK_PRODUCT_ID$/],
  [/^io-net$/, /^IOINTELLIGENCE_API_KEY$/],
  [/^meta$/, /^META_MODEL_API_KEY$/],
  [/^modal$/, /^MODAL_PROXY_TOKEN$/],
  [/^model-oracle-ai$/, /^MODEL_ORACLE_API_KEY$/],
  [/^neon$/, /^NEON_AI_GATEWAY_(?:BASE_URL|TOKEN)$/],
  [/^oci$/, /^OCI_GENAI_API_KEY$/],
  [/^privatemode-ai$/, /^PRIVATEMODE_ENDPOINT$/],
  [/^runinfra$/, /^RUNINFRA_GATEWAY_KEY$/],
  [/^sap-ai-core$/, /^AICORE_SERVICE_KEY$/],
  [/^snowflake-cortex$/, /^SNOWFLAKE_(?:ACCOUNT|CORTEX_PAT)$/],
  [/^submodel$/, /^SUBMODEL_INSTAGEN_ACCESS_KEY$/],
  [/^thinkingmachines$/, /^TINKER_API_KEY$/],
  [/^vercel$/, /^AI_GATEWAY_API_KEY$/],
  [/^vispark$/, /^VISPARK_LAB_API_KEY$/],
  [/^volcengine/, /^ARK_(?:CODING_PLAN_)?API_KEY$/],
  [/^watsonx$/, /^WATSONX_AI_(?:APIKEY|PROJECT_ID)$/],
  [/^(?:zai|zhipuai)/, /^ZHIPU_API_KEY$/],
  [/^zenifra$/, /^ZENIFRA_AI_KEY$/],
];

/** Known far and wide, and good for models only: these pass where no provider is named anywhere. */
const wellKnown: ReadonlySet<string> = new Set(
  [
    ...[
      'ANTHROPIC',
      'OPENAI',
      'GEMINI',
      'GOOGLE_GENERATIVE_AI',
      'OPENROUTER',
      'AI_GATEWAY',
      'OPENCODE',
      'XAI',
    ],
    ...[
      'GROQ',
      'MISTRAL',
      'DEEPSEEK',
      'CEREBRAS',
      'COHERE',
      'PERPLEXITY',
      'TOGETHER',
      'FIREWORKS',
      'DEEPINFRA',
    ],
    ...[
      'MOONSHOT',
      'KIMI',
      'ZHIPU',
      'MINIMAX',
      'DASHSCOPE',
      'NVIDIA',
      'AZURE',
      'OLLAMA',
      'LMSTUDIO',
      'VENICE',
    ],
    ...['POE', 'REQUESTY', 'SYNTHETIC', 'CHUTES', 'NEBIUS', 'BASETEN', 'INCEPTION', 'ZENMUX', 'HELICONE'],
  ].map((name) => `${name}_API_KEY`),
);

/** Where something stands in the environment that may be a key, or opens a cloud. */
const isKey =
  /(?:_API_?KEY|_ACCESS_KEY|_SERVICE_KEY|_GATEWAY_KEY|_AI_KEY|_PAT|_API_TOKEN|_GATEWAY_TOKEN|_PROXY_TOKEN)$|^ABLIT_KEY$|^(?:HF|GITHUB|GITLAB|FRIENDLI|DATABRICKS|DIGITALOCEAN_ACCESS)_TOKEN$|^(?:ANTHROPIC|OPENAI|OLLAMA|AWS|AZURE|CLOUDFLARE|GOOGLE|VERTEX|SNOWFLAKE|DATABRICKS|NEON_AI|WATSONX_AI|INFOMANIAK|PRIVATEMODE)_\w+$/;

/** `moonshotai` is who MOONSHOT_API_KEY belongs to: the key's name begins the provider's, whatever is between. */
function follows(provider: string, variable: string): boolean {
  const stem = /^(\w+?)_API_KEY$/.exec(variable)?.[1];
  const plain = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return stem !== undefined && plain(provider).startsWith(plain(stem));
}

/** Whether a variable is one of a provider's, by what the server calls it. */
export function belongsTo(provider: string, variable: string): boolean {
  if (follows(provider, variable)) return true;
  return irregular.some(([who, what]) => who.test(provider) && what.test(variable));
}

/** Whether a variable is kept back unless a configured provider needs it. */
export function isProviderKey(variable: string): boolean {
  return isKey.test(variable);
}

/** @param providers that are configured; none: nobody named one. */
export function isPassedKey(variable: string, providers: readonly string[]): boolean {
  if (providers.length > 0) return providers.some((provider) => belongsTo(provider, variable));
  return wellKnown.has(variable) || /^(?:ANTHROPIC|OPENAI|OLLAMA)_\w+$/.test(variable);
}

/** Providers that our models and the person's own OpenCode configuration name. */
export function configuredProviders(env: Environment, models: readonly string[]): readonly string[] {
  const texts = [env['OPENCODE_CONFIG_CONTENT'] ?? '', ...configurationFiles(env).map(readText)];
  const named = texts.flatMap((text) => providersIn(text));
  return [...new Set([...models.map(providerOf), ...named])].filter((name) => name !== '');
}

/** `{env:NAME}`: the person's own configuration asks for these by name. */
export function namedVariables(env: Environment): readonly string[] {
  const texts = [env['OPENCODE_CONFIG_CONTENT'] ?? '', ...configurationFiles(env).map(readText)];
  return texts.flatMap((text) => [...text.matchAll(/\{env:(\w+)\}/g)].map(([, name = '']) => name));
}

function configurationFiles(env: Environment): readonly string[] {
  const home = env['HOME'] ?? '';
  const directories = [
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'opencode'),
    join(home, '.opencode'),
    ...(env['OPENCODE_CONFIG_DIR'] ? [env['OPENCODE_CONFIG_DIR']] : []),
  ];
  const names = ['config.json', 'opencode.json', 'opencode.jsonc'];
  const files = directories.flatMap((directory) => names.map((name) => join(directory, name)));
  return env['OPENCODE_CONFIG'] ? [...files, env['OPENCODE_CONFIG']] : files;
}

function readText(file: string): string {
  try {
    return readPersonFile(file);
  } catch {
    // Not there, or not ours to read: the server will not get more from it.
    return '';
  }
}

interface Configuration {
  readonly model?: unknown;
  readonly small_model?: unknown;
  readonly provider?: object;
  readonly enabled_providers?: unknown;
  readonly agent?: Readonly<Record<string, { readonly model?: unknown } | null>>;
}

/** Unreadable: the server will say so. */
function providersIn(text: string): readonly string[] {
  let found: Configuration;
  try {
    found = (JSON.parse(plainJson(text)) ?? {}) as Configuration;
  } catch {
    return [];
  }
  const { model, small_model: small, provider, enabled_providers: enabled, agent } = found;
  const models = [model, small, ...Object.values(agent ?? {}).map((one) => one?.model)];
  return [
    ...models.map(providerOf),
    ...Object.keys(provider ?? {}),
    ...(Array.isArray(enabled) ? enabled.map(String) : []),
  ];
}

/** Without comments and commas at the end, which the server takes. */
function plainJson(text: string): string {
  const kept = text.replace(
    /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, string: string) => string ?? '',
  );
  return kept.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string) => string ?? '');
}

function providerOf(model: unknown): string {
  return typeof model === 'string' && model.includes('/') ? model.slice(0, model.indexOf('/')) : '';
}
