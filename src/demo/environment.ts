/** What the demo sets, so that nothing of the user's own configuration is touched. */
import { join } from 'node:path';
import { tour } from './tour.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the demo keeps what. The agent's project does not contain the gateway's data, nor the other way round. */
export interface DemoPlaces {
  /** Of the gateway: DRAGOMAN_DATA. */
  readonly data: string;
  /** The home directory of the agent's server: its own sessions and settings, none of the person's. */
  readonly home: string;
  /** The scratch project. */
  readonly project: string;
  /** The list of models that its server knows besides the scripted one: none, so that none are read. */
  readonly models: string;
  /** An empty configuration file, so that the person's own one takes no part. */
  readonly config: string;
}

export function demoPlaces(base: string): DemoPlaces {
  return {
    data: join(base, 'data'),
    home: join(base, 'home'),
    models: join(base, 'home', 'models.json'),
    project: join(base, 'project'),
    config: join(base, 'dragoman.json'),
  };
}

/** What the demo takes over from the person's environment: how the page is reached and the log is written. */
const inherited =
  /^(PATH|LANG|LC_\w+|TZ|TERM|TMPDIR|SHELL|NO_COLOR|FORCE_COLOR|LOG_LEVEL|METRICS_TOKEN(_FILE)?|WEB_(HOST|PORT|URL|NAME|PASSWORD(_FILE)?))$/;

/**
 * The whole environment of a gateway that shows the tour: an ordinary configuration, with the scripted model as
 * the only provider of its agent server. Permissions are left to the gateway.
 *
 * @param base the demo's directory, absolute.
 * @param modelUrl address of the scripted model's API.
 */
export function demoEnvironment(base: string, modelUrl: string, outer: Environment): Record<string, string> {
  const places = demoPlaces(base);
  const kept = Object.entries(outer).filter(
    (entry): entry is [string, string] => inherited.test(entry[0]) && entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(kept),
    DRAGOMAN_DATA: places.data,
    DRAGOMAN_DIRECTORY: places.project,
    DRAGOMAN_CONFIG: places.config,
    DRAGOMAN_MODEL: 'demo/scripted',
    WEB_SUGGESTIONS: JSON.stringify(tour),
    ...serverEnvironment(places, modelUrl),
  };
}

/** Nothing is downloaded, nothing of the person's own OpenCode is read or written. */
function serverEnvironment(places: DemoPlaces, modelUrl: string): Record<string, string> {
  return {
    HOME: places.home,
    XDG_DATA_HOME: join(places.home, 'data'),
    XDG_CONFIG_HOME: join(places.home, 'config'),
    XDG_STATE_HOME: join(places.home, 'state'),
    XDG_CACHE_HOME: join(places.home, 'cache'),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(serverConfiguration(modelUrl)),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_MODELS_PATH: places.models,
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_DISABLE_SHARE: '1',
  };
}

function serverConfiguration(modelUrl: string): object {
  const model = {
    name: 'Scripted',
    tool_call: true,
    attachment: true,
    modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
    limit: { context: 200_000, output: 32_000 },
  };
  return {
    model: 'demo/scripted',
    small_model: 'demo/scripted',
    enabled_providers: ['demo'],
    provider: {
      demo: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Demo',
        options: { baseURL: modelUrl, apiKey: 'none' },
        models: { scripted: model },
      },
    },
  };
}
