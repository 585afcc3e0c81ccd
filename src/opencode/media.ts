/** Which files a model can be given: what it takes by its description, and what its SDK passes on. */
import type { Model } from '@opencode-ai/sdk/v2';

const images = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
/** What an OpenAI-compatible model is sent; any other sound ends this and every later run of the session (measured). */
const sounds = ['audio/wav', 'audio/mpeg'];
/** Models behind these SDKs are sent a sound as it is. */
const hearing = ['@ai-sdk/google', '@ai-sdk/google-vertex'];
const moreSounds = [...sounds, 'audio/ogg', 'audio/flac'];

/** Media types; empty where it takes text only, or where the server does not describe its models. */
export function mediaOf({
  capabilities,
  api,
}: Partial<Pick<Model, 'capabilities' | 'api'>>): readonly string[] {
  const { image, pdf, audio } = capabilities?.input ?? { image: false, pdf: false, audio: false };
  const heard = hearing.includes(api?.npm ?? '') ? moreSounds : sounds;
  return [...(image ? images : []), ...(pdf ? ['application/pdf'] : []), ...(audio ? heard : [])];
}
