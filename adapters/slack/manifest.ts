/** The app as Slack's form takes it; docs/slack.md shows the same. */
const manifest = {
  display_information: { name: 'Dragoman', description: 'Threads that drive a coding agent' },
  features: {
    app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: 'Dragoman', always_online: true },
    slash_commands: [
      {
        command: '/dragoman',
        description: 'Typing and settings of the coding agent',
        usage_hint: 'status | help',
        should_escape: true,
      },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        'app_mentions:read',
        'channels:history',
        'channels:read',
        'chat:write',
        'commands',
        'files:read',
        'files:write',
        'groups:history',
        'groups:read',
        'im:history',
        'im:read',
        'im:write',
        'mpim:history',
        'reactions:write',
        'usergroups:read',
        'users:read',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: [
        'app_mention',
        'app_uninstalled',
        'channel_id_changed',
        'message.channels',
        'message.groups',
        'message.im',
        'message.mpim',
        'tokens_revoked',
      ],
    },
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
    org_deploy_enabled: false,
    token_rotation_enabled: false,
  },
} as const;

export const botScopes: readonly string[] = manifest.oauth_config.scopes.bot;

/** Opens Slack's form for a new app with all of it filled in. */
export const manifestUrl = `https://api.slack.com/apps?new_app=1&manifest_json=${inAddress(JSON.stringify(manifest))}`;

/** Colons and commas may stand as they are, which keeps it shorter. */
function inAddress(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2C', ',');
}
