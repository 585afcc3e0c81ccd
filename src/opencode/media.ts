/** Which files a model can be given: what it takes by its description, and what its SDK passes on. */

/** A model as its server describes it; some describe nothing. */
interface Described {
  readonly image?: boolean;
  readonly pdf?: boolean;
  readonly audio?: boolean;
  /** The package of the AI SDK that stands before it. */
  readonly sdk?: string | undefined;
}

const images = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
/** What an OpenAI-compatible model is sent; any other sound ends this and every later run of the session (measured). */
const sounds = ['audio/wav', 'audio/mpeg'];
/** Models behind these SDKs are sent a sound as it is. */
const hearing = ['@ai-sdk/google', '@ai-sdk/google-vertex'];
const moreSounds = [...sounds, 'audio/ogg', 'audio/flac'];

/** Media types; empty where it takes text only, as far as is known. */
export function mediaOf({
  image = false,
  pdf = false,
  audio = false,
  sdk = '',
}: Described): readonly string[] {
  const heard = hearing.includes(sdk) ? moreSounds : sounds;
  return [...(image ? images : []), ...(pdf ? ['application/pdf'] : []), ...(audio ? heard : [])];
}
