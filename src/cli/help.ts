export const helpText = `Dragoman lets people drive coding agents from threads in chat.

  dragoman demo            shows it with a scripted model: no account, no key, no internet
  dragoman setup           asks what is needed, tests it, and writes it into .env
  dragoman doctor          looks at everything that can be wrong, and says how to mend it; --json for programs
  dragoman start           the real thing, with your own OpenCode configuration and models
  dragoman status          what is connected, bound, running and waiting; --json for programs
  dragoman people          who may talk to the agent, and who asks to
  dragoman pair CODE       lets in the person whom the bot gave this code
  dragoman unpair PERSON   takes it back, by id or name
  dragoman help            this page
  dragoman --version

start needs one setting, the directory that the agent works in; setup asks for it:

  DRAGOMAN_DIRECTORY=$HOME/code/api dragoman start

All settings: README.md, "Configuration". Inside a checkout: npm start, npm run demo, npm run setup, npm run doctor, npm run -s dragoman -- status.

Exit codes: 0 well, 1 failed or not well, 2 wrong command or configuration, 3 status: not running.`;
